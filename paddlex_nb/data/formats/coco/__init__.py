"""COCO: one JSON file of annotations for each split; `reader` is the format."""

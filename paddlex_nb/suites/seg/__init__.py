"""Semantic segmentation with paddleseg."""

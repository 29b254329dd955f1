"""A predicted object is drawn with the pixels that it has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from paddlex_nb.data.store.coco_masks import encode, to_json
from paddlex_nb.results.predictions import Predictions


def predicted(path: Path, entry: dict[str, object]) -> Predictions:
    found = {"class": "cell", "class_id": 1, "score": 0.9, "box": [8, 8, 40, 40], **entry}
    result = {"predictions": [{"path": str(path), "objects": [found]}], "classes": ["a", "cell"]}
    return Predictions.from_dict({**result, "images": 1, "failed": 0, "checkpoint": "best"})


def test_a_hole_stays_a_hole(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "black").save(tmp_path / "x.png")
    ring = np.zeros((64, 64), np.uint8)
    ring[8:48, 8:48] = 1
    ring[20:36, 20:36] = 0
    (one,) = predicted(tmp_path / "x.png", {"mask": to_json(encode(ring))})
    (cell,) = one.objects
    mask = cell.mask()
    assert mask is not None
    np.testing.assert_array_equal(mask, ring)
    assert len(cell.polygons) == 2  # the part and its hole
    drawn = one.draw()
    assert drawn[28, 28].tolist() == [0, 0, 0]
    assert drawn[14, 28].any()


def test_outlines_of_earlier_versions_and_masks_of_other_sizes(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "black").save(tmp_path / "x.png")
    square = [8.0, 8.0, 48.0, 8.0, 48.0, 48.0, 8.0, 48.0]
    (old,) = predicted(tmp_path / "x.png", {"polygons": [square]})
    assert old.objects[0].polygons == [square]
    assert old.draw()[28, 28].any()
    other = to_json(encode(np.ones((32, 32), np.uint8)))
    (odd,) = predicted(tmp_path / "x.png", {"mask": other})
    assert odd.draw().shape == (64, 64, 3)

"""A predicted object is drawn with the pixels that it has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.data.store.coco_masks import decode_piece, encode, encode_piece, to_json
from paddlex_nb.results import drawing
from paddlex_nb.results.predictions import Predictions


def predicted(path: Path, entry: dict[str, object]) -> Predictions:
    prediction = {"class": "cell", "class_id": 1, "score": 0.9, "box": [8, 8, 40, 40], **entry}
    result = {
        "predictions": [{"path": str(path), "objects": [prediction]}],
        "classes": ["a", "cell"],
    }
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


def test_a_picture_above_the_usual_limit_is_drawn_scaled_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boxes, masks and label maps lie where they do in the image."""
    monkeypatch.setattr(drawing, "MOST_DRAWN", 1 << 20)
    width, height = 20_000, 10_000
    Image.new("L", (width, height), 0).save(tmp_path / "x.png", compress_level=1)
    piece = encode_piece(np.ones((2_000, 4_000)), (10_000, 5_000), width, height)
    entry: dict[str, object] = {"box": [10_000, 5_000, 4_000, 2_000], "mask": to_json(piece)}
    (one,) = predicted(tmp_path / "x.png", entry)
    drawn = one.draw()
    assert 0.9 * (1 << 20) < drawn.shape[0] * drawn.shape[1] <= 1 << 20
    shown = (drawn > 0).max(axis=2)[100:, 100:]  # what is above is the label's
    by = drawn.shape[1] / width
    assert shown[round(6_000 * by) - 100, round(12_000 * by) - 100]
    rows, columns = np.flatnonzero(shown.any(axis=1)) + 100, np.flatnonzero(shown.any(axis=0)) + 100
    slack = 4 + round(max(drawn.shape) / 320)  # the line around it
    assert abs(columns.min() - 10_000 * by) <= slack
    assert abs(columns.max() - 14_000 * by) <= slack
    assert abs(rows.max() - 7_000 * by) <= slack
    (boxed,) = predicted(tmp_path / "x.png", {"box": [10_000, 5_000, 4_000, 2_000]})
    assert boxed.draw().shape == drawn.shape

    labels = np.zeros((height, width), np.uint8)
    labels[5_000:, 10_000:] = 1
    Image.fromarray(labels).save(tmp_path / "m.png", compress_level=1)
    entry = {"path": str(tmp_path / "x.png"), "areas": [], "mask": str(tmp_path / "m.png")}
    names = ["background", "cell"]
    (area,) = Predictions.from_dict(
        {"predictions": [entry], "classes": names, "images": 1, "checkpoint": "best"}
    )
    coloured = (area.draw() > 0).max(axis=2)
    assert coloured.mean() == pytest.approx(0.25, abs=0.01)
    assert coloured[-1, -1]


def test_the_piece_of_a_mask_is_all_of_it() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        mask = np.zeros((40, 50), np.uint8)
        y, x = rng.integers(0, 20, 2)
        mask[y : y + 20, x : x + 30] = rng.random((min(20, 40 - y), min(30, 50 - x))) < 0.5
        piece, (left, top) = decode_piece(encode(mask))
        whole = np.zeros_like(mask)
        whole[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
        np.testing.assert_array_equal(whole, mask)
    full, corner = decode_piece(encode(np.ones((7, 5))))
    assert (full.shape, corner, full.min()) == ((7, 5), (0, 0), 1)
    assert decode_piece(encode(np.zeros((7, 5))))[0].shape == (0, 0)

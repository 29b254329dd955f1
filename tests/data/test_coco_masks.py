"""pycocotools' mask functions, for any number of masks, through one door."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco_mask

import paddlex_nb
from paddlex_nb.data.store.coco_masks import (
    RLE,
    areas,
    boxes_around,
    decode,
    encode,
    filled,
    overlaps,
)

COUNTS = (0, 1, 255, 256, 300, 5000)


def squares(count: int) -> list[RLE]:
    return [
        filled([[0, 0, n, 0, n, n, 0, n]], 40, 50) for n in map(float, 1 + np.arange(count) % 30)
    ]


@pytest.mark.parametrize("count", COUNTS)
def test_any_number_of_masks_is_measured(count: int) -> None:
    sides = (1 + np.arange(count) % 30).astype(float)
    masks = squares(count)
    np.testing.assert_array_equal(areas(masks), sides**2)
    expected = np.stack([0 * sides, 0 * sides, sides, sides], axis=1)
    np.testing.assert_array_equal(boxes_around(masks), expected)


@pytest.mark.parametrize("count", COUNTS)
def test_any_number_is_compared(count: int) -> None:
    sides = (1 + np.arange(count) % 30).astype(float)
    shared = overlaps(squares(count), squares(2))
    assert shared.shape == (count, 2)
    assert overlaps(squares(2), squares(count)).shape == (2, count)
    np.testing.assert_allclose(shared[:, 0], 1 / sides**2)
    boxes = np.stack([0 * sides, 0 * sides, sides, sides], axis=1)
    np.testing.assert_allclose(overlaps(boxes, boxes[:2])[:, :1].ravel(), 1 / sides[:count] ** 2)


@pytest.mark.parametrize("count", [1, 300])
def test_any_number_of_outlines_makes_one_mask(count: int) -> None:
    outlines = [[float(n), 0, n + 1, 0, n + 1, 2, n, 2] for n in range(count)]
    mask = decode(filled(outlines, 4, 300))
    assert mask.shape == (4, 300)
    assert mask.sum() == 2 * count


def test_what_is_no_outline_fills_nothing() -> None:
    assert decode(filled([], 4, 5)).sum() == 0
    assert decode(filled([[1, 1, 3, 3]], 4, 5)).sum() == 0  # pycocotools: a box


def test_the_area_is_pycocotools_own() -> None:
    noise = np.random.default_rng(0).random((30, 40)) < 0.5
    code = encode(noise)
    assert areas([code])[0] == coco_mask.area(code) == noise.sum()
    np.testing.assert_array_equal(decode(code), noise)


def test_nothing_else_calls_pycocotools() -> None:
    root = Path(paddlex_nb.__file__).parent
    callers = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"^\s*(from|import) pycocotools", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert callers == ["data/store/coco_masks.py"]

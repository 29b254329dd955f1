"""Run lengths become polygons of exactly the same pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from paddlex_nb.data.store.rle import counts_of, polygons_of

MASKS = arrays.arrays(
    np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=24), elements=st.integers(0, 1)
)


@settings(deadline=None, max_examples=100)
@given(MASKS)
def test_polygons_cover_the_pixels_of_the_mask(mask: NDArray[np.uint8]) -> None:
    height, width = mask.shape
    rle = coco_mask.encode(np.asfortranarray(mask))
    polygons = polygons_of(counts_of(rle["counts"]), height, width)
    assert bool(polygons) == bool(mask.any())
    if polygons:
        again = coco_mask.merge(coco_mask.frPyObjects(polygons, height, width))
        assert (coco_mask.decode(again) == mask).all()


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=40))
def test_any_text_gives_runs_or_an_error(text: bytes) -> None:
    try:
        counts = counts_of(text)
    except ValueError:
        return
    with pytest.raises(ValueError, match="mask"):
        polygons_of(counts, 7, 10**6)


@pytest.mark.parametrize(
    ("counts", "height", "width"),
    [
        ([4], 2, 3),
        ([7, -1], 2, 3),
        ([10**12], 10**6, 10**6),
        ([0], 0, 5),
        ([6], -2, -3),
        ([], 2, 3),
    ],
)
def test_runs_that_fill_no_mask_are_refused(counts: list[int], height: int, width: int) -> None:
    with pytest.raises(ValueError, match="mask"):
        polygons_of(np.array(counts, np.int64), height, width)

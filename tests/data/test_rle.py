"""Run lengths become polygons of exactly the same pixels."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from paddlex_nb.data.store.rle import (
    counts_of,
    polygons_of,
    rings_of,
    runs_in_image,
    runs_of,
    text_of,
)

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


@settings(deadline=None, max_examples=100)
@given(MASKS)
def test_rings_are_the_edges_of_the_mask(mask: NDArray[np.uint8]) -> None:
    height, width = mask.shape
    rings = rings_of(runs_of(mask), height, width)
    # crossing a vertical edge of a pixel is crossing an odd number of rings there
    crossed = np.zeros((height, width + 1), np.uint8)
    for ring in rings:
        assert len(np.unique(ring, axis=0)) == len(ring) >= 4
        for (x, y), (other, below) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            assert (x == other) != (y == below)
            if x == other:
                crossed[min(y, below) : max(y, below), x] ^= 1
    assert (np.cumsum(crossed, axis=1)[:, :-1] % 2 == mask).all()
    assert all(shapely.Polygon(ring).is_valid for ring in rings)


@settings(deadline=None, max_examples=100)
@given(MASKS, *[st.integers(0, 5)] * 4)
def test_a_piece_has_the_code_of_its_whole_image(
    piece: NDArray[np.uint8], left: int, top: int, right: int, bottom: int
) -> None:
    whole = np.pad(piece, ((top, bottom), (left, right)))
    counts = runs_in_image(piece, (left, top), whole.shape[1], whole.shape[0])
    text = coco_mask.encode(np.asfortranarray(whole))["counts"]
    assert text_of(counts) == text
    assert counts.tolist() == counts_of(text).tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**31), min_size=1))
def test_run_lengths_of_any_size_are_written_as_they_are_read(counts: list[int]) -> None:
    assert counts_of(text_of(np.array(counts, np.int64))).tolist() == counts


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

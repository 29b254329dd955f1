"""Masks in COCO's run-length code: the one door to pycocotools, for any number of masks.

pycocotools does not take lists of every length: with NumPy 2 ``area`` of 256 masks and more raises
OverflowError (it wraps the length into an array of uint8), ``decode`` of none gives an array of a
senseless shape, ``iou`` of none a list, and ``frPyObjects`` of none an IndexError. So nothing else
in the package calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from paddlex_nb.data.store.rle import counts_of, piece_of, rings_of, runs_in_image, text_of
from paddlex_nb.data.store.trace import Ring

RLE = dict[str, Any]
"""A mask in COCO's run-length code: ``size`` (height, width) and ``counts`` (bytes)."""

Regions = NDArray[np.float64] | Sequence[RLE]
"""Boxes (x, y, width, height in pixels) of shape (n, 4), or n masks."""


def encode(mask: NDArray[Any]) -> RLE:
    """The run-length code of a mask of shape (height, width) that is not 0 where the object is."""
    code: RLE = coco_mask.encode(np.asfortranarray(mask, np.uint8))
    return code


def encode_piece(piece: NDArray[Any], corner: tuple[int, int], width: int, height: int) -> RLE:
    """The run-length code of a mask of an image that is empty outside of a piece.

    It takes as long as the piece is large: an image of 4,000 pixels a side would take 0.1 s.

    Args:
        piece: Not 0 where the object is; of shape (h, w).
        corner: x and y of the piece's first pixel in the image, which holds all of the piece.
        width: Width of the image in pixels.
        height: Its height.
    """
    counts = text_of(runs_in_image(piece, corner, width, height))
    return {"size": [height, width], "counts": counts}


def decode(mask: RLE) -> NDArray[np.uint8]:
    """The pixels of one mask, of shape (height, width): 1 where the object is, else 0."""
    return np.ascontiguousarray(coco_mask.decode(mask), np.uint8)


def filled(polygons: Sequence[Sequence[float]], height: int, width: int) -> RLE:
    """The mask of one object: what lies inside of any of its polygons, filled as COCO does.

    Args:
        polygons: Each x0, y0, x1, ... in pixels; those of fewer than three points are left out.
        height: Height of the image in pixels.
        width: Its width.
    """
    usable = [list(points) for points in polygons if len(points) >= 6]
    if not usable:
        return encode_piece(np.zeros((0, 0)), (0, 0), width, height)
    code: RLE = coco_mask.merge(coco_mask.frPyObjects(usable, height, width))
    return code


def union(masks: Sequence[RLE]) -> RLE:
    """The mask of all that is in any of some masks of one size; there is one at least."""
    code: RLE = masks[0] if len(masks) == 1 else coco_mask.merge(list(masks))
    return code


def outlines(mask: RLE) -> list[Ring]:
    """The outlines of a mask in pixels: exactly its area if filled by the even-odd rule.

    Parts and holes have rings of their own (see `rle.rings_of`); an empty mask has none.

    Raises:
        ValueError: It is no mask.
    """
    return rings_of(*_runs(mask))


def decode_piece(mask: RLE) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The pixels of a mask around which it is empty, and where they are: of a large image too.

    Returns:
        Of shape (h, w), 1 where the object is, else 0, and x and y of the first of them; of shape
        (0, 0) if the mask is empty.

    Raises:
        ValueError: It is no mask.
    """
    return piece_of(*_runs(mask))


def _runs(mask: RLE) -> tuple[NDArray[np.int64], int, int]:
    """Run lengths, height and width.

    Raises:
        ValueError: It is no mask.
    """
    height, width = mask["size"]
    counts = mask["counts"]
    text = counts.encode() if isinstance(counts, str) else counts
    return counts_of(text), int(height), int(width)


def to_json(mask: RLE) -> RLE:
    """The mask as JSON can hold it, which pycocotools reads too: its counts are text."""
    height, width = mask["size"]
    return {"size": [int(height), int(width)], "counts": bytes(mask["counts"]).decode("ascii")}


def areas(masks: Sequence[RLE]) -> NDArray[np.float64]:
    """The area of each mask in pixels, int64 of shape (masks,)."""
    return np.array([coco_mask.area(mask) for mask in masks], np.float64)


def boxes_around(masks: Sequence[RLE]) -> NDArray[np.float64]:
    """The boxes around masks: x, y, width, height in pixels, of shape (masks, 4)."""
    if not len(masks):
        return np.zeros((0, 4))
    return np.asarray(coco_mask.toBbox(list(masks)), np.float64)


def overlaps(
    predicted: Regions, truth: Regions, groups: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """How much (IoU, from 0 to 1) each of ``predicted`` overlaps each of ``truth``.

    Args:
        predicted: Boxes or masks.
        truth: Regions of the same kind.
        groups: Which of ``truth`` are groups: for them it is the share of the predicted region
            that lies inside; none by default. Of shape (truth,).

    Returns:
        Of shape (predicted, truth).
    """
    if not len(predicted) or not len(truth):
        return np.zeros((len(predicted), len(truth)))
    crowd = [0] * len(truth) if groups is None else groups.astype(np.uint8).tolist()
    return np.asarray(coco_mask.iou(predicted, truth, crowd), np.float64)

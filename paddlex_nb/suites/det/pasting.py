"""Small masks that a network gives, as masks of the image as shown; no Paddle."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import RLE, encode_piece

_LEAST = 0.5
"""Probability from which a pixel belongs to the object."""

Floats = NDArray[np.float32]


def paste_in_box(mask: Floats, box: Sequence[float], size: Sequence[int]) -> RLE:
    """A mask of a box (Mask R-CNN), of shape (m, m), as one of the image.

    Pixels between the mask's are interpolated; outside of the box there is nothing.

    Args:
        mask: Probabilities.
        box: Left, top, right, bottom in pixels of the image.
        size: Width and height of the image.
    """
    left, top, right, bottom = box
    x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
    x1, y1 = min(size[0], math.ceil(right)), min(size[1], math.ceil(bottom))
    piece = np.zeros((0, 0), np.bool_)
    if x1 > x0 and y1 > y0 and right > left and bottom > top:
        columns = _places(x0, x1, left, right, mask.shape[1])
        rows = _places(y0, y1, top, bottom, mask.shape[0])
        grid = np.meshgrid(columns, rows)
        likely = cv2.remap(mask, grid[0], grid[1], cv2.INTER_LINEAR, borderValue=0)
        piece = likely >= _LEAST
    # the whole image would take seconds for each hundred objects of a large one
    return encode_piece(piece, (x0, y0), size[0], size[1])


def _places(start: int, end: int, low: float, high: float, count: int) -> Floats:
    """Where the middles of pixels from ``start`` to ``end`` lie among a box's ``count`` cells."""
    middles = np.arange(start, end, dtype=np.float32) + 0.5
    return np.asarray((middles - low) / (high - low) * count - 0.5, np.float32)


def enlarge(mask: Floats, content: Sequence[float], canvas: int, size: Sequence[int]) -> RLE:
    """A mask of the whole canvas (SOLOv2), of shape (m, m), as one of the image.

    Args:
        mask: Probabilities.
        content: Width and height that the image fills of the canvas, in pixels.
        canvas: Side of the canvas in pixels.
        size: Width and height of the image.
    """
    columns = _across(size[0], content[0] / canvas * mask.shape[1])
    rows = _across(size[1], content[1] / canvas * mask.shape[0])
    piece, corner = np.zeros((0, 0), np.bool_), (0, 0)
    seen = np.argwhere(mask >= _LEAST)
    if len(seen):
        # the rest of the image lies farther than interpolation reaches
        low, high = seen.min(axis=0) - 1, seen.max(axis=0) + 1
        x0, x1 = np.searchsorted(columns, (low[1], high[1]))
        y0, y1 = np.searchsorted(rows, (low[0], high[0]))
        if x1 > x0 and y1 > y0:
            grid = np.meshgrid(columns[x0:x1], rows[y0:y1])
            likely = cv2.remap(
                mask, grid[0], grid[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            piece, corner = likely >= _LEAST, (int(x0), int(y0))
    return encode_piece(piece, corner, size[0], size[1])


def _across(pixels: int, cells: float) -> Floats:
    middles = np.arange(pixels, dtype=np.float32) + 0.5
    return np.asarray(middles / pixels * cells - 0.5, np.float32)

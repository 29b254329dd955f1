"""What the four numbers of boxes mean: pixels or shares of the sides, and which corner is first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.store.object_table import ObjectTable

_TOLERANCE = 0.01
"""Share of a side by which rounding may bring a box out of its image."""

_SURE = 5
"""So many boxes of a file, all between 0 and 1, are no chance."""


def find_shares(draft: Draft, objects: ObjectTable) -> NDArray[np.bool_]:
    """Which boxes are shares of the sides of their image where pixels are expected.

    That is so of a label file all of whose boxes lie between 0 and 1, where no object is, if there
    are several in it or most objects of the data set are in such files.

    Args:
        draft: The data set.
        objects: Its objects.

    Returns:
        Of shape (objects,).
    """
    none = np.zeros(len(objects), np.bool_)
    boxes = objects.boxes
    within = (boxes[:, 2] <= 1 + _TOLERANCE) & (boxes[:, 3] <= 1 + _TOLERANCE)
    if not within.any():  # as nearly always, and far quicker
        return none
    within &= ((boxes >= -_TOLERANCE) & (boxes <= 1 + _TOLERANCE)).all(axis=1)
    if not within.any() or (boxes[within] == np.rint(boxes[within])).all():
        return none
    numbers: dict[str, int] = {}
    of_image = [numbers.setdefault(i.labels or i.path, len(numbers)) for i in draft.images]
    file = np.array(of_image, np.int64)[objects.image]
    counts = np.bincount(file, minlength=len(numbers))
    whole: NDArray[np.bool_] = np.bincount(file[within], minlength=len(numbers)) == counts
    candidates: NDArray[np.bool_] = whole[file]
    if 2 * int(candidates.sum()) >= len(objects):
        return candidates
    sure: NDArray[np.bool_] = candidates & (counts >= _SURE)[file]
    return sure


def to_pixels(objects: ObjectTable, shares: NDArray[np.bool_], limits: NDArray[np.float64]) -> None:
    """Turn shares into pixels; outlines of such boxes that are in pixels stay so.

    Args:
        objects: The objects.
        shares: Which of them, of shape (objects,).
        limits: Width, height, width, height of each one's image, of shape (objects, 4).
    """
    objects.boxes = np.where(shares[:, None], objects.boxes * limits, objects.boxes)
    outlines = objects.outlines
    most = np.zeros(len(objects))
    owners = np.repeat(outlines.owners, outlines.corners)
    np.maximum.at(most, owners, outlines.points.max(axis=1, initial=0))
    small = shares & (most <= 1 + _TOLERANCE)
    if small.any():
        objects.outlines = outlines.scaled(np.where(small[:, None], limits[:, :2], 1.0))


def with_corners_in_order(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes whose first corner is the upper left one, of shape (boxes, 4)."""
    first, second = boxes[:, :2], boxes[:, 2:]
    if not (second < first).any():
        return boxes
    return np.concatenate([np.minimum(first, second), np.maximum(first, second)], axis=1)

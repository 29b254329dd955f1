"""How thick what a label map shows is, class by class: membranes, cracks and vessels are thin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.label_maps import IGNORE

MOST = 200
"""Label maps that are measured of a data set; what is typical is known by then."""

_LARGEST = 1 << 24
"""Pixels of a label map from which it is not measured, for the memory that it takes."""


class Depth(msgspec.Struct, frozen=True):
    """How deep the pixels of a class lie.

    Attributes:
        total: Sum of their distances to the next pixel of another class, in pixels.
        pixels: How many there are.
    """

    total: float
    pixels: int


Depths: TypeAlias = "dict[int, Depth]"
"""By class number."""


def depths(label_map: NDArray[np.uint8]) -> Depths:
    """How deep the pixels of each class lie; nothing of a very large map.

    Args:
        label_map: Class numbers of shape (height, width), `IGNORE` where there is none. Beyond its
            edges everything goes on.
    """
    import cv2  # only where masks are measured

    if label_map.size > _LARGEST:
        return {}
    found: Depths = {}
    for number in np.unique(label_map).tolist():
        inside = label_map == number
        if number == IGNORE or inside.all():  # of what fills the image no end is seen
            continue
        distances = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
        found[number] = Depth(float(distances.sum(dtype=np.float64)), int(inside.sum()))
    return found


def thickness(measured: Iterable[Depths]) -> dict[int, float]:
    """The typical thickness of each class in pixels, by class number.

    In a strip of an even number of pixels the depths are 1, 2, ..., 2, 1, and four times their
    mean less two is just that number. Large parts of a class count more than small ones.

    Args:
        measured: The depths in some label maps.
    """
    totals: dict[int, tuple[float, int]] = {}
    for one in measured:
        for number, depth in one.items():
            total, pixels = totals.get(number, (0.0, 0))
            totals[number] = total + depth.total, pixels + depth.pixels
    return {n: max(1.0, 4 * total / pixels - 2) for n, (total, pixels) in sorted(totals.items())}

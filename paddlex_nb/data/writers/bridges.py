"""Several outlines as one: for formats in which an object has a single polygon."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import decode, filled
from paddlex_nb.data.store.rle import outlines_of_mask

_LEAST = 6
"""Numbers of a polygon at least."""

_ROUNDING = 1e-4
"""Share of the area that parts may have in common where they only touch."""

_BLOCK = 1 << 20
"""Distances that are computed at once."""


def bridged(polygons: Sequence[Sequence[float]], height: int, width: int) -> list[float]:
    """One polygon of the same area: each part is joined to its nearest by a line there and back.

    It is what Ultralytics does with the parts of COCO's objects; the lines have no area. Parts that
    overlap are made one first, to the pixel, since a polygon has a hole where it covers itself.

    Args:
        polygons: Each x0, y0, x1, ... in pixels; there is one at least.
        height: Height of the image in pixels.
        width: Its width.
    """
    if len(polygons) > 1 and _overlap(polygons):
        area = decode(filled(polygons, height, width)) != 0
        polygons = outlines_of_mask(area) or polygons
    parts = [np.reshape(np.asarray(one, np.float64), (-1, 2)) for one in polygons]
    joined = parts.pop(0)
    while parts:
        nearest = [_nearest(joined, part) for part in parts]
        number = min(range(len(parts)), key=lambda n: nearest[n][0])
        _, at, start = nearest[number]
        there = np.roll(parts.pop(number), -start, axis=0)
        joined = np.concatenate([joined[: at + 1], there, there[:1], joined[at:]])
    outline: list[float] = joined.ravel().tolist()
    return outline


def _overlap(polygons: Sequence[Sequence[float]]) -> bool:
    """Whether some parts have an area in common."""
    rings = (np.reshape(one, (-1, 2)) for one in polygons if len(one) >= _LEAST)
    areas = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings]
    apart = float(np.sum(shapely.area(areas)))
    return bool(shapely.union_all(areas).area < apart * (1 - _ROUNDING))


def _nearest(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, int, int]:
    """The squared distance of the two nearest corners, and which these are."""
    best = (np.inf, 0, 0)
    rows = max(1, _BLOCK // len(other))
    for first in range(0, len(one), rows):
        apart = ((one[first : first + rows, None] - other[None]) ** 2).sum(axis=2)
        at, start = divmod(int(apart.argmin()), len(other))
        best = min(best, (float(apart[at, start]), first + at, start))
    return best

"""Whether outlines are polygons that can be filled."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.checks.objects import tell
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTable, Outlines

_CORNERS = 3
_BLOCK = 2_000
"""Polygons that are looked at at once: few enough for the cache."""

_PORTION = 20 * _BLOCK
"""Polygons that a core looks at before another takes over."""

_CHUNK = 5_000
"""Polygons that a core looks at with shapely, which takes long."""


def clean_outlines(
    draft: Draft, objects: ObjectTable, sizes: NDArray[np.int32], report: Report
) -> None:
    """Leave out polygons without area and move points into their image, in ``objects``.

    Args:
        draft: The data set.
        objects: Its objects.
        sizes: Width and height of each image in pixels as shown, of shape (images, 2).
        report: Told of what was left out and of polygons that cross themselves, and of the
            progress (stage ``outlines``).
    """
    is_polygon = objects.outlines.corners >= _CORNERS
    if not is_polygon.all():
        owners = objects.outlines.owners
        for polygon in np.flatnonzero(~is_polygon).tolist():
            points = int(objects.outlines.corners[polygon])
            tell(report.warning, "few_points", draft, objects, int(owners[polygon]), points=points)
        objects.outlines = objects.outlines.keep(is_polygon)
    outlines = objects.outlines
    outlines.points = np.require(outlines.points, requirements="W")
    owners = outlines.owners
    limits = sizes[objects.image[owners]].astype(np.float32)
    doubtful = np.flatnonzero(~_plain(outlines, limits))

    def crossed(start: int) -> NDArray[np.int64]:
        """Which of some polygons cross themselves."""
        some = doubtful[start : start + _CHUNK]
        ends, points = outlines.some(some)
        owner = np.repeat(np.arange(len(some)), np.diff(ends))
        rings = shapely.linearrings(points, indices=owner)
        crossing: NDArray[np.int64] = some[~shapely.is_valid(shapely.polygons(rings))]
        return crossing

    def advance(done: int) -> None:
        report.progress("outlines", min(done * _CHUNK, len(doubtful)), len(doubtful), "objects")

    for repaired in each(crossed, range(0, len(doubtful), _CHUNK), advance):
        for polygon in repaired.tolist():
            tell(report.info, "self_crossing", draft, objects, int(owners[polygon]))


def _plain(outlines: Outlines, limits: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Move points into their image; which polygons certainly do not cross themselves."""

    def portion(first: int) -> NDArray[np.bool_]:
        last = min(first + _PORTION, len(limits))
        blocks = ((start, min(start + _BLOCK, last)) for start in range(first, last, _BLOCK))
        return np.concatenate([_plain_block(outlines, limits, *block) for block in blocks])

    starts = range(0, len(limits), _PORTION)
    return np.concatenate([np.zeros(0, np.bool_), *each(portion, starts, lambda _: None)])


def _plain_block(
    outlines: Outlines, limits: NDArray[np.float32], start: int, end: int
) -> NDArray[np.bool_]:
    """`_plain` of the polygons from ``start`` (included) to ``end`` (excluded)."""
    ends = outlines.polygons[start : end + 1]
    points, within = outlines.points[ends[0] : ends[-1]], limits[start:end]
    if points.min(initial=0) < 0 or points.max(initial=0) > within.min():
        np.clip(points, 0, np.repeat(within, np.diff(ends), axis=0), out=points)
    return star_shaped(points, ends - ends[0])


def star_shaped(points: NDArray[np.float32], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether all of a polygon's outline is seen from the mean of its corners: then it is simple.

    Seen from there, every edge turns the same way, and the outline passes the height of the mean
    twice, which is once around. Most outlines are so, and this takes a tenth of the time of
    looking for crossings.

    Args:
        points: Corners of all polygons, of shape (points, 2).
        ends: Where each polygon starts, and the end of the last, of shape (polygons + 1,).
    """
    starts, corners = ends[:-1], np.diff(ends)
    if not len(starts):
        return np.zeros(0, np.bool_)
    x, y = (_centred(axis, starts, corners) for axis in points.T)
    next_x, next_y = _following(x, ends), _following(y, ends)
    turn = x * next_y - next_x * y
    passes = np.add.reduceat((y < 0) != (next_y < 0), starts, dtype=np.int64)
    # a corner that is there twice, such as the first one at the end, is no edge
    double = (x == next_x) & (y == next_y)
    low = high = turn
    if double.any():
        low, high = np.where(double, np.inf, turn), np.where(double, -np.inf, turn)
    lowest, highest = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    # what turns less than this might be due to rounding
    least = 1e-9 * np.maximum(np.abs(lowest), np.abs(highest))
    same: NDArray[np.bool_] = ((lowest > least) | (highest < -least)) & (passes == 2)
    return same


def _centred(
    values: NDArray[np.float32], starts: NDArray[np.int64], corners: NDArray[np.int64]
) -> NDArray[np.float64]:
    """X or y of all corners from the mean of their polygon."""
    exact = values.astype(np.float64)
    exact -= np.repeat(np.add.reduceat(exact, starts) / corners, corners)
    return exact


def _following(values: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """X or y of the next corner of each; the first one's follows the last one's."""
    following = np.empty_like(values)
    following[:-1] = values[1:]
    following[ends[1:] - 1] = values[ends[:-1]]
    return following

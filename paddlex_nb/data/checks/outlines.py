"""Whether outlines are polygons that can be filled."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.checks.objects import tell
from paddlex_nb.data.draft import Draft
from paddlex_nb.data.objects import DraftObjects
from paddlex_nb.data.pool import each
from paddlex_nb.data.report import Report

_CORNERS = 3
_CHUNK = 5_000
"""Polygons that a core looks at at once."""


def clean_outlines(
    draft: Draft, objects: DraftObjects, sizes: NDArray[np.int32], report: Report
) -> None:
    """Leave out polygons without area and move points into their image, in ``objects``.

    Args:
        draft: The data set.
        objects: Its objects.
        sizes: Width and height of each image in pixels as shown, of shape (images, 2).
        report: Told of what was left out and of polygons that cross themselves, and of the
            progress (stage ``outlines``).
    """
    whole = objects.outlines.corners >= _CORNERS
    if not whole.all():
        owners = objects.outlines.owners
        for polygon in np.flatnonzero(~whole).tolist():
            points = int(objects.outlines.corners[polygon])
            tell(report.warning, "few_points", draft, objects, int(owners[polygon]), points=points)
        objects.outlines = objects.outlines.keep(whole)
    outlines = objects.outlines
    owners = outlines.owners

    def crossed(start: int) -> NDArray[np.int64]:
        """Move the points of some polygons inside; which of them cross themselves."""
        ends = outlines.polygons[start : start + _CHUNK + 1]
        corners = np.diff(ends)
        points = outlines.points[ends[0] : ends[-1]]
        limits = sizes[objects.image[owners[start : start + _CHUNK]]].astype(np.float32)
        np.clip(points, 0, np.repeat(limits, corners, axis=0), out=points)
        doubtful = np.flatnonzero(~star_shaped(points, ends - ends[0]))
        inside = np.repeat(np.isin(np.arange(len(corners)), doubtful), corners)
        owner = np.repeat(np.arange(len(doubtful)), corners[doubtful])
        rings = shapely.linearrings(points[inside], indices=owner)
        crossing: NDArray[np.int64] = doubtful[~shapely.is_valid(shapely.polygons(rings))]
        return start + crossing

    total = len(owners)
    starts = range(0, total, _CHUNK)

    def advance(done: int) -> None:
        report.progress("outlines", min(done * _CHUNK, total), total, "objects")

    for found in each(crossed, starts, advance):
        for polygon in found.tolist():
            tell(report.info, "self_crossing", draft, objects, int(owners[polygon]))


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
    exact = points.astype(np.float64)
    middle = np.add.reduceat(exact, starts, axis=0) / corners[:, None]
    x, y = (exact - np.repeat(middle, corners, axis=0)).T
    following = np.arange(1, len(points) + 1)
    following[ends[1:] - 1] = starts
    turn = x * y[following] - x[following] * y
    # a corner that is there twice, such as the first one at the end, is no edge
    edge = (x != x[following]) | (y != y[following])
    passes = np.add.reduceat((y < 0) != (y[following] < 0), starts, dtype=np.int64)
    lowest = np.minimum.reduceat(np.where(edge, turn, np.inf), starts)
    highest = np.maximum.reduceat(np.where(edge, turn, -np.inf), starts)
    # what turns less than this might be due to rounding
    least = 1e-9 * np.maximum(np.abs(lowest), np.abs(highest))
    same: NDArray[np.bool_] = ((lowest > least) | (highest < -least)) & (passes == 2)
    return same

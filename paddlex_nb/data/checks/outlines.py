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
        rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(corners)), corners))
        return start + np.flatnonzero(~shapely.is_valid(shapely.polygons(rings)))

    total = len(owners)
    starts = range(0, total, _CHUNK)

    def advance(done: int) -> None:
        report.progress("outlines", min(done * _CHUNK, total), total, "objects")

    for found in each(crossed, starts, advance):
        for polygon in found.tolist():
            tell(report.info, "self_crossing", draft, objects, int(owners[polygon]))

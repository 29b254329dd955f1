"""Whether outlines are polygons that can be filled."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.checks.objects import tell
from paddlex_nb.data.draft import Draft
from paddlex_nb.data.objects import DraftObjects
from paddlex_nb.data.report import Report

_CORNERS = 3
_CHUNK = 50_000


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
            found = int(objects.outlines.corners[polygon])
            row = int(owners[polygon])
            tell(report.warning, "few_points", draft, objects, row, points=found)
        objects.outlines = objects.outlines.keep(whole)
    outlines = objects.outlines
    owners = outlines.owners
    for start in range(0, len(owners), _CHUNK):
        report.progress("outlines", start, len(owners), "objects")
        ends = outlines.polygons[start : start + _CHUNK + 1]
        corners = np.diff(ends)
        points = outlines.points[ends[0] : ends[-1]]
        limits = sizes[objects.image[owners[start : start + _CHUNK]]].astype(np.float32)
        np.clip(points, 0, np.repeat(limits, corners, axis=0), out=points)
        rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(corners)), corners))
        crossed = ~shapely.is_valid(shapely.polygons(rings))
        for polygon in np.flatnonzero(crossed).tolist():
            row = int(owners[start + polygon])
            tell(report.info, "self_crossing", draft, objects, row)

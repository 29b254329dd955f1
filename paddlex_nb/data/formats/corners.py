"""Polygons that stand for boxes and ellipses, and turned ones."""

from __future__ import annotations

import math

_CORNERS = 32
"""Corners of the polygon that stands for an ellipse."""


def box_corners(left: float, top: float, right: float, bottom: float) -> list[float]:
    """The four corners of a box, as a polygon."""
    return [left, top, right, top, right, bottom, left, bottom]


def ellipse_corners(x: float, y: float, radius_x: float, radius_y: float) -> list[float]:
    """A polygon that stands for an ellipse around a point."""
    angles = (2 * math.pi * step / _CORNERS for step in range(_CORNERS))
    return [v for a in angles for v in (x + radius_x * math.cos(a), y + radius_y * math.sin(a))]


def turned(polygon: list[float], degrees: float, x: float, y: float) -> list[float]:
    """A polygon turned clockwise around a point."""
    if not degrees:
        return polygon
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    pairs = zip(polygon[::2], polygon[1::2], strict=True)
    return [
        value
        for a, b in pairs
        for value in (x + (a - x) * cos - (b - y) * sin, y + (a - x) * sin + (b - y) * cos)
    ]

"""Outlines of shapes that tools draw with fewer numbers: turned boxes, ellipses, boxes with holes.

Outlines are ``[x0, y0, x1, …]`` in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

_CORNERS = 32
"""Corners of the polygon that stands for a circle or an ellipse."""

Outline = list[float]


def box_outline(left: float, top: float, right: float, bottom: float) -> Outline:
    """The four corners of a box."""
    return [left, top, right, top, right, bottom, left, bottom]


def turned(outline: Sequence[float], degrees: float, about: tuple[float, float]) -> Outline:
    """An outline turned clockwise (as the image is shown) about a point."""
    if not math.isfinite(degrees) or degrees % 360 == 0:
        return list(outline)
    x, y = about
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = ((u - x, v - y) for u, v in zip(outline[::2], outline[1::2], strict=True))
    return [c for u, v in corners for c in (x + u * cos - v * sin, y + u * sin + v * cos)]


def turned_box(left: float, top: float, right: float, bottom: float, degrees: float) -> Outline:
    """The four corners of a box turned clockwise about its centre."""
    centre = (left + right) / 2, (top + bottom) / 2
    return turned(box_outline(left, top, right, bottom), degrees, centre)


def ellipse(x: float, y: float, rx: float, ry: float, degrees: float = 0.0) -> Outline:
    """A polygon that stands for an ellipse, turned clockwise about its centre."""
    angles = (2 * math.pi * step / _CORNERS for step in range(_CORNERS))
    outline = [v for a in angles for v in (x + rx * math.cos(a), y + ry * math.sin(a))]
    return turned(outline, degrees, (x, y))


def without(outlines: Sequence[Sequence[float]], hole: Sequence[float]) -> list[Outline]:
    """What is left of outlines where a hole is cut; holes inside are cut open.

    Outlines that the hole does not touch stay as they are.
    """
    cut = _area(hole)
    kept: list[Outline] = []
    for outline in outlines:
        area = _area(outline)
        if not area.intersects(cut):
            kept.append(list(outline))
            continue
        for part in _polygons(area.difference(cut)):
            kept += [_corners(piece) for piece in _without_holes(part)]
    return kept


def _area(outline: Sequence[float]) -> BaseGeometry:
    """The area of an outline, which may cross itself or be none."""
    points = list(zip(outline[::2], outline[1::2], strict=True))
    if len(points) < 3 or not all(map(math.isfinite, outline)):
        return shapely.Polygon()
    return shapely.make_valid(shapely.Polygon(points))


def _polygons(area: BaseGeometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(shapely.get_parts(area))
    return [part for part in parts.tolist() if isinstance(part, shapely.Polygon) and part.area > 0]


def _without_holes(polygon: shapely.Polygon) -> Iterator[shapely.Polygon]:
    """The polygon cut through its holes, until none is left."""
    if not polygon.interiors:
        yield polygon
        return
    left, top, right, bottom = polygon.bounds
    start, _, end, _ = polygon.interiors[0].bounds
    middle = (start + end) / 2
    if not start < middle < end:  # too narrow for a number between
        yield shapely.Polygon(polygon.exterior, polygon.interiors[1:])
        return
    for half in (shapely.box(left, top, middle, bottom), shapely.box(middle, top, right, bottom)):
        for piece in _polygons(polygon.intersection(half)):
            yield from _without_holes(piece)


def _corners(polygon: shapely.Polygon) -> Outline:
    corners: Outline = shapely.get_coordinates(polygon.exterior)[:-1].ravel().tolist()
    return corners

"""The tracks of CVAT for video: an object's shapes over time."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from paddlex_nb.data.formats.corners import box_corners, ellipse_corners, turned
from paddlex_nb.data.formats.cvat_shapes import attributes_of
from paddlex_nb.data.images.decode import MAX_PIXELS
from paddlex_nb.data.source.numbers import parse_float, said_whole
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.rle import outlines_of_mask

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_AREAS = {"box", "polygon", "ellipse", "mask"}


class TrackShape(msgspec.Struct):
    """The shape of an object from a frame on.

    Attributes:
        polygons: Its outlines or the corners of its box; none if it is outside.
        moves: It can be interpolated.
        attributes: What else is said of it.
    """

    polygons: list[list[float]]
    moves: bool = False
    attributes: dict[str, Any] = {}


class Track(msgspec.Struct, dict=True):
    """An object of a video.

    Attributes:
        id: Its number in the file.
        label: Name of its class.
        drawn: Its shapes are outlines, not boxes.
        shapes: Its shapes by frame.
    """

    id: str
    label: str
    drawn: bool
    shapes: dict[int, TrackShape]

    @cached_property
    def frames(self) -> list[int]:
        """The frames for which there are shapes, sorted."""
        return sorted(self.shapes)

    def attributes(self, frame: int) -> dict[str, Any]:
        """What else is said of it in a frame, which is what was said last."""
        after = bisect_right(self.frames, frame)
        return self.shapes[self.frames[after - 1]].attributes if after else {}

    def at(self, frame: int) -> list[list[float]]:
        """Its outlines in a frame; none while it is outside."""
        after = bisect_right(self.frames, frame)
        if not after:
            return []
        first = self.frames[after - 1]
        shape = self.shapes[first]
        if first == frame or after == len(self.frames) or not shape.moves:
            return shape.polygons
        second = self.frames[after]
        there = self.shapes[second].polygons
        if not there or list(map(len, there)) != list(map(len, shape.polygons)):
            return shape.polygons
        share = (frame - first) / (second - first)
        return [
            [a + (b - a) * share for a, b in zip(one, other, strict=True)]
            for one, other in zip(shape.polygons, there, strict=True)
        ]


def read_track(element: Element, file: str, report: Report) -> Track:
    """A track; shapes that are no areas, or not whole, are reported and left out."""
    track = Track(element.get("id", "")[:40], element.get("label", "").strip(), False, {})
    others: set[str] = set()
    broken = 0
    lasting = attributes_of(element)  # what does not change from frame to frame
    for child in element:
        if child.tag == "attribute":
            continue
        frame = said_whole(child.get("frame", ""))
        if child.tag not in _AREAS:
            others.add(child.tag[:40])
            continue
        track.drawn = track.drawn or child.tag != "box"
        outside = child.get("outside") == "1"
        polygons = [] if outside else _polygons(child)
        if frame is None or (not polygons and not outside):
            broken += 1
        else:
            moves = child.tag != "mask"
            track.shapes[frame] = TrackShape(polygons, moves, lasting | attributes_of(child))
    place = f"track {track.id}"
    for kind in sorted(others):
        report.info("shape_without_area", file, place, shape=kind)
    if broken:
        report.error("malformed_box", file, place)
    return track


def _polygons(element: Element) -> list[list[float]]:
    """The outlines of a shape; none if its numbers are none."""

    def number(key: str) -> float:
        return parse_float(element.get(key))

    try:
        degrees = parse_float(element.get("rotation", "0"))
        if element.tag == "box":
            left, top, right, bottom = (number(key) for key in ("xtl", "ytl", "xbr", "ybr"))
            corners = box_corners(left, top, right, bottom)
            return [turned(corners, degrees, (left + right) / 2, (top + bottom) / 2)]
        if element.tag == "ellipse":
            x, y = number("cx"), number("cy")
            return [turned(ellipse_corners(x, y, number("rx"), number("ry")), degrees, x, y)]
        if element.tag == "mask":
            return _mask(element)
        points = element.get("points", "").split(";")
        values = [parse_float(v) for point in points for v in point.split(",")]
    except (ValueError, OverflowError):
        return []
    return [values] if len(values) >= 6 and len(values) % 2 == 0 else []


def _mask(element: Element) -> list[list[float]]:
    """The outlines of a mask: run lengths along the rows of its box.

    Raises:
        ValueError: It is damaged or absurdly large.
    """
    runs = [said_whole(run.strip()) for run in element.get("rle", "").split(",")]
    left, top, width, height = (
        said_whole(element.get(key, "")) for key in ("left", "top", "width", "height")
    )
    if None in runs or left is None or top is None or not width or not height:
        raise ValueError("no run lengths")
    counts = np.array(runs, np.int64)
    if width * height > MAX_PIXELS or counts.sum() != width * height:
        raise ValueError("the runs do not fill the mask")
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(height, width)
    polygons = outlines_of_mask(inside)
    return [[v + (left, top)[at % 2] for at, v in enumerate(polygon)] for polygon in polygons]

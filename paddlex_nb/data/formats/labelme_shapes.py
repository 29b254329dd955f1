"""Shapes of LabelMe's JSON files, and those of tools that write the same, as outlines."""

from __future__ import annotations

import base64
import binascii
import io
import math
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from paddlex_nb.data.formats.shapes import Outline, box_outline, ellipse, without
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import DIFFICULT
from paddlex_nb.data.store.object_table import outline_box
from paddlex_nb.data.store.rle import outlines_of_mask

TURNED = frozenset({"rotation", "oriented_rectangle"})
"""Types of shapes that are turned boxes: X-AnyLabeling's and LabelMe's."""

BOXES = TURNED | {"rectangle"}
"""Types of shapes that are boxes."""

AREAS = frozenset({"polygon", "mask", "circle", "quadrilateral"})
"""Types of shapes that are areas of any form."""

HOLE = "_background_"
"""The class of LabelMe that cuts a hole into what was drawn before."""

_IGNORED = "__ignore__"
_MOST_OFF = 2
"""Pixels by which a mask may differ from the box that its points say."""


class Shape(msgspec.Struct):
    """A shape as files say it.

    Attributes:
        label: Its class; some tools write a number.
        points: x and y of each point in pixels.
        shape_type: What the points mean.
        group_id: The same for the parts of one object, or None.
        mask: The pixels of a shape of type ``mask``: PNG in base64.
        flags: Which of the flags of LabelMe are set.
        difficult: Whether it is, as X-AnyLabeling says it.
        attributes: What else X-AnyLabeling says of it.
    """

    label: str | int | float
    points: list[tuple[float, float]] = []
    shape_type: str | None = "polygon"
    group_id: Any = None
    mask: str | None = None
    flags: Any = None
    difficult: Any = None
    attributes: Any = None

    @property
    def name(self) -> str:
        """The name of its class."""
        return str(self.label).strip()

    @property
    def kind(self) -> str:
        """What its points mean."""
        return self.shape_type or "polygon"

    @property
    def said(self) -> dict[Any, Any]:
        """What else is said of it."""
        parts = ({DIFFICULT: self.difficult}, self.flags, self.attributes)
        return {k: v for part in parts if isinstance(part, dict) for k, v in part.items()}


class Part(msgspec.Struct):
    """An object of an image.

    Attributes:
        number: Which shape it is, the first one if it is of several.
        name: Its class.
        outlines: Its outlines; none if only its box can be used.
        box: Left, top, right, bottom.
        attributes: What else is said of it.
    """

    number: int
    name: str
    outlines: list[Outline]
    box: tuple[float, float, float, float]
    attributes: dict[Any, Any]


def parts_of(
    shapes: list[Shape], file: str, report: Report, *, holes: bool, boxed: bool
) -> Iterator[Part]:
    """The objects of an image.

    Shapes of one group and class are parts of one object.

    Args:
        shapes: Its shapes, in the order in which they were drawn.
        file: The label file, for findings.
        report: Takes the findings.
        holes: `HOLE` cuts what was drawn before, and what is to be ignored is no object; else both
            are classes like others, which are drawn over what was before.
        boxed: Boxes of a group stay objects of their own.
    """
    parts: dict[tuple[str, ...], Part] = {}
    void = 0
    for index, shape in enumerate(shapes):
        outlines = _outlines(shape, index, file, report)
        if outlines is None:
            continue
        if holes and shape.name == HOLE:
            for part in parts.values():
                _cut(part, outlines)
            continue
        if holes and shape.name == _IGNORED:
            void += 1
            continue
        grouped = shape.group_id is not None and not (boxed and shape.kind in BOXES)
        key = (shape.name, str(shape.group_id)) if grouped else (str(index),)
        box = outline_box(outlines or [_points(shape)])
        part = parts.setdefault(key, Part(index, shape.name, [], box, shape.said))
        part.outlines += outlines
        part.box = outline_box([part.box, box])
    if void:
        report.info("ignored_areas", file, areas=void)
    for part in parts.values():
        unreadable = shapes[part.number].kind == "mask" or not _has_area(part.box)
        if part.outlines or unreadable:
            yield part
        else:  # cut away
            place = f"shapes[{part.number}]"
            report.warning("shape_without_area", file, place, shape=f"{part.name}, {HOLE}")


def _cut(part: Part, holes: list[Outline]) -> None:
    if not part.outlines:
        return
    for hole in holes:
        part.outlines = without(part.outlines, hole)
    if part.outlines:
        part.box = outline_box(part.outlines)


def _has_area(box: tuple[float, float, float, float]) -> bool:
    return box[2] > box[0] and box[3] > box[1]


def _points(shape: Shape) -> Outline:
    return [value for point in shape.points for value in point]


def _outlines(shape: Shape, index: int, file: str, report: Report) -> list[Outline] | None:
    """The outlines of a shape; None if it is none that can be used, which is reported."""
    place = f"shapes[{index}]"
    if shape.kind == "mask" and len(shape.points) >= 2:
        if not all(map(math.isfinite, _points(shape))):
            report.error("nan_value", file, place)
            return None
        try:
            return _mask_outlines(shape)
        except (binascii.Error, *DECODE_ERRORS):
            report.error("malformed_outline", file, place)
            return []  # its box is known
    outline = _outline(shape)
    if outline is None:
        report.warning("shape_without_area", file, place, shape=shape.kind)
        return None
    if not all(map(math.isfinite, outline)):
        report.error("nan_value", file, place)
        return None
    return [outline]


def _outline(shape: Shape) -> Outline | None:
    """The outline of a shape of points; None if it has no area."""
    points = shape.points
    match shape.kind:
        case "rectangle" if len(points) >= 2:
            return box_outline(*outline_box([_points(shape)]))
        case "circle" if len(points) == 2:
            (x, y), edge = points
            radius = math.dist((x, y), edge)
            return ellipse(x, y, radius, radius)
        case kind if kind in BOXES | AREAS and len(points) >= 3:
            return _points(shape)
    return None


def _mask_outlines(shape: Shape) -> list[Outline]:
    """The outlines of the pixels of a mask, whose first point is its upper left pixel.

    Raises:
        ValueError: The pixels do not fit the points.
        DECODE_ERRORS: They cannot be decoded.
    """
    left, top, right, bottom = outline_box([_points(shape)])
    with open_image(io.BytesIO(base64.b64decode(shape.mask or ""))) as image:
        # what the points say bounds what is decoded
        width, height = right - left + 1, bottom - top + 1
        if max(abs(image.width - width), abs(image.height - height)) > _MOST_OFF:
            raise ValueError("the mask does not fit its points")
        inside = np.asarray(image.convert("L")) > 0
    x, y = round(left), round(top)
    outlines = outlines_of_mask(inside)
    if not outlines:
        raise ValueError("the mask is empty")
    return [[v + (y if n % 2 else x) for n, v in enumerate(outline)] for outline in outlines]

"""Shapes of CVAT's XML as outlines: boxes (turned, perhaps), polygons, ellipses, masks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.shapes import Outline, ellipse, turned_box
from paddlex_nb.data.images.decode import MAX_PIXELS
from paddlex_nb.data.source.numbers import parse_float, said_whole
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import OCCLUDED, yes_or_no
from paddlex_nb.data.store.object_table import XYXY, outline_box
from paddlex_nb.data.store.rle import outlines_of_mask

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BOX = ("xtl", "ytl", "xbr", "ybr")
_ELLIPSE = ("cx", "cy", "rx", "ry")
_MASK = ("left", "top", "width", "height")
_AREAS = frozenset({"box", "polygon", "ellipse", "mask"})
_NOT_SHAPES = frozenset({"tag", "attribute"})


class CvatObject(msgspec.Struct):
    """An object of an image.

    Attributes:
        number: Which shape it is, from 1; the first one if it is of several.
        class_id: Number of its class.
        outlines: Its outlines.
        box: Left, top, right, bottom.
        upright: It is a box that is not turned, which has no outline of its own.
        attributes: What else is said of it.
    """

    number: int
    class_id: int
    outlines: list[Outline]
    box: XYXY
    upright: bool
    attributes: dict[str, Any]


def objects_of(
    image: Element, at: str, file: str, numbers: ClassNumbers, report: Report
) -> list[CvatObject]:
    """The objects of an image that are whole; areas of one group and class are parts of one.

    Args:
        image: The element that holds the shapes.
        at: Where it is, for findings.
        file: The XML file, for findings.
        numbers: Gives the classes their numbers.
        report: Takes the findings.
    """
    objects: dict[tuple[int | str, ...], CvatObject] = {}
    for count, element in enumerate(image, 1):
        if element.tag in _NOT_SHAPES:
            continue
        place = f"{at}, object {count}"
        if element.tag not in _AREAS:
            report.warning("shape_without_area", file, place, shape=element.tag)
            continue
        name = element.get("label", "").strip()
        number = numbers.number(name)
        outlines = outlines_of(element)
        if number is None:
            report.error("unknown_class", file, place, name=name)
        elif not outlines:
            report.error("malformed_box", file, place)
        else:
            group = element.get("group_id") or "0"
            upright = element.tag == "box" and not _rotation(element)
            whole = group != "0" and element.tag != "box"
            key = (number, group) if whole else (count,)
            box = outline_box(outlines)
            new = CvatObject(count, number, [], box, upright, attributes_of(element))
            known = objects.setdefault(key, new)
            known.outlines += outlines
            known.box = outline_box([known.box, box])
    return list(objects.values())


def attributes_of(element: Element) -> dict[str, Any]:
    """What a shape says besides its label and where it is."""
    said: dict[str, Any] = {OCCLUDED: element.get(OCCLUDED)}
    for one in element.iterfind("attribute"):
        said[one.get("name") or ""] = yes_or_no(one.text or "")
    return said


def outlines_of(element: Element) -> list[Outline]:
    """The outlines of a shape; none if its numbers are none."""
    try:
        match element.tag:
            case "box":
                left, top, right, bottom = _numbers(element, _BOX)
                return [turned_box(left, top, right, bottom, _rotation(element))]
            case "ellipse":
                x, y, rx, ry = _numbers(element, _ELLIPSE)
                return [ellipse(x, y, rx, ry, _rotation(element))]
            case "mask":
                return _mask(element)
        points = element.get("points", "").split(";")
        values = [parse_float(v) for point in points for v in point.split(",")]
    except ValueError:
        return []
    sound = len(values) >= 6 and len(values) % 2 == 0 and all(map(math.isfinite, values))
    return [values] if sound else []


def _numbers(element: Element, names: tuple[str, ...]) -> list[float]:
    values = [parse_float(element.get(name)) for name in names]
    if not all(map(math.isfinite, values)):
        raise ValueError("no finite number")
    return values


def _rotation(element: Element) -> float:
    """Degrees by which a shape is turned clockwise about its centre."""
    try:
        degrees = parse_float(element.get("rotation") or 0)
    except ValueError:
        return 0.0
    return degrees if math.isfinite(degrees) else 0.0


def _mask(element: Element) -> list[Outline]:
    """The outlines of a mask: run lengths along the rows of its box, outside and inside in turn.

    Raises:
        ValueError: They do not fill the box.
    """
    left, top, *size = (int(value) for value in _numbers(element, _MASK))
    width, height = size
    runs = [said_whole(run.strip()) for run in element.get("rle", "").split(",")]
    if min(width, height) < 1 or width * height > MAX_PIXELS or None in runs:
        raise ValueError("no mask")
    counts = np.array(runs, np.int64)
    if counts.sum() != width * height:
        raise ValueError("the runs do not fill the mask")
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(height, width)
    return [
        [v + (top if n % 2 else left) for n, v in enumerate(outline)]
        for outline in outlines_of_mask(inside)
    ]

"""COCO annotations that are not as the format wants them, or that other ones do not fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress

from paddlex_nb.data.formats.coco.columns import CROWD, EXACT, NO_CROWD
from paddlex_nb.data.formats.coco.file import Annotation, Id
from paddlex_nb.data.formats.coco.outlines import as_number, read_outline
from paddlex_nb.data.formats.shapes import turned_box
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report, Value
from paddlex_nb.data.store.object_table import XYXY, ObjectTable, ObjectTableBuilder, outline_box

UNLISTED = -2
"""In place of the position of an image or class that the file does not list."""


def irregular_objects(
    annotations: Iterable[tuple[int, Annotation]],
    images: Mapping[Id, int],
    categories: Mapping[Id, int],
    unnumbered: Set[int],
    file: str,
    report: Report,
    *,
    outlined: bool,
) -> ObjectTable:
    """The objects that can be used; what is wrong with the others is reported.

    Args:
        annotations: Where each is in the file, and its content.
        images: Positions of the images by id, -1 for those that cannot be used.
        categories: Class numbers by category id.
        unnumbered: Annotations whose id is none or no number; looked at here for doubles.
        file: The COCO file, for findings.
        report: Takes the findings.
        outlined: Read the outlines too, not only the boxes.
    """
    objects = ObjectTableBuilder()
    seen: set[Id] = set()
    for number, item in annotations:
        place = f"annotations[{number}]"
        if number in unnumbered and item.id is not None:
            if item.id in seen:
                report.warning("duplicate_annotation_id", file, place, id=item.id)
            seen.add(item.id)
        given = [as_number(value) for value in item.bbox or []]
        box, polygons, wrong = _box(given), [], ""
        degrees = _rotation(item)
        if outlined or box is None or degrees:
            try:
                polygons = read_outline(bytes(item.segmentation))
            except ValueError as error:
                wrong = str(error)
        if box is not None and degrees:
            polygons = polygons or [turned_box(*box, degrees)]
            box = outline_box(polygons)
        if box is None and all(map(math.isfinite, given)):
            sound = [polygon for polygon in polygons if len(polygon) >= 6]
            box = outline_box(sound) if sound else None
        image = _row_of(images, item.image_id)
        class_id = _row_of(categories, item.category_id)
        unlisted = image == UNLISTED, class_id == UNLISTED
        problem = _problem(item, given, *unlisted, box, wrong)
        if problem is not None:
            code, values = problem
            report.error(code, file, place, **values)
        elif box is not None:
            if wrong:  # its box can still be used
                report.error(wrong, file, place)
            elif _is_infinite(bytes(item.area)):  # which is never used
                report.warning("infinite_value", file, place)
            if image >= 0:
                outline = polygons if outlined else []
                crowd = str(item.iscrowd).lower() in CROWD
                objects.add(
                    *(image, class_id, box, outline),
                    crowd=crowd,
                    number=number,
                    attributes=item.attributes,
                )
    return objects.build()


def _row_of(known: Mapping[Id, int], key: Id | None) -> int:
    if isinstance(key, str) and key not in known:  # as in the columns
        with suppress(ValueError):
            number = parse_float(key)
            key = number if abs(number) < EXACT else key
    return UNLISTED if key is None else known.get(key, UNLISTED)


def _box(given: Sequence[float]) -> XYXY | None:
    """Left, top, right, bottom, if the annotation says it."""
    if len(given) != 4:
        return None
    left, top, width, height = given
    box = left, top, left + width, top + height
    return box if all(map(math.isfinite, box)) else None


def _rotation(item: Annotation) -> float:
    """Degrees by which the box is turned clockwise about its centre: an attribute of CVAT's."""
    try:
        degrees = parse_float(item.attributes["rotation"])
    except (KeyError, TypeError, ValueError):
        return 0.0
    return degrees if math.isfinite(degrees) else 0.0


def _is_infinite(number: bytes) -> bool:
    try:
        return math.isinf(parse_float(number.strip(b'"')))
    except ValueError:
        return False


def _problem(
    item: Annotation,
    given: Sequence[float],
    no_image: bool,
    no_class: bool,
    box: XYXY | None,
    outline: str,
) -> tuple[str, dict[str, Value]] | None:
    """Why an annotation cannot be used: a finding's code and values."""
    if str(item.iscrowd).lower() not in {*CROWD, *NO_CROWD, "none"}:
        return "malformed_json", {"reason": f"iscrowd: {item.iscrowd}"}
    if any(map(math.isnan, given)) or outline == "nan_value":
        return "nan_value", {}
    if any(map(math.isinf, given)) or outline == "infinite_value":
        return "infinite_value", {}
    if no_image:
        return "unknown_image_id", {"id": "–" if item.image_id is None else item.image_id}
    if item.category_id is None:
        return "missing_category_id", {}
    if no_class:
        return "unknown_category_id", {"id": item.category_id}
    return ("malformed_box", {}) if box is None else None

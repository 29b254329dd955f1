"""Objects from the annotations of a COCO file: by columns, because there may be a million."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.formats.coco_file import Annotation, Box, Id
from paddlex_nb.data.formats.coco_outlines import read_outlines
from paddlex_nb.data.objects import DraftObjects, Outlines
from paddlex_nb.data.report import Report, Value

_NONE = (math.nan,) * 4
_UNLISTED = -2
_EMPTY = msgspec.Raw(b"")


def read_objects(
    positions: Sequence[int],
    items: Sequence[Annotation | Box],
    images: Mapping[Id, int],
    categories: Mapping[Id, int],
    seen: set[Id],
    file: str,
    report: Report,
    *,
    outlined: bool,
) -> DraftObjects:
    """The objects that can be used; what is wrong with the others is reported.

    Args:
        positions: Where each annotation is in the file.
        items: The annotations.
        images: Positions of the images by id, -1 for those that cannot be used.
        categories: Class numbers by category id.
        seen: Ids of earlier annotations; takes these.
        file: The COCO file, for findings.
        report: Takes the findings.
        outlined: Read the outlines too, not only the boxes.
    """
    numbers = np.array(positions, np.int32)
    image = _looked_up(images, [item.image_id for item in items])
    class_id = _looked_up(categories, [item.category_id for item in items])
    boxes = _boxes(items)
    wanted = outlined | ~np.isfinite(boxes.sum(axis=1))
    outlines, wrong = Outlines.none(len(items)), dict[int, str]()
    if wanted.any():
        raws = [getattr(item, "segmentation", _EMPTY) for item in items]
        if not outlined:
            raws = [raw if needed else _EMPTY for raw, needed in zip(raws, wanted, strict=True)]
        outlines, wrong = read_outlines(raws)
    _fill(boxes, items, outlines)
    _report_ids(items, numbers, seen, file, report)
    sound = np.isfinite(boxes.sum(axis=1))
    usable = (image >= 0) & (class_id >= 0) & sound
    suspects = {*np.flatnonzero(~usable).tolist(), *wrong, *_odd_areas(items)}
    for row in sorted(suspects):
        place = f"annotations[{numbers[row]}]"
        unknown = image[row] == _UNLISTED, class_id[row] == _UNLISTED
        problem = _problem(items[row], *unknown, bool(sound[row]), wrong.get(row, ""))
        if problem is not None:
            code, values = problem
            report.error(code, file, place, **values)
            usable[row] = False
        elif row in wrong:  # its box can still be used
            report.error(wrong[row], file, place)
        elif usable[row]:
            report.warning("infinite_value", file, place)
    rows = np.flatnonzero(usable)
    crowd = np.array([bool(item.iscrowd) for item in items], np.bool_)[rows]
    kept = outlines.take(rows) if outlined else Outlines.none(len(rows))
    return DraftObjects(image[rows], class_id[rows], boxes[rows], crowd, numbers[rows], kept)


def _looked_up(known: Mapping[Id, int], keys: Iterable[Id | None]) -> NDArray[np.int32]:
    get = known.get
    return np.fromiter(map(get, keys, repeat(_UNLISTED)), np.int32)  # type: ignore[arg-type]


def _boxes(items: Sequence[Annotation | Box]) -> NDArray[np.float64]:
    """Left, top, right, bottom; not finite where an annotation does not say it."""
    given = [item.bbox if item.bbox and len(item.bbox) == 4 else _NONE for item in items]
    try:
        flat = np.fromiter(chain.from_iterable(given), np.float64, 4 * len(given))
    except (ValueError, TypeError):
        rows = [box if all(map(_is_number, box)) else _NONE for box in given]
        flat = np.array(rows, np.float64).ravel()
    boxes = flat.reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _fill(
    boxes: NDArray[np.float64], items: Sequence[Annotation | Box], outlines: Outlines
) -> None:
    """Boxes around the outlines where none are given."""
    for row in np.flatnonzero(np.isnan(boxes[:, 0])).tolist():
        if not all(map(_is_number, items[row].bbox or [])):
            continue
        if polygons := [p for p in outlines.of(row) if len(p) >= 6]:
            points = np.concatenate(polygons).reshape(-1, 2)
            boxes[row] = *points.min(axis=0), *points.max(axis=0)


def _report_ids(
    items: Sequence[Annotation | Box],
    numbers: NDArray[np.int32],
    seen: set[Id],
    file: str,
    report: Report,
) -> None:
    """Report ids that several annotations use."""
    ids = [item.id for item in items if item.id is not None]
    fresh = set(ids)
    if len(fresh) == len(ids) and seen.isdisjoint(fresh):
        seen |= fresh
        return
    for item, number in zip(items, numbers.tolist(), strict=True):
        if item.id is not None and item.id in seen:
            report.warning("duplicate_annotation_id", file, f"annotations[{number}]", id=item.id)
        elif item.id is not None:
            seen.add(item.id)


def _odd_areas(items: Sequence[Annotation | Box]) -> list[int]:
    """Annotations whose area, which is never used, is infinite."""
    return [row for row, item in enumerate(items) if isinstance(item.area, str)]


def _problem(
    item: Annotation | Box, no_image: bool, no_class: bool, has_box: bool, outline: str
) -> tuple[str, dict[str, Value]] | None:
    """Why an annotation cannot be used: a finding's code and values."""
    box = item.bbox or []
    if None in box or outline == "nan_value":
        return "nan_value", {}
    if not all(map(_is_number, box)) or outline == "infinite_value":
        return "infinite_value", {}
    if no_image:
        return "unknown_image_id", {"id": "–" if item.image_id is None else item.image_id}
    if item.category_id is None:
        return "missing_category_id", {}
    if no_class:
        return "unknown_category_id", {"id": item.category_id}
    return None if has_box else ("malformed_box", {})

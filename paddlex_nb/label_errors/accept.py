"""Labels corrected as a model suggests, as changes that are listed and undone like all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import (
    AddObject,
    Change,
    DropObjects,
    Labels,
    SetBox,
    SetClass,
    SetObjectClass,
    make_all,
)
from paddlex_nb.data.store.record_file import ready_record
from paddlex_nb.label_errors.suggestion import XYWH, LabelError, shared
from paddlex_nb.metrics.overlap import MATCH_IOU

_UNMOVED = 0.95
"""Least overlap (IoU) of a box with what it was when it was suspected; coordinates are rounded."""


def accept(dataset: Path, errors: Sequence[LabelError]) -> list[int]:
    """Correct labels as suggested, all of them or none.

    Args:
        dataset: The data set's folder.
        errors: What is wrong.

    Returns:
        Numbers of the changes, which are fewer: images and objects that get the same class are
        one change, objects that are left out another.

    Raises:
        UserError: No change can say that (outlines and masks are drawn in other programs), or a
            label is no longer what was suspected.
    """
    task = ready_record(dataset).task
    changes: list[Change] = []
    for error in errors:
        change = _change(error, task)
        if change is None:
            raise UserError("label_errors.not_acceptable", file=error.path.name)
        changes.append(change)
    if not changes:
        return []
    made = make_all(dataset, _grouped(changes), lambda labels: _check_unchanged(labels, errors))
    return [entry.number for entry in made]


def acceptable(error: LabelError, task: Task) -> bool:
    """Whether a change can correct it.

    Args:
        error: What is wrong.
        task: The data set's.
    """
    return _change(error, task) is not None


def _change(error: LabelError, task: Task) -> Change | None:
    row, number, name = error.row, error.number, error.suggested
    match error.kind, task:
        case "swapped", Task.CLASSIFICATION if name is not None:
            return SetClass([row], name)
        case "swapped", Task.DETECTION | Task.INSTANCE_SEGMENTATION if name and number is not None:
            return SetObjectClass([(row, number)], name)
        case "superfluous", Task.DETECTION | Task.INSTANCE_SEGMENTATION if number is not None:
            return DropObjects([(row, number)])
        case "missed", Task.DETECTION if name and error.suggested_box:
            return AddObject(row, name, error.suggested_box)
        case "misplaced", Task.DETECTION if number is not None and error.suggested_box:
            return SetBox(row, number, error.suggested_box)
    return None


def _grouped(changes: Iterable[Change]) -> list[Change]:
    """Few changes that do what many do."""
    images: dict[str, list[int]] = {}
    objects: dict[str, list[tuple[int, int]]] = {}
    dropped: list[tuple[int, int]] = []
    single: list[Change] = []
    for change in changes:
        match change:
            case SetClass():
                images.setdefault(change.name, []).extend(change.images)
            case SetObjectClass():
                objects.setdefault(change.name, []).extend(change.objects)
            case DropObjects():
                dropped += change.objects
            case _:
                single.append(change)
    return [
        *(SetClass(rows, name) for name, rows in images.items()),
        *(SetObjectClass(pairs, name) for name, pairs in objects.items()),
        *([DropObjects(dropped)] if dropped else []),
        *single,
    ]


def _check_unchanged(labels: Labels, errors: Sequence[LabelError]) -> None:
    """Refuse what somebody has corrected since it was suspected."""
    for error in errors:
        if not _unchanged(labels, error):
            raise UserError("label_errors.changed_since", file=error.path.name)


def _unchanged(labels: Labels, error: LabelError) -> bool:
    objects, row = labels.objects, error.row
    if row >= len(labels.images):
        return False
    if error.number is not None:
        places = objects.find([(row, error.number)])
        if not len(places) or labels.classes[objects.class_id[places[0]]] != error.given:
            return False
        moved = error.kind == "misplaced"
        return not moved or shared(_box(objects.box[places[0]]), error.box) >= _UNMOVED
    if error.kind == "missed":
        known = objects.of_image(row)
        return not any(
            labels.classes[objects.class_id[place]] == error.suggested
            and shared(_box(objects.box[place]), error.suggested_box) >= MATCH_IOU
            for place in known.tolist()
        )
    given = int(labels.images[row])
    return given >= 0 and labels.classes[given] == error.given


def _box(xywh: Iterable[float]) -> XYWH:
    x, y, w, h = map(float, xywh)
    return x, y, w, h

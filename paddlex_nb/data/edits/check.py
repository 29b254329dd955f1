"""Whether a change fits a data set when it is made."""

from __future__ import annotations

from collections.abc import Sequence

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.changes.change import (
    XYWH,
    AddObject,
    Change,
    Exclude,
    Include,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    SetBox,
    SetClass,
    SetObjectClass,
    SingleObjects,
)
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.label_maps import IGNORE

_TASKS: dict[type, set[Task]] = {
    SetClass: {Task.CLASSIFICATION},
    SetObjectClass: {Task.DETECTION, Task.INSTANCE_SEGMENTATION},
    SingleObjects: {Task.DETECTION, Task.INSTANCE_SEGMENTATION},
    SetBox: {Task.DETECTION},
    AddObject: {Task.DETECTION},
    RemapMasks: {Task.SEGMENTATION},
}
"""What is possible only in some tasks."""


def check(change: Change, labels: Labels, task: Task) -> None:
    """Check what a change is about; what is not checked here is by `apply`.

    Raises:
        UserError: An image or object that it is about does not exist, it is of another task, or
            a box is empty.
    """
    if task not in _TASKS.get(type(change), {task}):
        outlined = task is Task.INSTANCE_SEGMENTATION and isinstance(change, SetBox | AddObject)
        key = "data.outlines_not_boxes" if outlined else "data.not_of_task"
        raise UserError(key, task=Message(f"data.task.{task}"))
    match change:
        case Exclude(images=rows) | Include(images=rows) | SetClass(images=rows):
            _check_rows(rows, labels)
        case SetObjectClass(objects=objects):
            _check_rows([row for row, _ in objects], labels)
            _check_objects(objects, labels)
        case SetBox(image=row, number=number, box=box):
            _check_rows([row], labels)
            _check_objects([(row, number)], labels)
            _check_box(row, box, labels)
        case AddObject(image=row, box=box):
            _check_rows([row], labels)
            _check_box(row, box, labels)
        case RemapMasks(pairs=pairs):
            _check_values(pairs, labels)
        case MergeClasses(pairs=[]) | RemoveClasses(names=[]):
            raise UserError("data.nothing_chosen")


def check_enough(labels: Labels, task: Task, imported: Sequence[str]) -> None:
    """Refuse labels from which there would be nothing to learn.

    Args:
        labels: The labels after a change.
        task: What they are for.
        imported: Class names of the first import.

    Raises:
        UserError: No image is left, or one class only.
    """
    usable = ~labels.excluded
    if not usable.any():
        raise UserError("data.nothing_left")
    enough = True
    if task is Task.CLASSIFICATION:
        classes = labels.images[usable]
        enough = bool((classes != classes[0]).any())
    elif task is Task.SEGMENTATION:
        enough = len(labels.classes) >= min(2, len(imported))
    if not enough:
        raise UserError("data.one_class_left")


def _check_rows(images: Sequence[int], labels: Labels) -> None:
    if not images:
        raise UserError("data.nothing_chosen")
    for row in images:
        if not 0 <= row < len(labels.images):
            raise UserError("data.no_such_image", row=row, images=len(labels.images))


def _check_objects(objects: Sequence[tuple[int, int]], labels: Labels) -> None:
    rows = labels.objects.find(objects)
    image, number = labels.objects.image[rows], labels.objects.number[rows]
    known = set(zip(image.tolist(), number.tolist(), strict=True))
    for pair in objects:
        if tuple(pair) not in known:
            raise UserError("data.no_such_object", image=_path(labels, pair[0]), number=pair[1])


def _check_box(row: int, box: XYWH, labels: Labels) -> None:
    if labels.clipped(row, box) is None:
        sides = ", ".join(f"{side:g}" for side in box)
        raise UserError("data.box_empty", image=_path(labels, row), box=sides)


def _check_values(pairs: Sequence[tuple[int, str]], labels: Labels) -> None:
    for value, _ in pairs:
        if not 0 <= value < IGNORE:
            raise UserError("data.mask_value", value=value, ignore=IGNORE)
    classes = {*labels.classes, *(name for _, name in pairs if name)}
    if len(classes) > IGNORE:
        raise UserError("data.too_many_classes", classes=len(classes), most=IGNORE)


def _path(labels: Labels, row: int) -> str:
    return str(labels.index.images["path"][row].as_py())

"""Applying changes: one after another, to the index of the version before or of the import.

What a change is about may be gone when it is applied again, after an update of the data set or
when an earlier change is taken back: then it does nothing. That it fits when it is made is held
by `check`.
"""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.changes.change import (
    AddObject,
    DropObjects,
    Exclude,
    Include,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    RenameClass,
    SetBox,
    SetClass,
    SetObjectClass,
    SingleObjects,
)
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.label_maps import IGNORE


@singledispatch
def apply(change: object, labels: Labels) -> None:
    """Make a change in labels.

    Raises:
        UserError: It does not fit the data set.
    """
    raise TypeError(f"{type(change).__name__} is no change of {labels.classes}")


@apply.register
def _exclude(change: Exclude, labels: Labels) -> None:
    labels.excluded[labels.rows(change.images)] = True


@apply.register
def _include(change: Include, labels: Labels) -> None:
    rows = labels.rows(change.images)
    labels.excluded[rows] = labels.gone[rows]


@apply.register
def _set_class(change: SetClass, labels: Labels) -> None:
    labels.images[labels.rows(change.images)] = labels.class_number(change.name)


@apply.register
def _drop(change: DropObjects, labels: Labels) -> None:
    labels.objects.kept[labels.objects.find(change.objects)] = False


@apply.register
def _single(_change: SingleObjects, labels: Labels) -> None:
    labels.objects.crowd = np.zeros_like(labels.objects.crowd)


@apply.register
def _set_object_class(change: SetObjectClass, labels: Labels) -> None:
    rows = labels.objects.find(change.objects)
    labels.objects.class_id[rows] = labels.class_number(change.name)


@apply.register
def _set_box(change: SetBox, labels: Labels) -> None:
    box = labels.clipped(change.image, change.box)
    if box is not None:
        labels.objects.box[labels.objects.find([(change.image, change.number)])] = box


@apply.register
def _add_object(change: AddObject, labels: Labels) -> None:
    box = labels.clipped(change.image, change.box)
    if box is not None:
        class_id = labels.class_number(change.name)
        labels.objects.add(change.image, change.number, class_id, box)


@apply.register
def _merge(change: MergeClasses, labels: Labels) -> None:
    for name, into in change.pairs:
        old, new = labels.class_number(name), labels.class_number(into)
        if old != new:
            _renumber(labels, old, new)


@apply.register
def _rename(change: RenameClass, labels: Labels) -> None:
    number = labels.class_number(change.name)
    if change.new in labels.classes[:number] + labels.classes[number + 1 :]:
        raise UserError("data.class_name_taken", name=change.new, former=change.name)
    labels.classes[number] = change.new


@apply.register
def _remove(change: RemoveClasses, labels: Labels) -> None:
    for name in change.names:
        number = labels.class_number(name)
        if number in labels.occurring()[1]:
            raise UserError("data.class_in_use", name=name)
        _renumber(labels, number, -1)


@apply.register
def _remap(change: RemapMasks, labels: Labels) -> None:
    for value, name in change.pairs:
        if name and name not in labels.classes:
            labels.classes.append(name)
        labels.table[value] = labels.class_number(name) if name else IGNORE


def _renumber(labels: Labels, old: int, new: int) -> None:
    """Take out class ``old``; what was of it becomes of ``new``, or of none if that is -1."""
    moved = np.arange(len(labels.classes), dtype=np.int32)
    moved[old] = new
    moved[moved > old] -= 1
    labels.classes.pop(old)
    inside = labels.images >= 0
    labels.images[inside] = moved[labels.images[inside]]
    labels.objects.class_id = moved[labels.objects.class_id]
    meant = labels.table != IGNORE
    labels.table[meant] = moved[labels.table[meant]]  # -1 becomes `IGNORE`

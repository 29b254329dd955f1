"""Corrections made one after the other are what they are made all at once."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import AddObject, Change
from paddlex_nb.data.edits.check import check
from paddlex_nb.data.store.changes.apply import apply
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.label_maps import own_numbers


def same_one_by_one(folder: Path, names: list[str], task: Task, chosen: list[Change]) -> None:
    """Make those changes that fit, each to the index that the one before has left, then all."""
    base = base_index(folder)
    gone, table = base.numbers("excluded"), own_numbers(len(names))
    index, classes, values, made = base, names, table, list[Change]()
    for number, change in enumerate(chosen, 1):
        if isinstance(change, AddObject):
            change = msgspec.structs.replace(change, number=-number)
        labels = Labels.from_index(index, classes, gone, values)
        try:
            check(change, labels, task)
            apply(change, labels)
        except UserError:
            continue
        index, classes, values = labels.changed_index(), labels.classes, labels.table
        made.append(change)
    again = Labels.from_index(base, names, gone, table)
    for change in made:
        apply(change, again)
    whole = again.changed_index()
    assert again.classes == classes
    assert whole.images.equals(index.images)
    assert whole.objects.equals(index.objects)
    assert np.array_equal(again.table, values)

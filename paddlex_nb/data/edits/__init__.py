"""Changes of a data set: kept in the workspace, listed, undone; the user's files stay as they are.

A data set with changes has a version: a folder with its index and ``changes.json``. The record
names the current one; writing it is what makes a change. Runs keep the version that they were
trained with. What is read, changed and written again is so under the data set's lock
(`data.store`); functions that say so ask that whoever calls holds it.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, read_json, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits.apply import apply
from paddlex_nb.data.edits.change import (
    XYWH,
    AddObject,
    Change,
    DropObjects,
    Entry,
    Exclude,
    History,
    Include,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    SetBox,
    SetClass,
    SetObjectClass,
    SingleObjects,
    kind_of,
)
from paddlex_nb.data.edits.check import check
from paddlex_nb.data.edits.describe import describe
from paddlex_nb.data.edits.labels import Labels
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import changing, sweep, write_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.versions import (
    as_recorded,
    version_classes,
    version_folder,
    version_table,
)
from paddlex_nb.layout.dataset import DatasetFolder, VersionFolder

__all__ = [
    "XYWH",
    "AddObject",
    "Change",
    "DropObjects",
    "Entry",
    "Exclude",
    "History",
    "Include",
    "MergeClasses",
    "RemapMasks",
    "RemoveClasses",
    "SetBox",
    "SetClass",
    "SetObjectClass",
    "SingleObjects",
    "describe",
    "history",
    "kind_of",
    "make",
    "rebase",
    "undo",
]


def history(folder: Path) -> History:
    """The changes of a data set."""
    return as_recorded(folder, lambda record: _history(folder, record))


def _history(folder: Path, record: DatasetRecord) -> History:
    if not record.version:
        return History(record.classes)
    return read_json(DatasetFolder(folder).version(record.version).changes, History)


def make(folder: Path, change: Change, code: str = "") -> Entry:
    """Make a change.

    Args:
        folder: The data set's folder.
        change: What to change.
        code: Code of the findings that it mends.

    Raises:
        UserError: It does not fit the data set, would leave nothing to train with, or mends
            findings and was made already.
    """
    with changing(folder) as record:
        known = _history(folder, record)
        if code and any(e.code == code and e.change == change for e in known.entries):
            raise UserError("data.no_mend", code=code)
        number = known.last + 1
        if isinstance(change, AddObject):
            change = msgspec.structs.replace(change, number=-number)
        place = version_folder(folder, record.version)
        labels = Labels.from_index(
            Index.load(place),
            known.classes,
            Index.load(version_folder(folder, record.base)).numbers("excluded"),
            version_table(folder, record, record.version),
        )
        check(change, labels, record.task)
        apply(change, labels)
        entry = Entry(number, time.time(), change, code)
        _save(folder, record, labels, place, [*known.entries, entry], number)
        return entry


def undo(folder: Path, number: int | None = None) -> Entry:
    """Take a change back.

    Args:
        folder: The data set's folder.
        number: Which one; the newest if None.

    Raises:
        UserError: There is no such change, or a later one needs it.
    """
    with changing(folder) as record:
        known = _history(folder, record)
        matching = [e for e in known.entries if number in {None, e.number}]
        if not matching:
            if number is None:
                raise UserError("data.no_change")
            raise UserError("data.no_such_change", number=number)
        entries = [e for e in known.entries if e is not matching[-1]]
        _save_applied(folder, record, entries, known.last)
        return matching[-1]


def rebase(
    folder: Path, index: Index, classes: list[str], record: DatasetRecord, entries: list[Entry]
) -> None:
    """Begin from another index, in which rows mean the same; changes are made to it again.

    Whoever calls holds the lock.

    Args:
        folder: The data set's folder.
        index: The index without changes.
        classes: Its class names.
        record: The record as it is now, with what it is to say besides.
        entries: The changes.

    Raises:
        UserError: A change does not fit any more.
    """
    known = _history(folder, record)
    record.imported_classes = version_classes(folder, record, "")
    record.base = f"base-{uuid.uuid4().hex[:8]}"
    place = version_folder(folder, record.base)
    with disk_errors(place):
        place.mkdir(parents=True)
    index.save(place)
    write_json(VersionFolder(place).changes, History(classes, [], known.last))
    # no run is trained with the former one, a base always has a version above it
    _save_applied(folder, record, entries, known.last)


def _save_applied(folder: Path, record: DatasetRecord, entries: list[Entry], last: int) -> None:
    """Make the labels as the import found them, with changes, the version that counts."""
    place = version_folder(folder, record.base)
    base = Index.load(place)
    classes = version_classes(folder, record, record.base)
    table = version_table(folder, record, record.base)
    labels = Labels.from_index(base, classes, base.numbers("excluded"), table)
    for entry in entries:
        apply(entry.change, labels)
    _save(folder, record, labels, place, entries, last)


def _save(
    folder: Path, record: DatasetRecord, labels: Labels, read: Path, entries: list[Entry], last: int
) -> None:
    """Make labels, whose index was read from a folder, the version that counts."""
    imported = version_classes(folder, record, "")
    index = labels.changed_index()
    _check_enough(record, labels, imported)
    version = f"{last:04}-{uuid.uuid4().hex[:8]}"
    place = version_folder(folder, version)
    with disk_errors(place):
        place.mkdir(parents=True)
    index.save(place, (labels.index, read))
    values = labels.table.tolist() if record.task is Task.SEGMENTATION else []
    write_json(VersionFolder(place).changes, History(labels.classes, entries, last, values))
    record.version, record.classes, record.imported_classes = version, labels.classes, imported
    record.images = int(len(index) - index.numbers("excluded").sum())
    write_record(folder, record)
    sweep(folder, record)


def _check_enough(record: DatasetRecord, labels: Labels, imported: list[str]) -> None:
    """Refuse a change after which there would be nothing to learn."""
    usable = ~labels.excluded
    if not usable.any():
        raise UserError("data.nothing_left")
    enough = True
    if record.task is Task.CLASSIFICATION:
        enough = len(set(labels.images[usable].tolist())) > 1
    elif record.task is Task.SEGMENTATION:
        enough = len(labels.classes) >= min(2, len(imported))
    if not enough:
        raise UserError("data.one_class_left")

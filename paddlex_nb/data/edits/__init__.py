"""Changes of a data set: kept in the workspace, listed, undone; the user's files stay as they are.

A change, or that one is undone, is written to the journal of the current version, and is seen by
whoever looks next (`data.store.snapshot`). Who needs a version that stays, such as a training,
has one made of what waits there: a folder with its index and ``changes.json``, which the record
names (`data.store.changes`). Runs keep the version that they were trained with. What is read,
changed and written again is so under the data set's lock (`data.store`); functions that say so
ask that whoever calls holds it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_json
from paddlex_nb.data.edits.check import check, check_enough
from paddlex_nb.data.edits.describe import describe
from paddlex_nb.data.store.changes.change import (
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
    RenameClass,
    SetBox,
    SetClass,
    SetObjectClass,
    SingleObjects,
    Undo,
    kind_of,
)
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.changes.live import LiveLabels, live
from paddlex_nb.data.store.changes.settle import (
    apply_again,
    save_version,
    version_history,
)
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import holding
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.snapshot import history
from paddlex_nb.data.store.versions import version_classes, version_folder
from paddlex_nb.layout.dataset import VersionFolder

__all__ = [
    "XYWH",
    "AddObject",
    "Change",
    "DropObjects",
    "Entry",
    "Exclude",
    "History",
    "Include",
    "Labels",
    "MergeClasses",
    "RemapMasks",
    "RemoveClasses",
    "RenameClass",
    "SetBox",
    "SetClass",
    "SetObjectClass",
    "SingleObjects",
    "describe",
    "history",
    "kind_of",
    "make",
    "make_all",
    "rebase",
    "undo",
    "undo_all",
]


def make(folder: Path, change: Change, code: str = "") -> Entry:
    """Make a change.

    Args:
        folder: The data set's folder.
        change: What to change.
        code: Code of the findings that it fixes.

    Raises:
        UserError: It does not fit the data set, would leave nothing to train with, or fixes
            findings and was made already.
    """
    [entry] = make_all(folder, [change], code=code)
    return entry


def make_all(
    folder: Path,
    changes: Iterable[Change],
    fits: Callable[[Labels], None] | None = None,
    *,
    code: str = "",
) -> list[Entry]:
    """Make changes, all of them or none: however many there are, they are written once.

    Args:
        folder: The data set's folder.
        changes: What to change.
        fits: Raises a `UserError` if the labels, as they are before, are not those meant.
        code: Code of the findings that they fix.

    Raises:
        UserError: As of `make`, or what ``fits`` raises.
    """
    made: list[Entry] = []
    with holding(folder) as record, live(folder, record) as state:
        if fits is not None:
            fits(state.labels)
        for change in changes:
            if code and any(e.code == code and e.change == change for e in state.entries):
                raise UserError("data.no_fix", code=code)
            number = state.last + 1
            if isinstance(change, AddObject):
                change = msgspec.structs.replace(change, number=-number)
            check(change, state.labels, record.task)
            made.append(Entry(number, time.time(), change, code))
            state.add(made[-1])
        check_enough(state.labels, record.task, version_classes(folder, record, ""))
        state.keep(*made)
    return made


def undo(folder: Path, number: int | None = None) -> Entry:
    """Take a change back.

    Args:
        folder: The data set's folder.
        number: Which one; the newest if None.

    Raises:
        UserError: There is no such change, or a later one needs it.
    """
    with holding(folder) as record, live(folder, record) as state:
        matching = [e for e in state.entries if number in {None, e.number}]
        if not matching:
            if number is None:
                raise UserError("data.no_change")
            raise UserError("data.no_such_change", number=number)
        undone = matching[-1]
        _take_back(folder, record, state, [undone.number])
        return undone


def undo_all(folder: Path, numbers: Iterable[int]) -> None:
    """Take changes back, all of them or none: the others are applied again once.

    Args:
        folder: The data set's folder.
        numbers: Which ones; those that somebody has taken back already stay so.

    Raises:
        UserError: A later change needs one of them.
    """
    with holding(folder) as record, live(folder, record) as state:
        there = {entry.number for entry in state.entries}
        if wanted := [number for number in numbers if number in there]:
            _take_back(folder, record, state, wanted)


def _take_back(folder: Path, record: DatasetRecord, state: LiveLabels, numbers: list[int]) -> None:
    state.take_back(*numbers)
    check_enough(state.labels, record.task, version_classes(folder, record, ""))
    state.keep(*map(Undo, numbers))


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
    known = version_history(folder, record)
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
    labels = apply_again(folder, record, entries)
    check_enough(labels, record.task, version_classes(folder, record, ""))
    save_version(folder, record, labels, version_folder(folder, record.base), entries, last)

"""A data set with all its changes, as it is now: what everybody sees who does not change it.

A version is written for those who keep to it, such as runs. Looking needs none: a click must not
wait for one, and who may only read cannot write one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.changes.change import History
from paddlex_nb.data.store.changes.live import LiveLabels, live
from paddlex_nb.data.store.changes.settle import journal, version_history
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import has_waiting_changes, holding, read_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.versions import as_recorded, version_folder, version_table

T = TypeVar("T")

_REFUSED = {"core.read_only", "core.no_permission", "core.disk_full"}
"""Errors of a disk on which the lock cannot be taken; then nothing has to be written either."""


class Snapshot(msgspec.Struct):
    """A data set as it was at one moment, with all changes.

    Attributes:
        record: Its record; the version that it names lacks those changes that wait.
        index: Its index.
        table: Class number by value of a mask's pixel, 255 for none; of shape (256,).
    """

    record: DatasetRecord
    index: Index
    table: NDArray[np.uint8]


def snapshot(folder: Path) -> Snapshot:
    """A data set as it is now; no version is written.

    Raises:
        UserError: There is none, or it is damaged.
    """
    record = read_record(folder)
    if not has_waiting_changes(folder, record):
        return as_recorded(folder, lambda record: _of_version(folder, record))
    return _look(
        folder,
        lambda state: Snapshot(
            state.current_record(), state.labels.snapshot(), state.labels.table.copy()
        ),
    )


def record_now(folder: Path) -> DatasetRecord:
    """The record of a data set with all changes; no version is written.

    Raises:
        UserError: There is none, or it is damaged.
    """
    record = read_record(folder)
    if not has_waiting_changes(folder, record):
        return record
    return _look(folder, LiveLabels.current_record)


def history(folder: Path) -> History:
    """The changes of a data set; no version is written.

    Raises:
        UserError: There is no data set, or it is damaged.
    """
    record = read_record(folder)
    if not has_waiting_changes(folder, record):
        return as_recorded(folder, lambda record: version_history(folder, record))
    return _look(
        folder,
        lambda state: History(list(state.labels.classes), list(state.entries), state.last),
    )


def _look(folder: Path, look: Callable[[LiveLabels], T]) -> T:
    """What somebody sees of a data set with all changes."""
    try:
        with holding(folder) as record, live(folder, record) as state:
            return look(state)
    except UserError as error:
        if error.code not in _REFUSED:
            raise
    # who may only read holds no lock: what is seen counts if no version was made meanwhile
    while True:
        record, seen = as_recorded(folder, lambda record: (record, look(_anew(folder, record))))
        if read_record(folder).version == record.version:
            return seen


def _anew(folder: Path, record: DatasetRecord) -> LiveLabels:
    state = LiveLabels(folder, record)
    state.follow(record)
    return state


def edition(folder: Path) -> tuple[str, str, int]:
    """Another one as soon as the data set is changed or its images are moved.

    Raises:
        UserError: There is none, or it is damaged.
    """
    record = read_record(folder)
    return record.version, record.root, journal(folder, record).size


def _of_version(folder: Path, record: DatasetRecord) -> Snapshot:
    return Snapshot(
        record,
        Index.load(version_folder(folder, record.version)),
        version_table(folder, record, record.version),
    )

"""A data set with all its changes in memory: for whoever shows it while it is corrected.

A version is written for those who keep to it, such as runs. Looking needs none, and a click must
not wait for one.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.changes.live import live
from paddlex_nb.data.store.changes.settle import journal
from paddlex_nb.data.store.current import as_recorded
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import has_waiting_changes, holding, read_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.versions import version_folder, version_table


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
    with holding(folder) as record, live(folder, record) as state:
        labels = state.labels
        return Snapshot(state.current_record(), labels.snapshot(), labels.table.copy())


def record_now(folder: Path) -> DatasetRecord:
    """The record of a data set with all changes; no version is written.

    Raises:
        UserError: There is none, or it is damaged.
    """
    record = read_record(folder)
    if not has_waiting_changes(folder, record):
        return record
    with holding(folder) as record, live(folder, record) as state:
        return state.current_record()


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

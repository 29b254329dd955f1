"""The index of a data set that counts: as imported, as updated, or with changes."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.snapshot import snapshot
from paddlex_nb.data.store.versions import as_recorded, version_folder


def base_index(folder: Path) -> Index:
    """The index of a data set without its changes; its rows are those of every version.

    Raises:
        UserError: There is none, or it is damaged.
    """
    return as_recorded(folder, lambda record: Index.load(version_folder(folder, record.base)))


def current_index(folder: Path) -> Index:
    """The index of a data set with its changes.

    Raises:
        UserError: There is none, or it is damaged.
    """
    return current(folder)[1]


def current(folder: Path) -> tuple[DatasetRecord, Index]:
    """The description of a data set and the index that belongs to it, with its changes.

    Raises:
        UserError: There is none, or it is damaged.
    """
    taken = snapshot(folder)
    return taken.record, taken.index

"""The index of a data set that counts: as imported, as updated, or with changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.changes.settle import settle
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.versions import version_folder

T = TypeVar("T")


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
    return as_recorded(
        folder, lambda record: (record, Index.load(version_folder(folder, record.version)))
    )


def as_recorded(folder: Path, read: Callable[[DatasetRecord], T]) -> T:
    """Read what the record names; once more where it has named another version meanwhile.

    Args:
        folder: The data set's folder.
        read: Opens files of the versions that the record names.

    Raises:
        UserError: There is no such data set, or it is damaged.
    """
    record = settle(folder)
    while True:
        try:
            return read(record)
        except UserError:  # noqa: PERF203 - as often as it takes
            known, record = record, settle(folder)
            if (record.version, record.base) == (known.version, known.base):
                raise

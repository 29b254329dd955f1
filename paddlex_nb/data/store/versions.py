"""What a version of a data set is called and holds: its folder, its classes, its mask values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.data.store.label_maps import own_numbers
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.layout.dataset import DatasetFolder

T = TypeVar("T")


class _Named(msgspec.Struct):
    classes: list[str]
    values: list[int] = []


def as_recorded(folder: Path, read: Callable[[DatasetRecord], T]) -> T:
    """Read versions that the record names; once more where it has named others meanwhile.

    Changes that wait in the journal are in none of them: see `snapshot`.

    Args:
        folder: The data set's folder.
        read: Opens files of the versions that the record names.

    Raises:
        UserError: There is no such data set, or it is damaged.
    """
    record = read_record(folder)
    while True:
        try:
            return read(record)
        except UserError:  # noqa: PERF203 - as often as it takes
            known, record = record, read_record(folder)
            if (record.version, record.base) == (known.version, known.base):
                raise


def version_folder(folder: Path, version: str) -> Path:
    """The folder of a version; that of the data set as it was first imported if empty."""
    return DatasetFolder(folder).version(version).path


def version_classes(folder: Path, record: DatasetRecord, version: str) -> list[str]:
    """Class names in a version; those of the first import if it is empty.

    Raises:
        UserError: There is no such version, or it is damaged.
    """
    if not version:
        return record.imported_classes or record.classes
    return read_json(DatasetFolder(folder).version(version).changes, _Named).classes


def version_table(folder: Path, record: DatasetRecord, version: str) -> NDArray[np.uint8]:
    """Class number, or 255 for none, by the value of a pixel of a mask; of shape (256,).

    Raises:
        UserError: There is no such version, or it is damaged.
    """
    if version:
        named = read_json(DatasetFolder(folder).version(version).changes, _Named)
        if named.values:
            return np.array(named.values, np.uint8)
    return own_numbers(len(version_classes(folder, record, version)))

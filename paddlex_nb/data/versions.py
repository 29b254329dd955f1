"""Which index of a data set counts: as imported, as updated, or with changes."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.data.index import VERSIONS, Index
from paddlex_nb.data.records import DatasetRecord
from paddlex_nb.files import read_json


def base_index(folder: Path) -> Index:
    """The index of a data set without its changes; its rows are those of every version.

    Raises:
        UserError: There is none, or it is damaged.
    """
    return Index.load(version_folder(folder, _record(folder).base))


def current_index(folder: Path) -> Index:
    """The index of a data set with its changes.

    Raises:
        UserError: There is none, or it is damaged.
    """
    record = _record(folder)
    return Index.load(version_folder(folder, record.version or record.base))


def version_folder(folder: Path, version: str) -> Path:
    """The folder of a version; that of the data set as it was first imported if empty."""
    return folder / VERSIONS / version if version else folder


def _record(folder: Path) -> DatasetRecord:
    return read_json(folder / "dataset.json", DatasetRecord)

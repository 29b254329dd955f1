"""A version made of the changes that wait."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.records import DatasetRecord


def settle(folder: Path) -> DatasetRecord:
    """The record of a data set, with a version that holds all changes."""
    with changing(folder) as record:
        return record

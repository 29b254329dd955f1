"""The predictions that an evaluation has stored, as everybody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

_HEAVY = {"mask", "mask_counts", "box"}
"""Columns that only drawing needs."""


def stored_predictions(path: Path, *, counts_only: bool = False) -> pa.Table:
    """The table of an evaluation (`Metric.table`, with ``path``), mapped from disk.

    Args:
        path: The file.
        counts_only: Without boxes and masks.

    Raises:
        UserError: It is gone or damaged.
    """
    import pyarrow as pa

    try:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error
    if not counts_only:
        return table
    return table.select([name for name in table.column_names if name not in _HEAVY])


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of columns that do not fit each other, or are of other types, that a file is damaged.

    Args:
        path: The file that they are of.

    Raises:
        UserError: What is done with them has failed for that.
    """
    try:
        yield
    except (ValueError, TypeError, AttributeError, LookupError, NotImplementedError) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error

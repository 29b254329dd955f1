"""Columns of lists of an Arrow table as flat arrays; pyarrow itself is not imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa


def flat(
    table: pa.Table, name: str, dtype: type[np.generic] = np.float64
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The values of a column of lists, one after another, and the place of the row of each.

    Args:
        table: The table.
        name: Name of the column.
        dtype: What the values are to be; in float64 those that are null are NaN.

    Returns:
        Places of rows, rising, and values, both of shape (values,); a null list has none.
    """
    column = table[name].combine_chunks()
    lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    values = column.flatten().to_numpy(zero_copy_only=False).astype(dtype, copy=False)
    return np.repeat(np.arange(len(table)), lengths), values

"""Which images stay on one side of a split: copies, and what belongs together."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.index import Index

FOLDER, COLUMN = "folder", "column"
"""Words for what is kept together: images of one folder, or of one value in a table's column."""


def groups_of(index: Index, together: str) -> NDArray[np.int32]:
    """A number for each image, the same for images that stay together; of shape (images,).

    Args:
        index: The data set.
        together: Besides copies: nothing (empty), `FOLDER`, `COLUMN`, or a regular expression for
            paths: images for which it finds the same text (its first group, if it has one) stay
            together.

    Raises:
        UserError: It is no regular expression, or nothing is found by it.
    """
    copies = index.numbers("group")
    if not together:
        return copies
    paths: list[str] = index.images["path"].to_pylist()
    keys: list[Hashable]
    if together == FOLDER:
        keys = [path.rpartition("/")[0] for path in paths]
    elif together == COLUMN:
        keys = [value or row for row, value in enumerate(index.images["together"].to_pylist())]
    else:
        keys = _pattern_keys(paths, together)
    if len(set(keys)) == len(keys):
        raise UserError("data.nothing_together", together=together)
    return _joined(copies, keys)


def _pattern_keys(paths: Sequence[str], pattern: str) -> list[Hashable]:
    try:
        search = re.compile(pattern).search
    except re.error as error:
        raise UserError("data.bad_pattern", pattern=pattern, reason=str(error)) from error
    matches = [search(path) for path in paths]
    return [
        row if match is None else (match[1] if match.re.groups else match[0]) or row
        for row, match in enumerate(matches)
    ]


def _joined(copies: NDArray[np.int32], keys: Sequence[Hashable]) -> NDArray[np.int32]:
    """Groups of images that a chain of copies and equal keys connects."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    rows = np.arange(len(keys))
    ends = np.concatenate([copies, [first[key] for key in keys]])
    links = coo_array((np.ones(len(ends)), (np.tile(rows, 2), ends)), shape=(len(rows),) * 2)
    return np.asarray(connected_components(links, directed=False)[1], np.int32)

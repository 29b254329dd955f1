"""Copies on both sides of a split, which make its figures look better than they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paddlex_nb.data.store.current import current_index
from paddlex_nb.data.store.split_file import sides


def leaks(folder: Path) -> int:
    """How many images have a copy in another part of the current split."""
    index = current_index(folder)
    side = sides(folder, len(index))
    side[index.numbers("excluded")] = -1
    group = index.numbers("group")
    inside = side >= 0
    pairs = np.unique(np.stack([group[inside], side[inside]], axis=1), axis=0)
    shared = np.flatnonzero(np.bincount(pairs[:, 0], minlength=1) > 1)
    return int(np.isin(group[inside], shared).sum())

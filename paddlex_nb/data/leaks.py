"""Copies on both sides of a division, which make its figures look better than they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paddlex_nb.data.records import SPLITS
from paddlex_nb.data.split import read_splits
from paddlex_nb.data.versions import current_index


def leaks(folder: Path) -> int:
    """How many images have a copy in another split of the current division."""
    splits, index = read_splits(folder), current_index(folder)
    side = np.full(len(index), -1)
    for number, name in enumerate(SPLITS):
        side[getattr(splits, name)] = number
    side[index.numbers("excluded")] = -1
    group = index.numbers("group")
    inside = side >= 0
    pairs = np.unique(np.stack([group[inside], side[inside]], axis=1), axis=0)
    shared = np.flatnonzero(np.bincount(pairs[:, 0], minlength=1) > 1)
    return int(np.isin(group[inside], shared).sum())

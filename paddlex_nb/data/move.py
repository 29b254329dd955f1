"""Moving images to a split by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from paddlex_nb.data.grouping import groups_of
from paddlex_nb.data.records import SPLITS, split_name
from paddlex_nb.data.split_file import read_splits, save_splits
from paddlex_nb.data.versions import current_index
from paddlex_nb.errors import UserError


def move_to_split(folder: Path, images: Sequence[int], split: str) -> int:
    """Move images to a split, and with them what stays together: copies, and as the plan says.

    Runs keep the division that they were trained with; dividing anew forgets what was moved.

    Args:
        folder: The data set's folder.
        images: Rows of the index.
        split: train, val or test.

    Returns:
        How many images moved, with those that stay together; excluded ones move too.

    Raises:
        UserError: There is no such split or image, or nothing would be left in train or val.
    """
    if split not in SPLITS:
        raise UserError("data.no_such_split", split=split, known=", ".join(SPLITS))
    index, splits = current_index(folder), read_splits(folder)
    if not images:
        raise UserError("data.nothing_chosen")
    for row in images:
        if not 0 <= row < len(index):
            raise UserError("data.no_such_image", row=row, images=len(index))
    groups = groups_of(index, splits.plan.together)
    chosen = np.isin(groups, groups[list(images)])
    before = set(getattr(splits, split))
    moved = set(np.flatnonzero(chosen).tolist())
    rows = {name: sorted(set(getattr(splits, name)) - moved) for name in SPLITS}
    rows[split] = sorted(before | moved)
    excluded = index.numbers("excluded")
    for name in ("train", "val"):
        if excluded[rows[name]].all() and not excluded[getattr(splits, name)].all():
            raise UserError("data.split_emptied", split=split_name(name))
    save_splits(folder, msgspec.structs.replace(splits, **rows), index)
    return len(moved - before)

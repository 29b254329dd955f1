"""Moving images to a split by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.wording import instead
from paddlex_nb.data.splitting.grouping import groups_of
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.current import current
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import SPLITS, split_name
from paddlex_nb.data.store.split_file import Splits, read_splits, save_splits


class Move(msgspec.Struct, frozen=True):
    """Images that were moved by hand.

    Attributes:
        split: Where to.
        former: Their rows by the split that they were in; those that were in none are not named.
        count: How many images moved.
    """

    split: str
    former: dict[str, list[int]]
    count: int


def move_to_split(folder: Path, images: Sequence[int], split: str) -> Move:
    """Move images to a split, and with them what stays together: copies, and as the plan says.

    Runs keep the split that they were trained with; dividing anew forgets what was moved.

    Args:
        folder: The data set's folder.
        images: Rows of the index.
        split: train, val or test.

    Returns:
        What moved, with what stays together; excluded images move too.

    Raises:
        UserError: There is no such split or image, or nothing would be left in train or val.
    """
    if split not in SPLITS:
        raise UserError("data.no_such_split", split=split, known=instead(split, SPLITS))
    if not images:
        raise UserError("data.nothing_chosen")
    with changing(folder) as record:
        index, splits = current(folder)[1], read_splits(folder)
        for row in images:
            if not 0 <= row < len(index):
                raise UserError("data.no_such_image", row=row, images=len(index))
        groups = groups_of(index, splits.plan.together)
        moved = set(np.flatnonzero(np.isin(groups, groups[list(images)])).tolist())
        before = {name: set(getattr(splits, name)) for name in SPLITS}
        after = {name: before[name] - moved for name in SPLITS}
        after[split] |= moved
        divided = _divided(splits, after)
        _check_enough(splits, divided, index)
        save_splits(folder, record, divided, index)
    former = {name: sorted(before[name] & moved) for name in SPLITS if name != split}
    return Move(split, former, len(moved - before[split]))


def move_back(folder: Path, move: Move) -> None:
    """Take a move back; images that were moved on or divided anew since stay where they are.

    Raises:
        UserError: Nothing would be left in train or val.
    """
    with changing(folder) as record:
        index, splits = current(folder)[1], read_splits(folder)
        after = {name: set(getattr(splits, name)) for name in SPLITS}
        for name, rows in move.former.items():
            back = after[move.split].intersection(rows)
            after[move.split] -= back
            after[name] |= back
        divided = _divided(splits, after)
        _check_enough(splits, divided, index)
        save_splits(folder, record, divided, index)


def _divided(splits: Splits, rows: dict[str, set[int]]) -> Splits:
    return msgspec.structs.replace(splits, **{name: sorted(rows[name]) for name in SPLITS})


def _check_enough(before: Splits, after: Splits, index: Index) -> None:
    excluded = index.numbers("excluded")
    for name in ("train", "val"):
        if excluded[getattr(after, name)].all() and not excluded[getattr(before, name)].all():
            raise UserError("data.split_emptied", split=split_name(name))

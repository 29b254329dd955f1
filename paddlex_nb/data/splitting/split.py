"""Dividing a data set into train, val and test."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.splitting.grouping import groups_of
from paddlex_nb.data.splitting.stratify import assign
from paddlex_nb.data.store.arrow import number_lists
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.current import base_index, current, current_index
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import SPLITS, DatasetRecord, SplitPlan, split_name
from paddlex_nb.data.store.split_file import (
    SplitCounts,
    Splits,
    read_splits,
    save_splits,
    split_counts,
)

_FEW = 5
"""So few new images all train: they cannot be divided."""

_MOST_FOLDS = 20
_VAL_OF_TRAIN = 0.2
"""Share of train that becomes val where a data set came without one."""


def split(folder: Path, plan: SplitPlan, *, anyway: bool = False) -> SplitCounts:
    """Divide a data set: every class alike, copies of an image together, no image lost.

    Args:
        folder: The data set's folder.
        plan: Shares and seed; equal plans give equal splits.
        anyway: Have no val images where all images have to stay together.

    Raises:
        UserError: A share is out of its limits, they do not add up to 1, there are too few
            images, or all have to stay together.
    """
    check_plan(plan)
    with changing(folder) as record:
        index = current_index(folder)
        splits = planned_split(index, plan)
        if not (splits.val or anyway):
            raise UserError("data.split_all_together", images=len(splits.train))
        return save_splits(folder, record, splits, index)


def planned_split(index: Index, plan: SplitPlan) -> Splits:
    """The split of the images of an index as a plan says; nothing is written.

    Args:
        index: The index; images that are left out are in no split.
        plan: Shares and seed, as `check_plan` allows them.

    Raises:
        UserError: There are too few images, or the plan's pattern fits none of them.
    """
    usable = np.flatnonzero(~index.numbers("excluded"))
    if len(usable) < 2:
        raise UserError("data.split_too_few", images=len(usable))
    groups = groups_of(index, plan.together)
    most = len(np.unique(groups[usable]))
    if plan.folds > most:
        raise UserError("data.split_folds", folds=plan.folds, most=most)
    rows = _divided(index, usable, groups, plan)
    return Splits(msgspec.structs.replace(plan, given=False), *rows)


def differs_from_default_split(folder: Path) -> bool:
    """Whether a data set is divided, and not as the default plan would divide it now.

    It was divided by another plan, images were moved or changed, or some came since.
    """
    record, index = current(folder)
    if record.split is None:
        return False
    splits, default = read_splits(folder), planned_split(index, SplitPlan())
    return any(sorted(getattr(splits, name)) != sorted(getattr(default, name)) for name in SPLITS)


def has_given_split(index: Index) -> bool:
    """Whether the data set came divided: a train split and at least one other."""
    names = set(index.images["split"].to_pylist())
    return "train" in names and len(names & set(SPLITS)) > 1


def use_given_split(folder: Path) -> bool:
    """Divide a data set as it came; without a val split, part of train becomes it.

    Returns:
        Whether val was taken from train.
    """
    with changing(folder) as record:
        return _use_given_split(folder, record)


def _use_given_split(folder: Path, record: DatasetRecord) -> bool:
    index = base_index(folder)
    splits, taken = given_split(index)
    save_splits(folder, record, splits, index)
    return taken


def given_split(index: Index) -> tuple[Splits, bool]:
    """The split that a data set came with, and whether val was taken from train.

    Args:
        index: The index without changes.
    """
    names = np.array(index.images["split"].to_pylist())
    train, val, test = ([int(i) for i in np.flatnonzero(names == s)] for s in SPLITS)
    taken = not val and len(train) > 1
    if taken:
        part = SplitPlan(1 - _VAL_OF_TRAIN, _VAL_OF_TRAIN, 0.0)
        train, val, _ = _assigned(index, np.array(train), index.numbers("group"), part)
    total = len(train) + len(val) + len(test)
    share = [round(len(rows) / total, 6) for rows in (train, val)]
    plan = SplitPlan(share[0], share[1], round(1 - sum(share), 6), given=True)
    return Splits(plan, train, val, test), taken


def return_to_given_split(folder: Path) -> SplitCounts:
    """Divide a data set as it came, once more; images that came in no split are in none.

    Raises:
        UserError: It came undivided.
    """
    if not has_given_split(base_index(folder)):
        raise UserError("data.no_given_split")
    use_given_split(folder)
    return split_counts(folder)


def extend_split(folder: Path, record: DatasetRecord, index: Index) -> None:
    """Put images that were added into the splits: as the plan says, what stays together likewise.

    Whoever calls holds the lock.

    Args:
        folder: The data set's folder.
        record: Its record as it is now.
        index: Its index, with the new images behind the others.
    """
    splits = read_splits(folder)
    plan = splits.plan
    groups = groups_of(index, plan.together)
    side = {row: name for name in SPLITS for row in getattr(splits, name)}
    side_of_group = {int(groups[row]): name for row, name in side.items()}
    given = index.images["split"].to_pylist() if plan.given else [""] * len(index)
    free: list[int] = []
    for row in range(splits.images, len(index)):
        known = side_of_group.get(int(groups[row]), given[row])
        if known in SPLITS:
            side[row] = known
        else:
            free.append(row)
    if len(free) < _FEW:
        side.update(dict.fromkeys(free, "train"))
    else:
        parts = _divided(index, np.array(free), groups, plan)
        side.update({row: name for name, part in zip(SPLITS, parts, strict=True) for row in part})
    rows = {name: sorted(row for row, at in side.items() if at == name) for name in SPLITS}
    save_splits(folder, record, msgspec.structs.replace(splits, **rows), index)


def check_plan(plan: SplitPlan) -> None:
    """Check the shares of a plan.

    Raises:
        UserError: Says which is wrong.
    """
    for name in SPLITS:
        share = getattr(plan, name)
        least_included = name == "test"
        if not (0 < share < 1 or (least_included and share == 0)):
            key = "data.split_share_test" if least_included else "data.split_share"
            raise UserError(key, split=split_name(name), share=f"{share:g}")
    if plan.folds and not 2 <= plan.folds <= _MOST_FOLDS:
        raise UserError("data.split_folds", folds=plan.folds, most=_MOST_FOLDS)
    if plan.folds and not 1 <= plan.fold <= plan.folds:
        raise UserError("data.split_fold", fold=plan.fold, folds=plan.folds)
    total = plan.train + plan.val + plan.test
    if abs(total - 1) > 1e-6:
        raise UserError("data.split_sum", total=f"{total:.6g}")


def _divided(
    index: Index, rows: NDArray[np.int64], groups: NDArray[np.int32], plan: SplitPlan
) -> tuple[list[int], list[int], list[int]]:
    """The rows of train, val and test as a plan says."""
    return (_fold if plan.folds else _assigned)(index, rows, groups, plan)


def _assigned(
    index: Index, rows: NDArray[np.int64], groups: NDArray[np.int32], plan: SplitPlan
) -> tuple[list[int], list[int], list[int]]:
    """The rows of train, val and test."""
    present = number_lists(index.images["present"])
    shares = (plan.train, plan.val, plan.test)
    splits = assign([present[r] for r in rows], groups[rows], shares, plan.seed)
    train, val, test = (rows[splits == i].tolist() for i in range(3))
    return train, val, test


def _fold(
    index: Index, rows: NDArray[np.int64], groups: NDArray[np.int32], plan: SplitPlan
) -> tuple[list[int], list[int], list[int]]:
    """As `_assigned`, with one of k folds as val: they are taken off one after another."""
    test: list[int] = []
    if plan.test:
        part = SplitPlan(1 - plan.test, plan.test, 0.0, plan.seed)
        rest, test, _ = _assigned(index, rows, groups, part)
        rows = np.array(rest, np.int64)
    folds: list[list[int]] = []
    for parts in range(plan.folds, 1, -1):
        part = SplitPlan(1 - 1 / parts, 1 / parts, 0.0, plan.seed)
        rest, fold, _ = _assigned(index, rows, groups, part)
        folds.append(fold)
        rows = np.array(rest, np.int64)
    folds.append(rows.tolist())
    val = folds.pop(plan.fold - 1)
    return sorted(row for fold in folds for row in fold), val, test

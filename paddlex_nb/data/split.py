"""Dividing a data set into train, val and test (``splits.json``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.grouping import groups_of
from paddlex_nb.data.index import Index, number_lists, numbers
from paddlex_nb.data.records import SPLITS, DatasetRecord, SplitPlan, split_name
from paddlex_nb.data.stratify import assign
from paddlex_nb.data.versions import base_index, current_index
from paddlex_nb.errors import UserError
from paddlex_nb.files import read_json, write_json
from paddlex_nb.task import Task

FILE = "splits.json"
_FEW = 5
"""So few new images all train: they cannot be divided."""

_MOST_FOLDS = 20
_VAL_OF_TRAIN = 0.2
"""Share of train that becomes val where a data set came without one."""


class Splits(msgspec.Struct):
    """Which images are in which split.

    Attributes:
        plan: How they were divided.
        train: Rows of the index.
        val: Likewise.
        test: Likewise.
        version: In a run, the version of the data set that it was trained with.
        images: Images that the data set had then; later ones are in no split yet.
    """

    plan: SplitPlan
    train: list[int]
    val: list[int]
    test: list[int]
    version: str = ""
    images: int = 0


class SplitCounts(msgspec.Struct):
    """How much is in each split.

    Attributes:
        splits: Images by split.
        classes: By class name and split: images in classification and segmentation (those in
            which the class occurs), objects in detection and instance segmentation.
    """

    splits: dict[str, int]
    classes: dict[str, dict[str, int]]


def split(folder: Path, plan: SplitPlan) -> SplitCounts:
    """Divide a data set: every class alike, copies of an image together, no image lost.

    Args:
        folder: The data set's folder.
        plan: Shares and seed; equal plans give equal divisions.

    Raises:
        UserError: A share is out of its limits, they do not add up to 1, or there are too few
            images.
    """
    check_plan(plan)
    index = current_index(folder)
    left = np.flatnonzero(~index.numbers("excluded"))
    if len(left) < 2:
        raise UserError("data.split_too_few", images=len(left))
    rows = _divided(index, left, groups_of(index, plan.together), plan)
    return save_splits(folder, Splits(msgspec.structs.replace(plan, given=False), *rows), index)


def has_given_split(index: Index) -> bool:
    """Whether the data set came divided: a train split and at least one other."""
    names = set(index.images["split"].to_pylist())
    return "train" in names and len(names & set(SPLITS)) > 1


def use_given_split(folder: Path) -> bool:
    """Divide a data set as it came; without a val split, part of train becomes it.

    Returns:
        Whether val was taken from train.
    """
    index = base_index(folder)
    names = np.array(index.images["split"].to_pylist())
    train, val, test = ([int(i) for i in np.flatnonzero(names == s)] for s in SPLITS)
    taken = not val and len(train) > 1
    if taken:
        part = SplitPlan(1 - _VAL_OF_TRAIN, _VAL_OF_TRAIN, 0.0)
        train, val, _ = _assigned(index, np.array(train), index.numbers("group"), part)
    total = len(train) + len(val) + len(test)
    share = [round(len(rows) / total, 6) for rows in (train, val)]
    plan = SplitPlan(share[0], share[1], round(1 - sum(share), 6), given=True)
    save_splits(folder, Splits(plan, train, val, test), index)
    return taken


def return_to_given_split(folder: Path) -> SplitCounts:
    """Divide a data set as it came, once more; images that came in no split are in none.

    Raises:
        UserError: It came undivided.
    """
    if not has_given_split(base_index(folder)):
        raise UserError("data.no_given_split")
    use_given_split(folder)
    return split_counts(folder)


def extend_split(folder: Path, index: Index) -> None:
    """Put images that were added into the splits: as the plan says, what stays together likewise.

    Args:
        folder: The data set's folder.
        index: Its index, with the new images behind the others.
    """
    splits = read_splits(folder)
    plan = splits.plan
    groups = groups_of(index, plan.together)
    side = {row: name for name in SPLITS for row in getattr(splits, name)}
    side_of_group = {int(groups[row]): name for row, name in side.items()}
    said = index.images["split"].to_pylist() if plan.given else [""] * len(index)
    free: list[int] = []
    for row in range(splits.images, len(index)):
        known = side_of_group.get(int(groups[row]), said[row])
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
    save_splits(folder, msgspec.structs.replace(splits, **rows), index)


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


def split_counts(folder: Path) -> SplitCounts:
    """Count images by split and class.

    Raises:
        UserError: The data set is not divided yet, or damaged.
    """
    return _count(folder, read_splits(folder), current_index(folder))


def read_splits(folder: Path) -> Splits:
    """The division of a data set.

    Raises:
        UserError: It is not divided yet, or the file is damaged.
    """
    return read_json(folder / FILE, Splits)


def read_split(folder: Path, name: str) -> NDArray[np.int64]:
    """Rows of the images in a split, ascending, of shape (images,).

    Raises:
        UserError: The data set is not divided yet, or the file is damaged.
    """
    if name not in SPLITS:
        raise ValueError(f"split {name!r} is not one of {', '.join(SPLITS)}")
    return np.array(getattr(read_splits(folder), name), np.int64)


def sides(folder: Path, images: int) -> NDArray[np.int8]:
    """The split of each image as its number in `SPLITS`, -1 for none; of shape (images,).

    Args:
        folder: The data set's folder.
        images: How many images its index has.

    Raises:
        UserError: The file is damaged; a data set that is not divided yet is no trouble.
    """
    found = np.full(images, -1, np.int8)
    try:
        state = (folder / FILE).stat()
    except FileNotFoundError:
        return found
    key = state.st_ino, state.st_mtime_ns, state.st_size
    for number, rows in enumerate(_rows_by_split(folder, key)):
        found[rows[rows < images]] = number
    return found


@lru_cache(maxsize=2)
def _rows_by_split(folder: Path, _state: tuple[int, int, int]) -> list[NDArray[np.int64]]:
    """The rows of each split, read anew only when the file has changed: every grid asks for it."""
    splits = read_splits(folder)
    return [np.array(getattr(splits, name), np.int64) for name in SPLITS]


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
    for left in range(plan.folds, 1, -1):
        part = SplitPlan(1 - 1 / left, 1 / left, 0.0, plan.seed)
        rest, fold, _ = _assigned(index, rows, groups, part)
        folds.append(fold)
        rows = np.array(rest, np.int64)
    folds.append(rows.tolist())
    val = folds.pop(plan.fold - 1)
    return sorted(row for fold in folds for row in fold), val, test


def restore_splits(folder: Path, splits: Splits) -> None:
    """Divide a data set as it was divided before."""
    save_splits(folder, splits, base_index(folder))


def save_splits(folder: Path, splits: Splits, index: Index) -> SplitCounts:
    """Write a division of all images of an index, and count it."""
    splits.images = len(index)
    counts = _count(folder, splits, index)
    write_json(folder / FILE, splits)
    record = read_json(folder / "dataset.json", DatasetRecord)
    record.split = splits.plan
    write_json(folder / "dataset.json", record)
    return counts


def _count(folder: Path, splits: Splits, index: Index) -> SplitCounts:
    record = read_json(folder / "dataset.json", DatasetRecord)
    rows = {name: np.array(getattr(splits, name), np.int64) for name in SPLITS}
    by_split = {name: _class_counts(index, record, rows[name]) for name in SPLITS}
    excluded = index.numbers("excluded")
    return SplitCounts(
        splits={name: int((~excluded[rows[name]]).sum()) for name in SPLITS},
        classes={
            label: {name: int(by_split[name][number]) for name in SPLITS}
            for number, label in enumerate(record.classes)
        },
    )


def _class_counts(
    index: Index, record: DatasetRecord, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How often each class occurs in the rows, of shape (classes,)."""
    inside = np.zeros(len(index), bool)
    inside[rows] = True
    inside &= ~index.numbers("excluded")
    if record.task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        found = numbers(index.objects["class_id"])
        found = found[inside[numbers(index.objects["image"])]]
    else:
        lists = index.images["present"].combine_chunks()
        found = numbers(lists.flatten())[inside[numbers(lists.value_parent_indices())]]
    return np.bincount(found, minlength=len(record.classes))

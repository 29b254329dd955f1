"""The split of a data set as it lies in its folder (``splits.json``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import current
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import write_record
from paddlex_nb.data.store.records import SPLITS, DatasetRecord, SplitPlan
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.workspace import WorkspaceFolder


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
    """The number of images, and of each class, in each split.

    Attributes:
        splits: Images by split.
        classes: By class name and split: images in classification and segmentation (those in
            which the class occurs), objects in detection and instance segmentation.
    """

    splits: dict[str, int]
    classes: dict[str, dict[str, int]]


def split_counts(folder: Path) -> SplitCounts:
    """Count images by split and class.

    Raises:
        UserError: The data set is not divided yet, or damaged.
    """
    return _count(read_splits(folder), *current(folder))


def read_splits(folder: Path) -> Splits:
    """The split of a data set.

    Raises:
        UserError: It is not divided yet, or the file is damaged.
    """
    try:
        return read_json(ItemFolder(folder).splits, Splits)
    except UserError as error:
        if error.code == "core.file_damaged" and folder.parent.name == WorkspaceFolder.DATASETS:
            raise UserError(
                "data.splits_damaged", id=folder.name, **error.message.values
            ) from error
        raise


def split_rows(splits: Splits, name: str, index: Index) -> NDArray[np.int64]:
    """Rows of the images in a split, ascending; those that an index has.

    An index that was opened before an update has fewer than the split after it.

    Returns:
        Of shape (images,).
    """
    if name not in SPLITS:
        raise ValueError(f"split {name!r} is not one of {', '.join(SPLITS)}")
    rows = np.array(getattr(splits, name), np.int64)
    return rows[rows < len(index)]


def sides(folder: Path, images: int) -> NDArray[np.int8]:
    """The split of each image as its number in `SPLITS`, -1 for none; of shape (images,).

    Args:
        folder: The data set's folder.
        images: How many images its index has.

    Raises:
        UserError: The file is damaged; a data set that is not divided yet is no trouble.
    """
    numbers = np.full(images, -1, np.int8)
    try:
        state = ItemFolder(folder).splits.stat()
    except FileNotFoundError:
        return numbers
    key = state.st_ino, state.st_mtime_ns, state.st_size
    for number, rows in enumerate(_rows_by_split(folder, key)):
        numbers[rows[rows < images]] = number
    return numbers


@lru_cache(maxsize=2)
def _rows_by_split(folder: Path, _state: tuple[int, int, int]) -> list[NDArray[np.int64]]:
    """The rows of each split, read anew only when the file has changed: every grid asks for it."""
    splits = read_splits(folder)
    return [np.array(getattr(splits, name), np.int64) for name in SPLITS]


def save_splits(folder: Path, record: DatasetRecord, splits: Splits, index: Index) -> SplitCounts:
    """Write a split of all images of an index, and count it; only within `store.changing`."""
    splits.images = len(index)
    counts = _count(splits, record, index)
    write_json(ItemFolder(folder).splits, splits)
    record.split = splits.plan
    write_record(folder, record)
    return counts


def _count(splits: Splits, record: DatasetRecord, index: Index) -> SplitCounts:
    rows = {name: split_rows(splits, name, index) for name in SPLITS}
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
        class_ids = numbers(index.objects["class_id"])
        class_ids = class_ids[inside[numbers(index.objects["image"])]]
    else:
        lists = index.images["present"].combine_chunks()
        class_ids = numbers(lists.flatten())[inside[numbers(lists.value_parent_indices())]]
    return np.bincount(class_ids, minlength=len(record.classes))

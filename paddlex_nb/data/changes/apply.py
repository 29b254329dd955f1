"""Applying changes to the index as it was imported."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.changes.change import (
    Change,
    DropObjects,
    Exclude,
    MergeClasses,
    RemoveClasses,
)
from paddlex_nb.data.index import Index, column, lists, numbers, rows_of, with_columns
from paddlex_nb.errors import UserError


class Labels(msgspec.Struct):
    """What changes work on.

    Attributes:
        classes: Class names.
        images: Class number of each image (-1 if it has none), of shape (images,).
        excluded: Whether each image is left out, of shape (images,).
        objects: Class number of each object, of shape (objects,).
        kept: Whether each object is kept, of shape (objects,).
        index: The index as it was imported.
    """

    classes: list[str]
    images: NDArray[np.int32]
    excluded: NDArray[np.bool_]
    objects: NDArray[np.int32]
    kept: NDArray[np.bool_]
    index: Index


def applied(index: Index, classes: list[str], changes: Iterable[Change]) -> tuple[Index, list[str]]:
    """The index and the classes after changes.

    Args:
        index: The index as it was imported.
        classes: The class names as they were imported.
        changes: The changes, oldest first.

    Raises:
        UserError: A change does not fit the data set.
    """
    labels = Labels(
        list(classes),
        index.numbers("class_id").astype(np.int32),
        index.numbers("excluded").copy(),
        numbers(index.objects["class_id"]).astype(np.int32),
        np.ones(index.objects.num_rows, np.bool_),
        index,
    )
    for change in changes:
        _apply(change, labels)
    images = with_columns(
        index.images,
        class_id=column(labels.images),
        excluded=column(labels.excluded),
        present=lists(_present(labels)),
    )
    rows = np.flatnonzero(labels.kept)
    objects = rows_of(index.objects, rows)
    objects = with_columns(objects, class_id=column(labels.objects[rows]))
    return Index(images, objects), labels.classes


def _present(labels: Labels) -> list[list[int]]:
    """The classes of each image; in segmentation masks stay as they are."""
    if (labels.images >= 0).any():
        return [[number] for number in labels.images.tolist()]
    if not len(labels.objects):
        found: list[list[int]] = labels.index.images["present"].to_pylist()
        return found
    image = numbers(labels.index.objects["image"])[labels.kept]
    pairs = np.unique(np.stack([image, labels.objects[labels.kept]], axis=1), axis=0)
    present: list[list[int]] = [[] for _ in range(len(labels.images))]
    for row, number in pairs.tolist():
        present[row].append(number)
    return present


@singledispatch
def _apply(change: object, labels: Labels) -> None:
    raise TypeError(f"{type(change).__name__} is no change of {labels.classes}")


@_apply.register
def _exclude(change: Exclude, labels: Labels) -> None:
    labels.excluded[_rows(change.images, labels)] = True


@_apply.register
def _drop(change: DropObjects, labels: Labels) -> None:
    image = numbers(labels.index.objects["image"]).astype(np.int64)
    number = numbers(labels.index.objects["number"]).astype(np.int64)
    wanted = np.array(change.objects, np.int64).reshape(-1, 2)
    labels.kept &= ~np.isin(image << 32 | number, wanted[:, 0] << 32 | wanted[:, 1])


@_apply.register
def _merge(change: MergeClasses, labels: Labels) -> None:
    for name, into in change.pairs:
        old, new = _number(name, labels), _number(into, labels)
        if old != new:
            _renumber(labels, old, new)


@_apply.register
def _remove(change: RemoveClasses, labels: Labels) -> None:
    for name in change.names:
        number = _number(name, labels)
        if (labels.images == number).any() or (labels.objects[labels.kept] == number).any():
            raise UserError("data.class_in_use", name=name)
        _renumber(labels, number, -1)


def _renumber(labels: Labels, old: int, new: int) -> None:
    """Take out class ``old``; what was of it becomes of ``new``."""
    if any(labels.index.images["mask"].to_pylist()):
        raise UserError("data.masks_keep_classes")  # their pixels are the numbers
    moved = np.arange(len(labels.classes), dtype=np.int32)
    moved[old] = new
    moved[moved > old] -= 1
    labels.classes.pop(old)
    inside = labels.images >= 0
    labels.images[inside] = moved[labels.images[inside]]
    labels.objects = moved[labels.objects]


def _number(name: str, labels: Labels) -> int:
    if name not in labels.classes:
        raise UserError("data.class_unknown", name=name)
    return labels.classes.index(name)


def _rows(images: list[int], labels: Labels) -> NDArray[np.int64]:
    rows = np.array(images, np.int64)
    return rows[(rows >= 0) & (rows < len(labels.images))]

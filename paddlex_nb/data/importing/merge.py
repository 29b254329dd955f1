"""An index brought up to date: rows stay, new images come behind, lost ones are left out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.data.store.arrow import column, lists, number_lists, numbers, rows_of, with_columns
from paddlex_nb.data.store.index import Index


def merged(
    old: Index, old_classes: list[str], new: Index, new_classes: list[str]
) -> tuple[Index, list[str]]:
    """The index of images that were known and of those that are there now.

    Args:
        old: The index as it was, without changes.
        old_classes: Its class names.
        new: The index of what is there now.
        new_classes: Its class names.

    Returns:
        The index, whose first rows are those of ``old``, and its class names: the new ones, then
        those that are gone.
    """
    classes = [*new_classes, *(name for name in old_classes if name not in new_classes)]
    renumbered = np.array([classes.index(name) for name in old_classes], np.int32)
    places = {path: row for row, path in enumerate(new.images["path"].to_pylist())}
    kept = [places.pop(path, -1) for path in old.images["path"].to_pylist()]
    added = list(places.values())
    lost = np.flatnonzero(np.array(kept, np.int64) < 0)
    moved = np.empty(len(new), np.int64)
    for row, place in enumerate([*kept, *added]):
        if place >= 0:
            moved[place] = row
    images = with_columns(new.images, group=column(moved[new.numbers("group")]))
    gone = rows_of(old.images, lost)
    gone = with_columns(
        gone,
        class_id=column(_numbers(numbers(gone["class_id"]), renumbered)),
        present=lists([renumbered[row].tolist() for row in number_lists(gone["present"])]),
        values=lists(
            [
                renumbered[[value for value in row if value < len(renumbered)]].tolist()
                for row in number_lists(gone["values"])
            ]
        ),
        excluded=column(np.ones(len(lost), np.bool_)),
        group=column(lost),
    )
    behind = iter(range(len(new), len(new) + len(lost)))  # where those that are gone stand now
    pick = np.array([*(p if p >= 0 else next(behind) for p in kept), *added], np.int64)
    images_table = rows_of(pa.concat_tables([images, gone]).combine_chunks(), pick)
    return Index(images_table, _objects(old, new, lost, moved, renumbered)), classes


def _objects(
    old: Index,
    new: Index,
    lost: NDArray[np.int64],
    moved: NDArray[np.int64],
    renumbered: NDArray[np.int32],
) -> pa.Table:
    """The objects of all images, sorted by image."""
    objects = with_columns(new.objects, image=column(moved[numbers(new.objects["image"])]))
    theirs = rows_of(
        old.objects, np.flatnonzero(np.isin(numbers(old.objects["image"]), lost)).astype(np.int64)
    )
    theirs = with_columns(
        theirs, class_id=column(_numbers(numbers(theirs["class_id"]), renumbered))
    )
    # of one that has no attributes they are null
    table = pa.concat_tables([objects, theirs], promote_options="default").combine_chunks()
    return rows_of(table, np.argsort(numbers(table["image"]), kind="stable"))


def _numbers(values: NDArray[np.int32], renumbered: NDArray[np.int32]) -> NDArray[np.int32]:
    """New class numbers; -1 stays."""
    known = np.append(renumbered, np.int32(-1))  # which -1 finds
    return np.asarray(known[values], np.int32)

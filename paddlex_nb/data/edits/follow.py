"""Changes of objects follow their objects, which a label file may count anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec
import numpy as np

from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.changes.change import Change, DropObjects, Entry, SetBox, SetObjectClass
from paddlex_nb.data.store.index import Index

Key = tuple[int, int]
"""Row of the image, and number of the object."""

_Look = tuple[str, tuple[float, ...]]
"""Class and box."""


def followed(
    entries: list[Entry], old: Index, new: Index, old_classes: list[str], new_classes: list[str]
) -> tuple[list[Entry], list[Key]]:
    """The changes, made of the same objects in another index whose rows mean the same.

    An object is the same if its class and box are; of equal ones, those with the same number
    first. It is also the same if its box is, and its class was corrected in the label file.

    Args:
        entries: The changes.
        old: The index that they were made to.
        new: The other one.
        old_classes: Class names of the first.
        new_classes: Class names of the other.

    Returns:
        The changes that are left, and the objects of which none can be found any more.
    """
    wanted = {key for entry in entries for key in _objects(entry.change)}
    rows = {row for row, _ in wanted}
    before, after = _looks(old, rows, old_classes), _looks(new, rows, new_classes)
    moved: dict[Key, int] = {}
    for row in sorted(rows):
        # unchanged ones too: else one of two alike would be taken for the other, which is gone
        unmatched = dict(after[row])
        for same in (_as_it_was, _alike, _in_its_place):
            for number in [n for n in sorted(before[row]) if (row, n) not in moved]:
                candidate = next(
                    (n for n in unmatched if same(number, before[row][number], n, unmatched[n])),
                    None,
                )
                if candidate is not None:
                    moved[row, number] = candidate
                    del unmatched[candidate]
    kept = [
        msgspec.structs.replace(entry, change=change)
        for entry in entries
        if (change := _moved(entry.change, moved)) is not None
    ]
    return kept, sorted(wanted - moved.keys())


def _as_it_was(number: int, look: _Look, other: int, other_look: _Look) -> bool:
    return number == other and look == other_look


def _alike(_number: int, look: _Look, _other: int, other_look: _Look) -> bool:
    return look == other_look


def _in_its_place(_number: int, look: _Look, _other: int, other_look: _Look) -> bool:
    return look[1] == other_look[1]


def _objects(change: Change) -> Iterator[Key]:
    """The objects of label files that it is about; those that were added keep their numbers."""
    if isinstance(change, DropObjects | SetObjectClass):
        yield from ((row, number) for row, number in change.objects if number >= 0)
    elif isinstance(change, SetBox) and change.number >= 0:
        yield change.image, change.number


def _moved(change: Change, moved: dict[Key, int]) -> Change | None:
    """The change with new numbers; None if nothing of it is left."""
    if isinstance(change, DropObjects | SetObjectClass):
        objects = [
            (row, moved.get((row, number), number))
            for row, number in change.objects
            if number < 0 or (row, number) in moved
        ]
        return msgspec.structs.replace(change, objects=objects) if objects else None
    if isinstance(change, SetBox) and change.number >= 0:
        number = moved.get((change.image, change.number))
        return None if number is None else msgspec.structs.replace(change, number=number)
    return change


def _looks(index: Index, rows: set[int], classes: list[str]) -> dict[int, dict[int, _Look]]:
    """Class and box of the objects of some images, by row and number."""
    table = index.objects
    image = numbers(table["image"])
    positions = np.flatnonzero(np.isin(image, sorted(rows)))
    columns = [numbers(table[name])[positions] for name in ("number", "class_id")]
    box = np.stack([numbers(table[name])[positions] for name in "xywh"], axis=1)
    looks: dict[int, dict[int, _Look]] = defaultdict(dict)
    for row, number, class_id, sides in zip(
        image[positions].tolist(), *(c.tolist() for c in columns), box.tolist(), strict=True
    ):
        looks[row][number] = classes[class_id], tuple(round(side, 1) for side in sides)
    return looks

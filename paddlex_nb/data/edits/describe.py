"""A change in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.wording import few
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.changes.change import (
    AddObject,
    Change,
    DropObjects,
    Entry,
    Exclude,
    Include,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    RenameClass,
    SetBox,
    SetClass,
    SetObjectClass,
    kind_of,
)
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.versions import as_recorded, version_classes, version_folder

_MOST = 3
"""Classes that are named for objects that were left out."""

_ClassOf = Callable[[int, int], str]


def describe(
    folder: Path, entries: Sequence[Entry], wanted: Collection[int] | None = None
) -> dict[int, Message]:
    """What was changed, by the number of the change. Untrusted: show it as text only.

    Each names the first image that it is about, and the classes that its objects had.

    Args:
        folder: The data set's folder.
        entries: All its changes, oldest first.
        wanted: Only these, by number.
    """
    index, classes = as_recorded(
        folder,
        lambda record: (
            Index.load(version_folder(folder, record.base)),
            version_classes(folder, record, record.base),
        ),
    )
    image, number, class_id = (
        numbers(index.objects[name]) for name in ("image", "number", "class_id")
    )
    given: dict[tuple[int, int], str] = {}

    def class_of(row: int, wanted: int) -> str:
        if (row, wanted) in given:
            return given[row, wanted]
        start, end = np.searchsorted(image, [row, row + 1])
        matching = class_id[start:end][number[start:end] == wanted]
        return classes[matching[0]] if len(matching) else "–"

    sentences = {}
    for entry in entries:
        change = entry.change
        if wanted is None or entry.number in wanted:
            sentences[entry.number] = _describe(change, index, class_of)
        if isinstance(change, SetObjectClass):
            given.update(dict.fromkeys(change.objects, change.name))
        elif isinstance(change, AddObject):
            given[change.image, change.number] = change.name
    return sentences


def _describe(change: Change, index: Index, class_of: _ClassOf) -> Message:
    values: dict[str, Any] = {}
    match change:
        case Exclude(images=rows) | Include(images=rows):
            values = _of_images(rows, index)
        case SetClass(images=rows, name=name):
            values = {**_of_images(rows, index), "name": name}
        case DropObjects(objects=objects):
            values = {**_of_images([row for row, _ in objects], index), "count": len(objects)}
            values["names"] = _by_class(objects, class_of)
        case SetObjectClass(objects=objects, name=name):
            values = {**_of_images([row for row, _ in objects], index), "count": len(objects)}
            values["name"] = name
        case SetBox(image=row, number=number):
            values = {**_of_images([row], index), "name": class_of(row, number)}
        case AddObject(image=row, name=name):
            values = {**_of_images([row], index), "name": name}
        case MergeClasses(pairs=pairs):
            values = {"names": [f"{old} → {new}" for old, new in pairs]}
        case RenameClass(name=name, new=new):
            values = {"names": f"{name} → {new}"}
        case RemapMasks(pairs=values_of):
            none = tr("core.none")
            values = {"names": [f"{value} → {name or none}" for value, name in values_of]}
        case RemoveClasses(names=names):
            values = {"names": names}
    return Message(f"data.change.{kind_of(change)}", values)


def _by_class(objects: Sequence[tuple[int, int]], class_of: _ClassOf) -> list[Any]:
    counts = Counter(class_of(row, number) for row, number in objects).most_common()
    named = [name if count == 1 else f"{name} × {count:,}" for name, count in counts]
    return few(named, _MOST)


def _of_images(rows: list[int], index: Index) -> dict[str, Any]:
    """How many images, and the first of them with a word for the others."""
    known = sorted({row for row in rows if 0 <= row < len(index)})
    first: str | Message = (
        str(index.images["path"][known[0]].as_py()) if known else Message("core.none")
    )
    more = len(known) - 1
    named = Message("data.change.and_more", {"first": first, "more": more}) if more > 0 else first
    return {"count": len(known), "images": named}

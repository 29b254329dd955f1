"""A change in words."""

from __future__ import annotations

from typing import Any

from paddlex_nb.data.changes.change import (
    AddObject,
    Change,
    DropObjects,
    Exclude,
    Include,
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    SetBox,
    SetClass,
    SetObjectClass,
    kind_of,
)
from paddlex_nb.data.index import Index
from paddlex_nb.i18n import Message


def describe(change: Change, index: Index) -> Message:
    """What was changed, with the first image that it is about. Untrusted: show it as text only.

    Args:
        change: The change.
        index: The data set's index, of any version.
    """
    values: dict[str, Any] = {}
    match change:
        case Exclude(images=rows) | Include(images=rows):
            values = _of_images(rows, index)
        case SetClass(images=rows, name=name):
            values = {**_of_images(rows, index), "name": name}
        case DropObjects(objects=objects):
            values = {**_of_images([row for row, _ in objects], index), "count": len(objects)}
        case SetObjectClass(objects=objects, name=name):
            values = {**_of_images([row for row, _ in objects], index), "count": len(objects)}
            values["name"] = name
        case SetBox(image=row):
            values = _of_images([row], index)
        case AddObject(image=row, name=name):
            values = {**_of_images([row], index), "name": name}
        case MergeClasses(pairs=pairs):
            values = {"names": ", ".join(f"{old} → {new}" for old, new in pairs)}
        case RemapMasks(pairs=values_of):
            values = {"names": ", ".join(f"{value} → {name or '–'}" for value, name in values_of)}
        case RemoveClasses(names=names):
            values = {"names": ", ".join(names)}
    return Message(f"data.change.{kind_of(change)}", values)


def _of_images(rows: list[int], index: Index) -> dict[str, Any]:
    """How many images, and the first of them with a word for the others."""
    known = sorted({row for row in rows if 0 <= row < len(index)})
    first = str(index.images["path"][known[0]].as_py()) if known else "–"
    more = len(known) - 1
    named = Message("data.change.and_more", {"first": first, "more": more}) if more > 0 else first
    return {"count": len(known), "images": named}

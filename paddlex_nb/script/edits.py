"""Changes of a data set as steps: images by their paths, fixes by the findings' code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.edits import (
    AddObject,
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
    SingleObjects,
)
from paddlex_nb.data.edits.fixes import fixes
from paddlex_nb.data.store.index import Index
from paddlex_nb.script.step import Call, Step, note


class EditWriter:
    """Turns changes into steps.

    Args:
        folder: The data set's folder.
        base: Its index without changes.

    Attributes:
        paths: Path of each image, by row.
        gone: Whether an update found its file to be gone, of shape (images,).
    """

    def __init__(self, folder: Path, base: Index) -> None:
        self.paths: list[str] = base.images["path"].to_pylist()
        self.gone: NDArray[np.bool_] = base.numbers("excluded")
        self._folder = folder

    def steps(self, entries: Sequence[Entry]) -> list[Step]:
        """The steps of changes, in their order."""
        coded = any(entry.code for entry in entries)
        offered = fixes(self._folder) if coded else {}
        steps: list[Step] = []
        for entry in entries:
            known = offered.get(entry.code)
            if known is not None and known.change == entry.change:
                steps.append(Call("fix", {"code": entry.code}))
            else:
                steps += self._steps(entry)
        return steps

    def images(self, rows: Sequence[int]) -> tuple[list[str], list[Step]]:
        """Paths of images that a script can name, and a note on those that are gone."""
        there = [row for row in rows if row < len(self.paths) and not self.gone[row]]
        count = len(rows) - len(there)
        return [self.paths[row] for row in there], _gone(count)

    def _steps(self, entry: Entry) -> list[Step]:
        match entry.change:
            case Exclude(images=rows):
                return self._on_images("exclude", rows)
            case Include(images=rows):
                return self._on_images("include", rows)
            case SetClass(images=rows, name=name):
                return self._on_images("set_class", rows, name=name)
            case DropObjects(objects=objects):
                return self._on_objects("drop_objects", objects)
            case SingleObjects():
                return [Call("fix", {"code": "only_crowds"})]
            case SetObjectClass(objects=objects, name=name):
                return self._on_objects("set_object_class", objects, name=name)
            case SetBox(image=row, number=number, box=box):
                return self._on_image("set_box", row, number=number, box=box)
            case AddObject(image=row, name=name, box=box, number=number):
                return self._on_image("add_object", row, added=number, name=name, box=box)
            case MergeClasses(pairs=pairs):
                grouped = groupby(pairs, lambda pair: pair[1])
                return [
                    Call("merge_classes", {"names": [name for name, _ in some], "into": into})
                    for into, some in grouped
                ]
            case RenameClass(name=name, new=new):
                return [Call("rename_class", {"name": name, "new": new})]
            case RemoveClasses(names=names):
                return [Call("remove_classes", {"names": names})]
            case RemapMasks(pairs=pairs):
                return [Call("remap_masks", {"values": dict(pairs)})]

    def _on_images(self, verb: str, rows: Sequence[int], **more: Any) -> list[Step]:
        paths, notes = self.images(rows)
        return [*notes, Call(verb, {"images": paths, **more})] if paths else notes

    def _on_objects(self, verb: str, objects: Sequence[tuple[int, int]], **more: Any) -> list[Step]:
        there = [(row, number) for row, number in objects if not self.gone[row]]
        named = [(self.paths[row], number) for row, number in there]
        notes = _gone(len({row for row, _ in objects} - {row for row, _ in there}))
        return [*notes, Call(verb, {"objects": named, **more})] if named else notes

    def _on_image(self, verb: str, row: int, added: int = 0, **more: Any) -> list[Step]:
        paths, notes = self.images([row])
        return [*notes, *(Call(verb, {"image": path, **more}, added) for path in paths)]


def _gone(count: int) -> list[Step]:
    return [note("script.images_gone", count=count)] if count else []

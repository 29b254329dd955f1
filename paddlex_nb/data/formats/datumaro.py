"""Datumaro's JSON: all labels of a split in one file, categories apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.coco.outlines import read_outline
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.corners import box_corners, ellipse_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, json_entries, read_json_file
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report

_MAX_JSON = 1 << 30
_LOOKED_AT = 64
_KEYS = (re.compile(r'"categories"\s*:\s*\{'), re.compile(r'"(?:infos|items)"\s*:'))


class _Media(msgspec.Struct):
    path: str = ""
    size: list[Any] | None = None


class _Item(msgspec.Struct):
    id: str | int = ""
    annotations: list[dict[str, Any]] = []
    image: _Media | None = None
    media: _Media | None = None


class _Label(msgspec.Struct):
    name: str


class _Labels(msgspec.Struct):
    labels: list[_Label] = []


class _Categories(msgspec.Struct):
    label: _Labels = msgspec.field(default_factory=_Labels)


class _File(msgspec.Struct):
    categories: _Categories = msgspec.field(default_factory=_Categories)


class Datumaro(EntryFormat):
    """``annotations/train.json`` with ``images/train/x.jpg``, as Datumaro and CVAT write them.

    Masks and polygons of one group and class are parts of one object; a box in their group is
    theirs.
    """

    name = "datumaro"
    kinds: ClassVar[Kinds] = {
        "labels": re.compile(r'"type"\s*:\s*"label"'),
        "boxes": re.compile(r'"type"\s*:\s*"bbox"'),
        "outlines": re.compile(r'"type"\s*:\s*"(?:polygon|mask|ellipse)"'),
    }

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._names: list[str] = []

    def files(self, tree: FileTree) -> list[str]:
        """JSON files of categories and items, not far below the top."""
        files = [file for file in tree.ending(".json") if file.count("/") <= 2][:_LOOKED_AT]
        return [
            file for file in files if all(key.search("\n".join(tree.head(file))) for key in _KEYS)
        ]

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:
        """The labels of all files, the first file's first."""
        return [name for file in files for name in _names(tree, file, report)]

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The items of a file that are images."""
        names = _names(tree, file, report)
        stem = file.rpartition("/")[2].rpartition(".")[0]
        split = split_of(file) or as_split(stem)
        home = file.rpartition("/")[0].rpartition("/")[0]
        images = f"{home}/images" if home else "images"
        for place, item in json_entries(tree, file, _Item, report, "items"):
            media = item.image or item.media or _Media()
            high, wide = media.size if media.size and len(media.size) == 2 else (None, None)
            entry = Entry(
                media.path or str(item.id),
                place,
                split,
                said_size(wide, high),
                folders=(f"{images}/{stem}", images),
                aliases=(str(item.id),),
            )
            _fill(entry, item.annotations, names, file, report)
            yield entry


def _names(tree: FileTree, file: str, report: Report) -> list[str]:
    try:
        content = read_json_file(tree, file, _File, _MAX_JSON, report)
    except (UserError, *JSON_ERRORS):
        return []  # told when the items are read
    return [label.name for label in content.categories.label.labels]


def _fill(
    entry: Entry, annotations: list[dict[str, Any]], names: list[str], file: str, report: Report
) -> None:
    """Take classes and shapes from the annotations of an item."""
    parts: dict[tuple[object, str], Shape] = {}
    boxes: list[tuple[object, Shape]] = []
    for number, one in enumerate(annotations):
        kind, place = str(one.get("type", "–"))[:40], f"annotations[{number}]"
        label_id = one.get("label_id")
        known = isinstance(label_id, int) and 0 <= label_id < len(names)
        label = names[label_id] if known and isinstance(label_id, int) else ""
        group = one.get("group") if isinstance(one.get("group"), int) and one["group"] else None
        if kind == "label":
            entry.labels += [label or str(label_id)[:40]]
        elif kind not in {"bbox", "polygon", "mask", "ellipse"}:
            report.info("shape_without_area", file, f"{entry.place}, {place}", shape=kind)
        elif kind == "bbox":
            box = Shape(label, _polygons(one, kind), crowd=_is_crowd(one), place=place)
            box.attributes = one.get("attributes")
            boxes.append((group, box))
        else:
            shape = Shape(label, [], drawn=True, crowd=_is_crowd(one), place=place)
            whole = parts.setdefault((group or f"single {number}", label), shape)
            whole.attributes = whole.attributes or one.get("attributes")
            whole.polygons += _polygons(one, kind)
    drawn = {group for group, _ in parts}
    entry.shapes = [*parts.values(), *(box for group, box in boxes if group not in drawn)]


def _is_crowd(one: dict[str, Any]) -> bool:
    attributes = one.get("attributes")
    return isinstance(attributes, dict) and attributes.get("is_crowd") in (True, 1)


def _polygons(one: dict[str, Any], kind: str) -> list[list[float]]:
    """The outline of an annotation; none if it is not whole."""
    try:
        if kind == "bbox":
            x, y, width, height = (parse_float(value) for value in one["bbox"])
            return [box_corners(x, y, x + width, y + height)]
        if kind == "mask":
            return read_outline(msgspec.json.encode(one["rle"]))
        points = [parse_float(value) for value in one["points"]]
        if kind == "ellipse":
            left, top, right, bottom = points
            middle = (left + right) / 2, (top + bottom) / 2
            return [ellipse_corners(*middle, (right - left) / 2, (bottom - top) / 2)]
        return [points] if len(points) >= 6 and len(points) % 2 == 0 else []
    except (KeyError, TypeError, ValueError, OverflowError):
        return []

"""BDD100K: boxes and outlines of all images in one JSON file, or in one for each image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, json_entries, read_json_file
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report

_MAX_JSON = 64 << 20
_LOOKED_AT = 8
_KEYS = (re.compile(r'"category"\s*:'), re.compile(r'"(?:box2d|poly2d)"\s*:'))


class _Label(msgspec.Struct):
    category: str = ""
    box2d: dict[str, Any] | None = None
    poly2d: Any = None


class _Inner(msgspec.Struct):
    objects: list[_Label] = []


class _Frame(msgspec.Struct):
    name: str = ""
    labels: list[_Label] | None = None
    frames: list[_Inner] = []


class Bdd(EntryFormat):
    """``bdd100k_labels_images_train.json``, or ``labels/100k/train/x.json``.

    Lines, such as those of lanes, are no objects.
    """

    name = "bdd"
    kinds: ClassVar[Kinds] = {
        "boxes": re.compile(r'"box2d"\s*:\s*\{'),
        "outlines": re.compile(r'"closed"\s*:\s*true'),
    }
    no_photos = re.compile(r"(?:^|/)labels/")

    def files(self, tree: FileTree) -> list[str]:
        """The JSON files of the folders in which the first hold boxes."""
        found: list[str] = []
        for files in tree.folders.values() if tree.images else ():
            texts = [file for file in files if file.lower().endswith(".json")]
            heads = ("\n".join(tree.head(file)) for file in texts[:_LOOKED_AT])
            if texts and any(all(key.search(head) for key in _KEYS) for head in heads):
                found += texts
        return found

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file."""
        split = split_of(file) or split_in(file)
        head = "".join(tree.head(file)).lstrip()
        if head.startswith("["):
            frames = [frame for _, frame in json_entries(tree, file, _Frame, report)]
        else:
            try:
                frames = [read_json_file(tree, file, _Frame, _MAX_JSON, report)]
            except (UserError, *JSON_ERRORS) as error:
                report.error("malformed_json", file, reason=str(error))
                return
        for number, frame in enumerate(frames):
            labels = [*(frame.labels or []), *(one for f in frame.frames for one in f.objects)]
            shapes = [shape for one in labels for shape in _shapes(one)]
            yield Entry(frame.name, f"[{number}]", split, shapes=shapes)


def _shapes(label: _Label) -> Iterator[Shape]:
    """The object of a label; without a polygon if its numbers are none."""
    name = label.category.strip()
    try:
        if label.box2d is not None:
            sides = (parse_float(label.box2d[key]) for key in ("x1", "y1", "x2", "y2"))
            yield Shape(name, [box_corners(*sides)])
        elif isinstance(label.poly2d, list):
            parts = [part for part in label.poly2d if isinstance(part, dict)]
            closed = [part["vertices"] for part in parts if part.get("closed") is True]
            if closed:
                outlines = [[parse_float(v) for x, y in part for v in (x, y)] for part in closed]
                yield Shape(name, outlines, drawn=True)
    except (KeyError, TypeError, ValueError):
        yield Shape(name, [])

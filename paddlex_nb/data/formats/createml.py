"""CreateML: boxes by their centres, or classes, of all images in one JSON file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import json_entries
from paddlex_nb.data.formats.listfiles import read_labels
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report

_LOOKED_AT = 64
_IMAGE = re.compile(r'"(?:image|imagefilename|filename)"\s*:\s*"')
_ANNOTATION = re.compile(r'"annotations?"\s*:\s*\[')


class _Item(msgspec.Struct):
    image: str = ""
    imagefilename: str = ""
    filename: str = ""
    annotations: list[dict[str, Any]] = []
    annotation: list[dict[str, Any]] = []


class CreateMl(EntryFormat):
    """Apple's CreateML, as it, Roboflow and RectLabel write it.

    A list of ``{"image": …, "annotations": [{"label": …, "coordinates": {"x", "y", "width",
    "height"}}]}``: x and y are the middle of the box, in pixels.
    """

    name = "createml"
    kinds: ClassVar[Kinds] = {"boxes": re.compile(r'"coordinates"\s*:')}

    def files(self, tree: FileTree) -> list[str]:
        """JSON files that begin with a list of images and annotations."""
        return [
            file
            for file in tree.ending(".json")[:_LOOKED_AT]
            if (head := "\n".join(tree.head(file))).lstrip().startswith("[")
            and _IMAGE.search(head)
            and _ANNOTATION.search(head)
        ]

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The names in ``labels.txt``, if that is there."""
        return read_labels(tree, report)

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file."""
        for place, item in json_entries(tree, file, _Item, report):
            shapes = [_shape(one) for one in item.annotations or item.annotation]
            name = item.image or item.imagefilename or item.filename
            yield Entry(name, place, shapes=shapes)


def _shape(annotation: dict[str, Any]) -> Shape:
    """An object; without a polygon if it has no whole box."""
    label = str(annotation.get("label", "")).strip()
    try:
        box = annotation["coordinates"]
        x, y, width, height = (parse_float(box[key]) for key in ("x", "y", "width", "height"))
    except (KeyError, TypeError, ValueError):
        return Shape(label, [])
    corners = box_corners(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return Shape(label, [corners])

"""ADE20K in full: for each image a table or JSON file of its objects, and a map of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.map_objects import objects_in
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float, said_whole
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report

_MAX_JSON = 64 << 20
_LOOKED_AT = 8
_TABLE = "_atr.txt"
_KEYS = (re.compile(r'"annotation"\s*:\s*\{'), re.compile(r'"(?:raw_name|name_ndx)"\s*:'))


class _Parts(msgspec.Struct):
    part_level: Any = 0


class _Polygon(msgspec.Struct):
    x: list[Any] = []
    y: list[Any] = []


class _Object(msgspec.Struct):
    raw_name: str = ""
    name: str = ""
    parts: _Parts = msgspec.field(default_factory=_Parts)
    polygon: _Polygon = msgspec.field(default_factory=_Polygon)


class _Annotation(msgspec.Struct):
    filename: str = ""
    imsize: list[Any] = []
    object: list[_Object] = []


class _File(msgspec.Struct):
    annotation: _Annotation


class Ade20k(EntryFormat):
    """``x.jpg`` with ``x_atr.txt`` and ``x_seg.png`` (2016), or with ``x.json`` (2020).

    Parts of objects (a wheel of a car) are left out. The benchmark of 150 classes, whose masks are
    numbers, is read as images and masks.
    """

    name = "ade20k"
    no_photos = re.compile(r"_(?:seg|parts_\d+)\.png$|(?:^|/)instance_\d+_")

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the tables or JSON files beside the images."""
        evidence = super().detect(tree)
        likely = 0.95 if self.task is Task.SEGMENTATION else 0.6
        return evidence and Evidence(likely, evidence.reason)

    kinds: ClassVar[Kinds] = {"outlines": re.compile(r"(?m)\S$")}

    def files(self, tree: FileTree) -> list[str]:
        """The tables; without any, the JSON files."""
        tables = [file for file in tree.ending(".txt") if file.endswith(_TABLE)]
        if tables:
            return tables
        files = tree.ending(".json")
        heads = ["\n".join(tree.head(file)) for file in files[:_LOOKED_AT]]
        known = any(all(key.search(head) for key in _KEYS) for head in heads)
        return files if known else []

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The image of a file."""
        if file.endswith(_TABLE):
            yield from _of_table(tree, file, report)
            return
        try:
            content = read_json_file(tree, file, _File, _MAX_JSON, report).annotation
        except (UserError, *JSON_ERRORS) as error:
            report.error("malformed_json", file, reason=str(error))
            return
        high, wide = content.imsize[:2] if len(content.imsize) >= 2 else (None, None)
        shapes = [
            Shape((one.raw_name or one.name).strip(), _outline(one.polygon), drawn=True)
            for one in content.object
            if one.parts.part_level in (0, "0")
        ]
        stem = file.rpartition("/")[2].rpartition(".")[0]
        yield Entry(content.filename or stem, "", "", said_size(wide, high), shapes=shapes)


def _outline(polygon: _Polygon) -> list[list[float]]:
    try:
        pairs = zip(polygon.x, polygon.y, strict=True)
        points = [parse_float(value) for pair in pairs for value in pair]
    except ValueError:
        return []
    return [points] if len(points) >= 6 else []


def _of_table(tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
    """The image of a table: a row's number is that of a value of the map's blue channel."""
    stem = file.removesuffix(_TABLE)
    try:
        lines = tree.text(file, report).splitlines()
    except UserError as error:
        report.error("unreadable_file", file, reason=str(error))
        return
    names: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        columns = [column.strip() for column in line.split("#")]
        value = said_whole(columns[0])
        if not line.strip():
            continue
        if len(columns) < 5 or value is None:
            report.error("malformed_line", file, f"line {number}", line=line[:200])
        elif columns[1] == "0":
            names[value] = columns[4] or columns[3]
    path = tree.find(f"{stem}_seg.png")
    if path is None:
        report.error("missing_image", file, path=f"{stem}_seg.png")
        return
    try:
        with open_image(tree.root / path) as image:
            blue = np.asarray(image.convert("RGB"))[..., 2].astype(np.int64)
    except DECODE_ERRORS:
        report.error("truncated_image", path)
        return
    numbers = {value: number for number, value in enumerate(np.unique(blue).tolist())}
    first = 0 if numbers and min(numbers) == 0 else 1
    shapes = [
        Shape(names[number], polygons, drawn=True, place=f"line {number}")
        for value, _, polygons in objects_in(blue, blue > 0)
        if (number := numbers[value] + first) in names
    ]
    yield Entry(stem.rpartition("/")[2], shapes=shapes)

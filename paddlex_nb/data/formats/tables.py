"""CSV: a line for each object, or for each image and its class."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from io import StringIO

import msgspec

from paddlex_nb.data.draft import Draft, DraftImage
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import Paths, read_labels
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.objects import Box, ObjectsBuilder
from paddlex_nb.data.records import SPLITS
from paddlex_nb.data.report import Report
from paddlex_nb.data.said_numbers import said_float
from paddlex_nb.data.tree import FileTree
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task

_IMAGE = ("filename", "file_name", "image", "image_path", "path", "file", "img", "image_id")
_CLASS = ("class", "label", "class_name", "category", "name", "label_name")
_TOGETHER = ("group", "group_id", "patient", "patient_id", "subject", "video", "scene")
_SPLIT = ("split", "subset", "set")
_CORNERS = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x1", "y1", "x2", "y2"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("left", "top", "right", "bottom"),
)
_SIZED = (("x", "y", "w", "h"), ("x", "y", "width", "height"), ("left", "top", "width", "height"))
_FOLDERS = ("", "images", "JPEGImages", *SPLITS)


class _Columns(msgspec.Struct, frozen=True):
    """Which columns of a table are which."""

    image: str
    label: str
    split: str
    together: str
    box: tuple[str, ...]
    sized: bool


class Table:
    """A table with a header, separated by commas, semicolons or tabs.

    The columns are recognised by their names: the image, the class, in detection the corners of
    the box in pixels (or its left, top, width, height), and perhaps the split.

    Args:
        task: Classification or detection.
    """

    name = "csv"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise a table by its header."""
        files = self._files(tree)
        if not files or not tree.images:
            return None
        (file, columns), *_ = files.items()
        shown = ", ".join((columns.image, columns.label, *columns.box))
        return Evidence(0.9, Message("formats.csv.evidence", {"file": file, "columns": shown}))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the tables; those that say the same are read once."""
        numbers = ClassNumbers(read_labels(tree, report))
        images: dict[str, DraftImage] = {}
        rows_of: dict[str, int] = {}
        objects = ObjectsBuilder()
        seen: set[tuple[str, ...]] = set()
        files = self._files(tree)
        for file, columns in files.items():
            rows = list(_rows(tree, file, report))
            content = tuple("\0".join(map(str, row.values())) for _, row in rows)
            if content in seen:
                report.info("same_table", file)
                continue
            seen.add(content)
            paths = Paths(tree, file, report, _FOLDERS)
            for number, row in rows:
                place = f"line {number}"
                path = paths.resolve(row[columns.image].replace("\\", "/"), place)
                class_id = numbers.number(row[columns.label])
                if path is None:
                    continue
                if class_id is None:
                    report.error("unknown_class", file, place, name=row[columns.label])
                elif self.task is Task.CLASSIFICATION:
                    _add(images, _image(path, row, columns, file, class_id), place, report)
                elif (box := _box(row, columns)) is None:
                    report.error("malformed_box", file, place)
                else:
                    images.setdefault(path, _image(path, row, columns, file))
                    at = rows_of.setdefault(path, len(rows_of))
                    objects.add(at, class_id, box, number=number)
            paths.close()
        table = objects.build()
        classes = numbers.settle(images.values(), table)
        places = [next(iter(files), ".")] * len(classes)
        return Draft(list(images.values()), classes, places, table, object_place="line {}")

    def _files(self, tree: FileTree) -> dict[str, _Columns]:
        """Tables at the top that suit the task, with their columns."""
        found = {}
        for file in tree.folders.get("", ()):
            if file.lower().endswith((".csv", ".tsv")) and (head := tree.head(file)):
                columns = _columns(next(csv.reader(head[:1], delimiter=_delimiter(head[0])), []))
                if columns and bool(columns.box) == (self.task is Task.DETECTION):
                    found[file] = columns
        return found


def _add(images: dict[str, DraftImage], image: DraftImage, place: str, report: Report) -> None:
    """Add an image with its class; the first line that names it counts."""
    first = images.setdefault(image.path, image)
    if first is not image:
        code = "listed_twice" if first.class_id == image.class_id else "listed_with_other_class"
        report.warning(code, image.labels, place, path=image.path, split=first.split)


def _image(
    path: str, row: Mapping[str, str], columns: _Columns, file: str, class_id: int = -1
) -> DraftImage:
    split = as_split(row[columns.split]) if columns.split else ""
    together = row[columns.together] if columns.together else ""
    return DraftImage(path, split, class_id, labels=file, together=together)


def _rows(tree: FileTree, file: str, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with the numbers of their lines; those cut short are reported."""
    text = tree.text(file, report)
    reader = csv.reader(StringIO(text), delimiter=_delimiter(text.partition("\n")[0]))
    try:
        head = [_plain(name) for name in next(reader, [])]
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if len(values) < len(head):
                line = ",".join(values)[:200]
                report.error("malformed_line", file, f"line {reader.line_num}", line=line)
                continue
            yield reader.line_num, dict(zip(head, (v.strip() for v in values), strict=False))
    except csv.Error as error:
        report.error("malformed_line", file, f"line {reader.line_num}", line=str(error))


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _plain(name: str) -> str:
    return name.strip().strip("\ufeff").strip('"').lower()


def _columns(head: list[str]) -> _Columns | None:
    names = {_plain(name) for name in head}
    image = next((n for n in _IMAGE if n in names), None)
    label = next((n for n in _CLASS if n in names), None)
    if image is None or label is None:
        return None
    corners = next((c for c in _CORNERS if names.issuperset(c)), ())
    sized = () if corners else next((c for c in _SIZED if names.issuperset(c)), ())
    split = next((n for n in _SPLIT if n in names), "")
    together = next((n for n in _TOGETHER if n in names), "")
    return _Columns(image, label, split, together, corners or sized, bool(sized))


def _box(row: Mapping[str, str], columns: _Columns) -> Box | None:
    try:
        a, b, c, d = (said_float(row[name]) for name in columns.box)
    except ValueError:
        return None
    if not all(map(math.isfinite, (a, b, c, d))):
        return None
    return (a, b, a + c, b + d) if columns.sized else (a, b, c, d)

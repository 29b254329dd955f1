"""CSV: a line for each object, or for each image and its class."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import TypeAlias

import msgspec

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.spreadsheet import as_it_was
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import Paths, labels_file, read_labels
from paddlex_nb.data.formats.number_names import names_of_numbers
from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.formats.table_columns import (
    TableColumns,
    four_numbers,
    plain_name,
    table_columns,
)
from paddlex_nb.data.formats.table_images import TableImages
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import XYXY, ObjectTableBuilder
from paddlex_nb.data.store.records import SPLITS

_UNNAMED = "object"
_SEVERAL = {"labels": " ,|", "tags": " ,|", "target": " ,|"}
"""What stands between the classes of an image in columns that may hold several."""

_NO_LABELS = re.compile(r"(?:^|/)sample_?submission[^/]*$", re.IGNORECASE)
"""Kaggle's examples of what to hand in: their classes are made up."""

_ADDRESS = re.compile(r"^[a-z][a-z0-9]*://[^/]*/")
_FOLDERS = ("", "images", "JPEGImages", "data", *SPLITS)
_MOST_SHOWN = 5
_LINES = 50
"""So many rows are looked at."""


_Said: TypeAlias = "tuple[str, tuple[str, ...], XYXY | None]"


class _Row(msgspec.Struct):
    """What a row says of an image.

    Attributes:
        path: The image.
        number: Line of the table.
        cells: All cells by the names of their columns.
        labels: Its classes.
        box: The box of the object, if it has a whole one.
        bare: The cells of the box are empty: there is nothing to find.
    """

    path: str
    number: int
    cells: dict[str, str]
    labels: list[str]
    box: XYXY | None
    bare: bool

    @property
    def label(self) -> str:
        """The class; empty if there is none, or if there are several."""
        return self.labels[0] if len(self.labels) == 1 else ""

    @property
    def place(self) -> str:
        """Where the row is, for findings."""
        return f"line {self.number}"


class Table:
    """A table with a header, separated by commas, semicolons or tabs.

    The columns are recognised by their names: the image, the class, in detection the corners of
    the box in pixels (or its left, top, width, height), and perhaps the split.

    In classification there may also be a column of 0 and 1 for each class instead. A table lies at
    the top or in the folder of a split, with its images; a row without class and box is of an image
    with nothing to find.

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
        names = (columns.image, columns.label, *columns.box, *columns.classes[:_MOST_SHOWN])
        shown = ", ".join(filter(None, names))
        reason = Message("formats.csv.evidence", {"file": file, "columns": shown})
        return Evidence(0.9 if columns.box else 0.89, reason)  # boxes say more

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the tables; those that say the same are read once."""
        numbers = ClassNumbers(read_labels(tree, report))
        images: dict[str, DraftImage] = {}
        rows_of: dict[str, int] = {}
        objects = ObjectTableBuilder()
        said: set[_Said] = set()
        files = self._files(tree)
        names = TableImages(tree)
        for file, columns in files.items():
            rows = list(self._rows(tree, file, columns, names, report))
            content = {_said(row) for row in rows}
            if content and content <= said:
                report.info("same_table", file)
                continue
            said |= content
            for row in rows:
                if self.task is Task.DETECTION and row.bare:
                    if row.path not in images:
                        images[row.path] = _image(row, columns, file)
                        rows_of[row.path] = len(rows_of)
                    continue
                class_id = numbers.number(row.label)
                if class_id is None and (columns.classes or len(row.labels) > 1):
                    flags = ", ".join(row.labels) or "–"
                    report.error("flags_of_no_class", file, row.place, flags=flags)
                elif class_id is None:
                    report.error("unknown_class", file, row.place, name=row.label)
                elif self.task is Task.CLASSIFICATION:
                    _add(images, _image(row, columns, file, class_id), row.place, report)
                elif row.box is None:
                    report.error("malformed_box", file, row.place)
                else:
                    images.setdefault(row.path, _image(row, columns, file))
                    at = rows_of.setdefault(row.path, len(rows_of))
                    objects.add(at, class_id, row.box, number=row.number)
        table = objects.build()
        classes = numbers.settle(images.values(), table)
        if told := names_of_numbers(tree, classes):
            classes = [told[name] for name in classes]
        places = [next(iter(files), ".")] * len(classes)
        return Draft(list(images.values()), classes, places, table, object_place="line {}")

    def _rows(
        self,
        tree: FileTree,
        file: str,
        columns: TableColumns,
        names: TableImages,
        report: Report,
    ) -> Iterator[_Row]:
        """The rows of a table whose images are there."""
        home = file.rpartition("/")[0]
        paths = Paths(tree, file, report, (home, f"{home}/images" if home else "", *_FOLDERS))
        for number, cells in list(_cells(tree, file, columns.head, report)):
            place = f"line {number}"
            name = names.full(_ADDRESS.sub("", cells[columns.image].replace("\\", "/")))
            path = paths.resolve(name, place)
            if path is None:
                continue
            labels = _labels(cells, columns)
            bare = not any(cells[name] for name in columns.box)
            yield _Row(path, number, cells, labels, _box(cells, columns), bare=bare)
        paths.close()

    def _files(self, tree: FileTree) -> dict[str, TableColumns]:
        """Tables at the top or one folder below that suit the task, with their columns."""
        tables = {}
        names = TableImages(tree)
        for file in tree.ending(".csv", ".tsv"):
            if file.count("/") > 1 or _NO_LABELS.search(file):
                continue
            if head := tree.head(file):
                lines = list(csv.reader(head[:_LINES], delimiter=_delimiter(head[0])))
                columns = table_columns(lines, names.names_one)
                if columns is None or (not columns.label and columns.box and labels_file(tree)):
                    continue  # boxes without a class are of none of those that are named
                if bool(columns.box) == (self.task is Task.DETECTION):
                    tables[file] = columns
        return tables


def _said(row: _Row) -> _Said:
    return row.path, tuple(row.labels), row.box


def _labels(row: Mapping[str, str], columns: TableColumns) -> list[str]:
    """The classes that a row says; boxes of tables without a class are of one."""
    if columns.classes:
        return [name for name in columns.classes if row[name] in {"1", "1.0"}]
    if not columns.label:
        return [_UNNAMED]
    label = as_it_was(row[columns.label]).strip()
    between = _SEVERAL.get(columns.label, "|")
    parts = list(filter(None, re.split(f"[{between}]", label))) if not columns.box else []
    return parts if len(parts) > 1 else [label]


def _add(images: dict[str, DraftImage], image: DraftImage, place: str, report: Report) -> None:
    """Add an image with its class; the first line that names it counts."""
    first = images.setdefault(image.path, image)
    if first is not image:
        code = "listed_twice" if first.class_id == image.class_id else "listed_with_other_class"
        report.warning(code, image.labels, place, path=image.path, split=first.split)


def _image(row: _Row, columns: TableColumns, file: str, class_id: int = -1) -> DraftImage:
    by_folder = split_in(row.path) or split_in(file)
    split = as_split(row.cells[columns.split]) if columns.split else by_folder
    together = row.cells[columns.together] if columns.together else ""
    return DraftImage(row.path, split, class_id, labels=file, together=together)


def _cells(
    tree: FileTree, file: str, head: Sequence[str], report: Report
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with the numbers of their lines; those cut short are reported."""
    text = tree.text(file, report)
    reader = csv.reader(StringIO(text), delimiter=_delimiter(text.partition("\n")[0]))
    try:
        head = head or [plain_name(name) for name in next(reader, [])]
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


def _box(row: Mapping[str, str], columns: TableColumns) -> XYXY | None:
    if not columns.box:
        return None
    try:
        cells = [row[name] for name in columns.box]
        a, b, c, d = map(parse_float, four_numbers(cells[0]) if len(cells) == 1 else cells)
    except ValueError:
        return None
    if not all(map(math.isfinite, (a, b, c, d))):
        return None
    return (a, b, a + c, b + d) if columns.sized else (a, b, c, d)

"""What the rows of a table say of images."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from io import StringIO
from typing import TypeAlias

import msgspec

from paddlex_nb.core.spreadsheet import as_it_was
from paddlex_nb.data.formats.listfiles import Paths
from paddlex_nb.data.formats.table_columns import TableColumns, four_numbers, plain_name
from paddlex_nb.data.formats.table_images import TableImages
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import XYXY
from paddlex_nb.data.store.records import SPLITS

_UNNAMED = "object"
_SEVERAL = {"labels": ",|", "tags": " ,|", "target": " ,|"}
"""What stands between the classes of an image in columns that may hold several."""

_ADDRESS = re.compile(r"^[a-z][a-z0-9]*://[^/]*/")
_FOLDERS = ("", "images", "JPEGImages", "data", *SPLITS)

Said: TypeAlias = "tuple[str, tuple[str, ...], XYXY | None]"


class TableRow(msgspec.Struct):
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

    @property
    def said(self) -> Said:
        """What another table says with other words, perhaps."""
        return self.path, tuple(self.labels), self.box


def table_rows(
    tree: FileTree, file: str, columns: TableColumns, names: TableImages, report: Report
) -> Iterator[TableRow]:
    """The rows of a table whose images are there; what cannot be used is reported."""
    home = file.rpartition("/")[0]
    paths = Paths(tree, file, report, (home, f"{home}/images" if home else "", *_FOLDERS))
    rows = list(_cells(tree, file, columns.head, report))
    whole = {cells[columns.label] for _, cells in rows} if columns.label in _SEVERAL else set()
    for number, cells in rows:
        name = names.full(_ADDRESS.sub("", cells[columns.image].replace("\\", "/")))
        path = paths.resolve(name, f"line {number}")
        if path is None:
            continue
        labels = _labels(cells, columns, whole)
        bare = not any(cells[name] for name in columns.box)
        yield TableRow(path, number, cells, labels, _box(cells, columns), bare=bare)
    paths.close()


def _labels(row: Mapping[str, str], columns: TableColumns, whole: Container[str]) -> list[str]:
    """The classes that a row says; boxes of tables without a class are of one.

    Args:
        row: Its cells.
        columns: The columns of the table.
        whole: What other rows say: one of these between blanks is a class of several.
    """
    if columns.classes:
        return [name for key, name in columns.classes.items() if row[key] in {"1", "1.0"}]
    if not columns.label:
        return [_UNNAMED]
    label = as_it_was(row[columns.label]).strip()
    between = _SEVERAL.get(columns.label, "|")
    if any(word in whole for word in label.split(" ")):
        between += " "
    parts = list(filter(None, re.split(f"[{between}]", label))) if not columns.box else []
    return parts if len(parts) > 1 else [label]


def _cells(
    tree: FileTree, file: str, head: Sequence[str], report: Report
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with the numbers of their lines; those cut short are reported."""
    text = tree.text(file, report)
    reader = csv.reader(StringIO(text), delimiter=delimiter_of(text.partition("\n")[0]))
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


def delimiter_of(line: str) -> str:
    """What separates the cells of a table with a line."""
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

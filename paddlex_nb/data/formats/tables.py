"""CSV: a line for each object, or for each image and its class."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from io import StringIO

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.spreadsheet import as_it_was
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import Paths, read_labels
from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.formats.table_columns import (
    TableColumns,
    class_columns,
    named_columns,
    plain_name,
)
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import XYXY, ObjectTableBuilder
from paddlex_nb.data.store.records import SPLITS

_FOLDERS = ("", "images", "JPEGImages", "data", *SPLITS)
_MOST_SHOWN = 5
_LINES = 50
"""So many rows are looked at."""


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
        names = (
            columns.image,
            columns.label,
            *columns.box,
            *list(columns.classes.values())[:_MOST_SHOWN],
        )
        shown = ", ".join(filter(None, names))
        return Evidence(0.9, Message("formats.csv.evidence", {"file": file, "columns": shown}))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the tables; those that say the same are read once."""
        numbers = ClassNumbers(read_labels(tree, report))
        images: dict[str, DraftImage] = {}
        rows_of: dict[str, int] = {}
        objects = ObjectTableBuilder()
        seen: set[tuple[str, ...]] = set()
        files = self._files(tree)
        names = _Names(tree)
        for file, columns in files.items():
            rows = list(_rows(tree, file, report))
            content = tuple("\0".join(map(str, row.values())) for _, row in rows)
            if content in seen:
                report.info("same_table", file)
                continue
            seen.add(content)
            home = file.rpartition("/")[0]
            paths = Paths(tree, file, report, (home, f"{home}/images" if home else "", *_FOLDERS))
            for number, row in rows:
                place = f"line {number}"
                path = paths.resolve(names.full(row[columns.image].replace("\\", "/")), place)
                if path is None:
                    continue
                if self.task is Task.DETECTION and _is_bare(row, columns):
                    if path not in images:
                        images[path] = _image(path, row, columns, file)
                        rows_of[path] = len(rows_of)
                    continue
                label = _label(row, columns)
                class_id = numbers.number(label)
                if columns.classes and class_id is None:
                    flags = (
                        ", ".join(n for key, n in columns.classes.items() if row[key] == "1") or "–"
                    )
                    report.error("flags_of_no_class", file, place, flags=flags)
                elif class_id is None:
                    report.error("unknown_class", file, place, name=label)
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

    def _files(self, tree: FileTree) -> dict[str, TableColumns]:
        """Tables at the top or one folder below that suit the task, with their columns."""
        tables = {}
        for file in tree.ending(".csv", ".tsv"):
            if file.count("/") <= 1 and (head := tree.head(file)):
                lines = list(csv.reader(head[:_LINES], delimiter=_delimiter(head[0])))
                columns = named_columns(lines[0]) or class_columns(lines) if lines else None
                if columns and bool(columns.box) == (self.task is Task.DETECTION):
                    tables[file] = columns
        return tables


class _Names:
    """Completes names of images that a table gives without a suffix, as ids."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        images: defaultdict[str, list[str]] = defaultdict(list)
        for image in self._tree.images:
            images[image.rpartition("/")[2].rpartition(".")[0]].append(image)
        return dict(images)

    def full(self, name: str) -> str:
        """The name with the suffix that it has on the disk."""
        if not name or is_image(name) or self._tree.has_file(name):
            return name
        _, slash, last = name.rpartition("/")
        images = self._by_stem.get(last, [])
        inside = [i for i in images if slash and f"/{i}".rpartition(".")[0].endswith(f"/{name}")]
        suffixes = [image.rpartition(".")[2] for image in inside or images]
        return f"{name}.{suffixes[0]}" if suffixes else name


def _label(row: Mapping[str, str], columns: TableColumns) -> str:
    """The class that a row says; empty if it says none, or several."""
    if columns.label:
        return as_it_was(row[columns.label]).strip()
    flags = _flags(row, columns)
    return flags[0] if len(flags) == 1 else ""


def _flags(row: Mapping[str, str], columns: TableColumns) -> list[str]:
    """The classes whose columns are 1."""
    return [name for key, name in columns.classes.items() if row[key] == "1"]


def _is_bare(row: Mapping[str, str], columns: TableColumns) -> bool:
    """Whether a row names an image without any object in it."""
    return not row[columns.label] and not any(row[name] for name in columns.box)


def _add(images: dict[str, DraftImage], image: DraftImage, place: str, report: Report) -> None:
    """Add an image with its class; the first line that names it counts."""
    first = images.setdefault(image.path, image)
    if first is not image:
        code = "listed_twice" if first.class_id == image.class_id else "listed_with_other_class"
        report.warning(code, image.labels, place, path=image.path, split=first.split)


def _image(
    path: str, row: Mapping[str, str], columns: TableColumns, file: str, class_id: int = -1
) -> DraftImage:
    split = as_split(row[columns.split]) if columns.split else split_in(path) or split_in(file)
    together = row[columns.together] if columns.together else ""
    return DraftImage(path, split, class_id, labels=file, together=together)


def _rows(tree: FileTree, file: str, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with the numbers of their lines; those cut short are reported."""
    text = tree.text(file, report)
    reader = csv.reader(StringIO(text), delimiter=_delimiter(text.partition("\n")[0]))
    try:
        head = [plain_name(name) for name in next(reader, [])]
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
    try:
        a, b, c, d = (parse_float(row[name]) for name in columns.box)
    except ValueError:
        return None
    if not all(map(math.isfinite, (a, b, c, d))):
        return None
    return (a, b, a + c, b + d) if columns.sized else (a, b, c, d)

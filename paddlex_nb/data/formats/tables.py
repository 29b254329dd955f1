"""CSV: a line for each object, or for each image and its class."""

from __future__ import annotations

import csv
import re

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import labels_file, read_labels
from paddlex_nb.data.formats.number_names import names_of_numbers
from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.formats.table_columns import TableColumns, plain_name, table_columns
from paddlex_nb.data.formats.table_images import TableImages
from paddlex_nb.data.formats.table_rows import Said, TableRow, delimiter_of, table_rows
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder

_NO_LABELS = re.compile(r"(?:^|/)sample_?submission[^/]*$", re.IGNORECASE)
"""Kaggle's examples of what to hand in: their classes are made up."""

_DECIMAL = re.compile(r"-?\d{1,12}\.\d{0,12}[1-9]\d{0,12}")
_FEW, _SEVERAL = 3, 8
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
        classes = list(columns.classes.values())[:_MOST_SHOWN]
        names = (columns.image, columns.label, *columns.box, *classes)
        shown = ", ".join(filter(None, names))
        reason = Message("formats.csv.evidence", {"file": file, "columns": shown})
        doubts = _doubts(tree, file, columns)
        return Evidence(0.9 if columns.box else 0.89, reason, doubts)  # boxes say more

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the tables; those that say the same are read once."""
        numbers = ClassNumbers(read_labels(tree, report))
        images: dict[str, DraftImage] = {}
        rows_of: dict[str, int] = {}
        objects = ObjectTableBuilder()
        said: set[Said] = set()
        files = self._files(tree)
        names = TableImages(tree)
        for file, columns in files.items():
            rows = list(table_rows(tree, file, columns, names, report))
            content = {row.said for row in rows}
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

    def _files(self, tree: FileTree) -> dict[str, TableColumns]:
        """Tables at the top or one folder below that suit the task, with their columns."""
        tables = {}
        names = TableImages(tree)
        for file in tree.ending(".csv", ".tsv"):
            if file.count("/") > 1 or _NO_LABELS.search(file):
                continue
            if head := tree.head(file):
                lines = list(csv.reader(head[:_LINES], delimiter=delimiter_of(head[0])))
                columns = table_columns(lines, names.names_one)
                if columns is None or (not columns.label and columns.box and labels_file(tree)):
                    continue  # boxes without a class are of none of those that are named
                if bool(columns.box) == (self.task is Task.DETECTION):
                    tables[file] = columns
        return tables


def _doubts(tree: FileTree, file: str, columns: TableColumns) -> tuple[Message, ...]:
    """Whether what looks like classes are measurements, or a text for each image."""
    if columns.box or not columns.label:
        return ()
    head = tree.head(file)[: _LINES + 1]
    rows = list(csv.DictReader(head, delimiter=delimiter_of(head[0])))
    cells = [
        cell.strip()
        for row in rows
        for name, cell in row.items()
        if name and plain_name(name) == columns.label and isinstance(cell, str)
    ]
    measured = sum(_DECIMAL.fullmatch(cell) is not None for cell in cells)
    if len(cells) >= _FEW and 2 * measured > len(cells):
        return (Message("formats.csv.doubt.numbers", {"file": file, "label": cells[0]}),)
    if len(cells) >= _SEVERAL and len(set(cells)) == len(cells):
        values = {"file": file, "label": cells[0]}
        return (Message("formats.named_lists.doubt.distinct", values),)
    return ()


def _add(images: dict[str, DraftImage], image: DraftImage, place: str, report: Report) -> None:
    """Add an image with its class; the first line that names it counts."""
    first = images.setdefault(image.path, image)
    if first is not image:
        code = "listed_twice" if first.class_id == image.class_id else "listed_with_other_class"
        report.warning(code, image.labels, place, path=image.path, split=first.split)


def _image(row: TableRow, columns: TableColumns, file: str, class_id: int = -1) -> DraftImage:
    by_folder = split_in(row.path) or split_in(file)
    split = as_split(row.cells[columns.split]) if columns.split else by_folder
    together = row.cells[columns.together] if columns.together else ""
    return DraftImage(row.path, split, class_id, labels=file, together=together)

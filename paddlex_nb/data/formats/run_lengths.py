"""Masks as run lengths in a table, as Kaggle's competitions have them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.image_by_name import ImageByName
from paddlex_nb.data.formats.table_columns import plain_name
from paddlex_nb.data.formats.table_images import TableImages
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.rle import polygons_of

_MAX_CSV = 2 << 30
_ENCODED = ("encodedpixels", "rle_mask", "rle", "annotation", "encoded_pixels", "mask_rle")
_CLASS = ("classid", "class_id", "class", "class_name", "label", "category", "cell_type")
_RUNS = re.compile(r"\d{1,12} \d{1,12}(?: \d{1,12} \d{1,12})*")
_NO_LABELS = re.compile(r"(?:^|/)sample_?submission[^/]*$", re.IGNORECASE)
_LINES = 50
_UNNAMED = "object"
_FOLDERS = ("", "train", "images", "train_images")
_LIKELY = 0.84
"""Masks as files say the same, and more surely."""


class _Columns(msgspec.Struct, frozen=True):
    """Places of a table's columns; -1 if there is none.

    Attributes:
        image: The image, perhaps followed by ``_`` and the class.
        label: The class.
        runs: The mask.
        joined: The image's column says the class, too.
    """

    image: int
    label: int
    runs: int
    joined: bool


class RunLengths(EntryFormat):
    """``train.csv`` with ``ImageId,EncodedPixels`` (Airbus, Severstal, Sartorius, …).

    A mask is pairs of a first pixel and a length, counted from 1 down the columns. The class is in
    a column of its own, or follows the image's name (``0002cc93b.jpg_1``). A row without a mask
    says that there is nothing to find.
    """

    name = "run_lengths"

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise tables by the name of the column and the runs in it."""
        files = self.files(tree)
        if not files:
            return None
        reason = Message("formats.run_lengths.evidence", {"files": len(files), "example": files[0]})
        return Evidence(_LIKELY if self.task is Task.INSTANCE_SEGMENTATION else 0.5, reason)

    def files(self, tree: FileTree) -> list[str]:
        """Tables at the top, or one folder below, with a column of runs."""
        names = TableImages(tree)
        files = [f for f in tree.ending(".csv") if f.count("/") <= 1] if tree.images else []
        return [f for f in files if not _NO_LABELS.search(f) and _columns(tree, f, names)]

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a table, each with all of its rows."""
        columns = _columns(tree, file, TableImages(tree))
        if columns is None:
            return
        images = ImageByName(tree)
        by_image: dict[str, Entry] = {}
        sizes: dict[str, tuple[int, int]] = {}
        try:
            rows = csv.reader(StringIO(tree.text(file, report, _MAX_CSV)))
            next(rows, None)
            for row in rows:
                place = f"line {rows.line_num}"
                if len(row) <= max(columns.image, columns.label, columns.runs):
                    report.error("malformed_line", file, place, line=",".join(row)[:200])
                    continue
                name, label = _name_and_class(row, columns)
                entry = by_image.setdefault(name, Entry(name))
                runs = row[columns.runs].strip()
                if runs in {"", "-1", "1 0"}:
                    continue
                if name not in sizes:
                    sizes[name] = _size(tree, images.find(name, _FOLDERS))
                polygons = _polygons(runs, *sizes[name]) if _RUNS.fullmatch(runs) else []
                entry.shapes.append(Shape(label, polygons, drawn=True, place=place))
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
        except csv.Error as error:
            report.error("malformed_line", file, line=str(error))
        yield from by_image.values()


def _columns(tree: FileTree, file: str, names: TableImages) -> _Columns | None:
    """The columns of a table of run lengths, by their names and its first rows."""
    try:
        head, *rows = list(csv.reader(tree.head(file)[:_LINES])) or [[]]
    except csv.Error:
        return None
    called = [plain_name(name) for name in head]
    runs = next((called.index(n) for n in _ENCODED if n in called), -1)
    rows = [row for row in rows if len(row) == len(head)]
    if runs < 0 or not any(_RUNS.fullmatch(row[runs].strip()) for row in rows):
        return None
    label = next((called.index(n) for n in _CLASS if n in called), -1)
    for joined in (False, True):
        for at in range(len(head)):
            cells = [row[at].rpartition("_")[0] if joined else row[at] for row in rows]
            if at != runs and 2 * sum(map(names.names_one, cells)) > len(cells):
                return _Columns(at, label, runs, joined)
    return None


def _name_and_class(row: list[str], columns: _Columns) -> tuple[str, str]:
    name = row[columns.image].strip()
    if columns.joined:
        name, _, label = name.rpartition("_")
    else:
        label = row[columns.label].strip() if columns.label >= 0 else _UNNAMED
    return name, label


def _size(tree: FileTree, path: str | None) -> tuple[int, int]:
    """Width and height of an image; nothing if it cannot be opened."""
    if path is None:
        return 0, 0
    try:
        with open_image(tree.root / path) as image:
            size: tuple[int, int] = image.size
            return size
    except DECODE_ERRORS:
        return 0, 0


def _polygons(runs: str, width: int, height: int) -> list[list[float]]:
    """The outlines of a mask; none if it does not fit into its image."""
    pairs = np.array(runs.split(), np.int64).reshape(-1, 2)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    start, end = pairs[:, 0] - 1, pairs[:, 0] - 1 + pairs[:, 1]
    total = width * height
    if start[0] < 0 or end.max() > total or (start[1:] < end[:-1]).any():
        return []
    edges = np.stack((start, end), axis=1).ravel()
    counts = np.diff(edges, prepend=0, append=total)
    try:
        return polygons_of(counts, height, width)
    except ValueError:
        return []

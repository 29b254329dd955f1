"""Open Images: tables of boxes in shares of the image's sides."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import ClassVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import OCCLUDED, TRUNCATED

_MAX_CSV = 2 << 30
_COLUMNS = {"ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"}
_CODE = re.compile(r"/[mtgj]/\w+")
_NAMES = re.compile(r"(?:^|/)(?:[\w-]*class-descriptions[\w-]*|classes)\.csv$")
_DEEPEST = 2
_FLAGS = {
    "IsOccluded": OCCLUDED,
    "IsTruncated": TRUNCATED,
    "IsDepiction": "depiction",
    "IsInside": "inside",
}


class OpenImages(EntryFormat):
    """``train-annotations-bbox.csv`` with ``class-descriptions-boxable.csv``.

    Images are called by their ids and lie in ``images/train``, ``train`` or ``train/data``
    (FiftyOne). ``IsGroupOf`` makes a box a crowd. Rows of images that are not there are left out:
    the tables are of all of Open Images, the images most often of a part.
    """

    name = "open_images"
    relative = True

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the tables by their header."""
        evidence = super().detect(tree)
        return evidence and Evidence(self.likely, evidence.reason)

    kinds: ClassVar[Kinds] = {"boxes": re.compile(r"\bXMin\b")}

    def files(self, tree: FileTree) -> list[str]:
        """Tables of boxes."""
        return [
            file
            for file in tree.ending(".csv")
            if file.count("/") <= _DEEPEST and set(_header(tree, file)) >= _COLUMNS
        ]

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a table that are there, each with all of its rows."""
        stems = {image.rpartition("/")[2].rpartition(".")[0].lower() for image in tree.images}
        names = _names(tree, report)
        first = file.rpartition("/")[2].removeprefix("oidv6-").partition("-")[0]
        split = as_split(first) or split_in(file)
        home = file.rpartition("/")[0].rpartition("/")[0]
        folder = f"{home}/data" if home else "data"
        by_image: dict[str, Entry] = {}
        elsewhere: set[str] = set()
        try:
            rows = csv.DictReader(StringIO(tree.text(file, report, _MAX_CSV)))
            for row in rows:
                image, label = row.get("ImageID") or "", row.get("LabelName") or ""
                place = f"line {rows.line_num}"
                if image.lower() not in stems:
                    elsewhere.add(image)
                    continue
                folders = (
                    (f"images/{split}", f"{split}/data", split, folder) if split else (folder,)
                )
                entry = by_image.setdefault(image, Entry(image, place, split, folders=folders))
                crowd = row.get("IsGroupOf") == "1"
                shape = Shape(names.get(label, label), _corners(row), crowd=crowd, place=place)
                shape.attributes = {k: True for c, k in _FLAGS.items() if row.get(c) == "1"}
                entry.shapes.append(shape)
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
        except csv.Error as error:
            report.error("malformed_line", file, line=str(error))
        if elsewhere:
            example = min(elsewhere)[:100]
            report.info("images_elsewhere", file, images=len(elsewhere), example=example)
        yield from by_image.values()


def _header(tree: FileTree, file: str) -> list[str]:
    head = tree.head(file)
    return next(csv.reader(head[:1]), []) if head else []


def _names(tree: FileTree, report: Report) -> dict[str, str]:
    """The names of the classes by their codes (``/m/01g317``)."""
    names: dict[str, str] = {}
    for file in tree.ending(".csv"):
        if not _NAMES.search(file):
            continue
        try:
            for row in csv.reader(StringIO(tree.text(file, report))):
                if len(row) >= 2 and _CODE.fullmatch(row[0].strip()):
                    names.setdefault(row[0].strip(), row[1].strip())
        except (UserError, csv.Error) as error:
            report.error("unreadable_file", file, reason=str(error))
    return names


def _corners(row: dict[str, str | None]) -> list[list[float]]:
    """The box of a row; none if its numbers are none."""
    try:
        left, top, right, bottom = (
            parse_float(row.get(key)) for key in ("XMin", "YMin", "XMax", "YMax")
        )
    except ValueError:
        return []
    return [box_corners(left, top, right, bottom)]

"""The CSV that VGG Image Annotator exports: a region a row, its shape and class as JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.json_files import JSON_ERRORS
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_MAX_CSV = 1 << 30
_CELLS = {
    "shape_attributes": "region_shape_attributes",
    "region_attributes": "region_attributes",
}
_COLUMNS = {"filename", "region_shape_attributes", "region_attributes"}


class ViaImage(msgspec.Struct):
    """An image and its regions, as JSON and CSV both have them."""

    filename: str
    regions: dict[str, dict[str, Any]] | list[dict[str, Any]] = []


def _decoded(cell: Any) -> dict[str, Any]:
    """The JSON of a cell; nothing if it is empty.

    Raises:
        JSON_ERRORS: It is damaged.
    """
    return msgspec.json.decode(cell or "{}", type=dict[str, Any])


def tables(tree: FileTree) -> list[str]:
    """Tables at the top, or one folder below, with the columns of VIA."""
    files = [f for f in tree.ending(".csv") if f.count("/") <= 1]
    heads = {file: next(csv.reader(tree.head(file)[:1]), []) for file in files}
    return [file for file, head in heads.items() if {name.strip("#") for name in head} >= _COLUMNS]


def table_entries(tree: FileTree, file: str, report: Report) -> Iterator[tuple[str, ViaImage]]:
    """The images of a table, each with the first row that names it and all of its regions."""
    images: dict[str, tuple[str, ViaImage]] = {}
    try:
        rows = csv.DictReader(StringIO(tree.text(file, report, _MAX_CSV)))
        rows.fieldnames = [name.strip("#") for name in rows.fieldnames or ()]
        for row in rows:
            place, name = f"line {rows.line_num}", row.get("filename") or ""
            regions: list[dict[str, Any]] = []
            _, image = images.setdefault(name, (place, ViaImage(name, regions)))
            try:
                region = {key: _decoded(row.get(column)) for key, column in _CELLS.items()}
            except JSON_ERRORS as error:
                report.error("malformed_json", file, place, reason=str(error))
                continue
            if region["shape_attributes"] and isinstance(image.regions, list):
                image.regions.append(region)
    except UserError as error:
        report.error("unreadable_file", file, reason=str(error))
    except csv.Error as error:
        report.error("malformed_line", file, line=str(error))
    yield from images.values()

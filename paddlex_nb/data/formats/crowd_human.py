"""CrowdHuman: a JSON object for each image on each line of an ``.odgt`` file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report

_CROWD = "mask"
"""The tag of regions in which persons are not told apart."""


class _Box(msgspec.Struct):
    tag: str = ""
    fbox: list[Any] = []
    extra: dict[str, Any] = {}


class _Image(msgspec.Struct):
    ID: str
    gtboxes: list[_Box] = []


class CrowdHuman(EntryFormat):
    """``annotation_train.odgt`` with ``Images/<ID>.jpg``.

    The box of the whole person counts (``fbox``); regions called ``mask``, and what is to be
    ignored, are crowds.
    """

    name = "crowd_human"
    kinds: ClassVar[Kinds] = {"boxes": re.compile(r'"gtboxes"\s*:')}

    def files(self, tree: FileTree) -> list[str]:
        """The files of that suffix."""
        return tree.ending(".odgt")

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file."""
        split = split_of(file) or split_in(file)
        try:
            lines = tree.text(file, report).splitlines()
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"line {number}"
            try:
                image = msgspec.json.decode(line, type=_Image)
            except JSON_ERRORS as error:
                report.error("malformed_json", file, place, reason=str(error))
                continue
            shapes = [_shape(box) for box in image.gtboxes]
            yield Entry(image.ID, place, split, shapes=shapes, folders=("Images",))


def _shape(box: _Box) -> Shape:
    crowd = box.tag == _CROWD or box.extra.get("ignore") == 1
    label = "person" if box.tag == _CROWD else box.tag.strip()
    try:
        left, top, width, height = map(parse_float, box.fbox)
    except (TypeError, ValueError):
        return Shape(label, [])
    return Shape(label, [box_corners(left, top, left + width, top + height)], crowd=crowd)

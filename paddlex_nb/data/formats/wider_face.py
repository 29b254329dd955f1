"""WIDER FACE: one list of all images of a split, each followed by its faces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report

_LIST = re.compile(r"(?:^|/)wider_face_(\w+?)_bbx_gt\.txt$", re.IGNORECASE)
_COUNT = re.compile(r"\s*\d{1,7}\s*")
_FACE = re.compile(r"\s*-?\d+(?:\.\d+)?(?:\s+\S+){3,10}\s*")
_LOOKED_AT = 16
_CLASS = "face"
_INVALID = 7
"""The column that says that a face is not to be counted."""


class WiderFace(EntryFormat):
    """``wider_face_split/wider_face_train_bbx_gt.txt`` with ``WIDER_train/images/…``.

    A path, the number of faces, and a line for each: left, top, width, height, then what the face
    is like. Those marked as invalid are left out.
    """

    name = "wider_face"

    def files(self, tree: FileTree) -> list[str]:
        """Lists that begin with a path, a number and a line of numbers."""
        texts = [f for f in tree.ending(".txt") if f.count("/") <= 1]
        named = [f for f in texts if _LIST.search(f)]
        return named or [f for f in texts[:_LOOKED_AT] if _begins(tree.head(f)[:3])]

    kinds: ClassVar[Kinds] = {"boxes": re.compile(r"(?m)^\s*-?\d+(?:\.\d+)?(?:\s+\S+){3,10}\s*$")}

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a list."""
        try:
            lines = tree.text(file, report).splitlines()
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        named = _LIST.search(file)
        split = split_of(named[1] if named else file) or split_in(file)
        home = file.rpartition("/")[0].rpartition("/")[0]
        folder = f"{home}/WIDER_{split}/images".lstrip("/") if split else "images"
        entry: Entry | None = None
        left_out = 0
        for number, line in enumerate(lines, 1):
            place = f"line {number}"
            if is_image(line.strip()):
                if entry is not None:
                    yield entry
                entry = Entry(line.strip(), place, split, folders=(folder,))
            elif not line.strip() or _COUNT.fullmatch(line):
                continue
            elif entry is None or not _FACE.fullmatch(line):
                report.error("malformed_line", file, place, line=line[:200])
            elif (corners := _corners(line)) is None:
                report.error("malformed_box", file, place)
            elif not corners:
                continue
            elif line.split()[_INVALID : _INVALID + 1] in (["1"], ["True"]):
                left_out += 1
            else:
                entry.shapes.append(Shape(_CLASS, [corners], place=place))
        if entry is not None:
            yield entry
        if left_out:
            report.info("regions_left_out", file, regions=left_out, name="invalid")


def _begins(lines: list[str]) -> bool:
    """Whether a list begins with an image, the number of its boxes, and a box."""
    if len(lines) < 3 or not is_image(lines[0].strip()) or not _COUNT.fullmatch(lines[1]):
        return False
    return _FACE.fullmatch(lines[2]) is not None


def _corners(line: str) -> list[float] | None:
    """The corners of a face; empty for the line of zeros of an image without faces."""
    try:
        x, y, width, height = (parse_float(value) for value in line.split()[:4])
    except ValueError:
        return None
    return box_corners(x, y, x + width, y + height) if width or height else []

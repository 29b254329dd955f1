"""KITTI: a text file of objects for each image, 15 columns each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.listfiles import read_lines
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import OCCLUDED, TRUNCATED

_NUMBER = r"[-+]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})(?:[eE][-+]?\d{1,3})?"
_LINE = re.compile(rf"\s*([^\s\d+.-]\S*)((?:\s+{_NUMBER}){{14,15}})\s*")
_LOOKED_AT = 16
_IGNORED = "dontcare"
"""The class of regions in which nobody labelled."""

_FOLDERS = {"label_2": "image_2", "label_3": "image_3", "label_02": "image_02", "labels": "images"}


class Kitti(EntryFormat):
    """``training/label_2/000001.txt`` for ``training/image_2/000001.png``.

    A line is class, truncation, occlusion, angle, left, top, right, bottom and seven numbers in
    three dimensions. ``DontCare`` is no class: these regions are left out.
    """

    name = "kitti"
    kinds: ClassVar[Kinds] = {"boxes": re.compile(rf"(?m)^{_LINE.pattern}$")}

    def files(self, tree: FileTree) -> list[str]:
        """The text files of a folder of which the first that hold anything are of objects."""
        if not tree.images:
            return []
        found: list[str] = []
        for files in tree.folders.values():
            texts = [file for file in files if file.lower().endswith(".txt")]
            heads = [line for file in texts[:_LOOKED_AT] for line in tree.head(file)[:20]]
            lines = [line for line in heads if line.strip()]
            if lines and all(_LINE.fullmatch(line) for line in lines):
                found += texts
        return found

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The image of a file."""
        home, _, name = file.rpartition("/")
        above, slash, last = home.rpartition("/")
        beside = above + slash + _FOLDERS.get(last, last)
        shapes: list[Shape] = []
        ignored = 0
        try:
            lines = list(read_lines(tree, file, report))
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, line in lines:
            match = _LINE.fullmatch(line)
            if match is None:
                report.error("malformed_line", file, f"line {number}", line=line[:200])
            elif match[1].lower() == _IGNORED:
                ignored += 1
            else:
                truncated, occluded, _, *sides = map(float, match[2].split()[:7])
                left, top, right, bottom = sides
                corners = box_corners(left, top, right, bottom)
                said = {TRUNCATED: truncated, OCCLUDED: occluded}
                shapes.append(Shape(match[1], [corners], place=f"line {number}", attributes=said))
        if ignored:
            report.info("regions_left_out", file, regions=ignored, name="DontCare")
        yield Entry(name.rpartition(".")[0], shapes=shapes, folders=(beside, home))

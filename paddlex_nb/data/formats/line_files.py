"""A text file of objects for each image, one a line, in pixels: what such formats share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.listfiles import read_lines
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_LOOKED_AT = 16
_LINES = 20


class LineFiles(EntryFormat):
    """A format whose files hold an object a line, under the names of their images.

    Attributes:
        line: What a line matches.
        header: What further lines match, which say nothing of objects.
        not_counted: How findings call lines that stand for no object.
    """

    line: ClassVar[re.Pattern[str]]
    header: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")
    not_counted: ClassVar[str] = "ignored"

    def shape(self, match: re.Match[str], place: str) -> Shape | None:
        """The object of a line; None if it stands for none."""
        raise NotImplementedError

    def files(self, tree: FileTree) -> list[str]:
        """The text files of the folders in which the first that hold anything fit throughout."""
        found: list[str] = []
        for files in tree.folders.values() if tree.images else ():
            texts = [file for file in files if file.lower().endswith(".txt")]
            heads = [line.strip() for f in texts[:_LOOKED_AT] for line in tree.head(f)[:_LINES]]
            lines = [line for line in heads if line and not self.header.fullmatch(line)]
            if lines and all(self.line.fullmatch(line) for line in lines):
                found += texts
        return found

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The image of a file."""
        home, _, name = file.rpartition("/")
        above, slash, _ = home.rpartition("/")
        shapes: list[Shape] = []
        left_out = 0
        try:
            lines = list(read_lines(tree, file, report))
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, line in lines:
            match = self.line.fullmatch(line)
            if match is None:
                if not self.header.fullmatch(line):
                    report.error("malformed_line", file, f"line {number}", line=line[:200])
            elif (shape := self.shape(match, f"line {number}")) is None:
                left_out += 1
            else:
                shapes.append(shape)
        if left_out:
            report.info("regions_left_out", file, regions=left_out, name=self.not_counted)
        folders = (f"{above}{slash}images", home)
        yield Entry(name.rpartition(".")[0], shapes=shapes, folders=folders)

"""FGVC-Aircraft: lists of images with the variant, the family or the manufacturer of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry
from paddlex_nb.data.formats.listfiles import read_lines
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_LIST = re.compile(r"(?:^|/)images_variant_(train|val|trainval|test)\.txt$")


class FgvcAircraft(EntryFormat):
    """``images_variant_train.txt``: ``0034309 Boeing 727-200``, in ``images`` beside it.

    The variant, by which the set is judged, is the class: families and manufacturers have lists
    of the same images. ``trainval`` is ``train`` and ``val`` again.
    """

    name = "fgvc_aircraft"

    def files(self, tree: FileTree) -> list[str]:
        """The lists of variants."""
        files = {m[1]: f for f in tree.ending(".txt") if (m := _LIST.search(f))}
        if "train" in files or "val" in files:
            files.pop("trainval", None)
        return list(files.values())

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the lists by their names."""
        files = self.files(tree) if tree.images else []
        if not files:
            return None
        values = {"files": len(files), "example": files[0]}
        return Evidence(0.95, Message("formats.fgvc_aircraft.evidence", values))

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a list."""
        try:
            lines = list(read_lines(tree, file, report))
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, line in lines:
            image, _, variant = line.partition(" ")
            if variant.strip():
                yield Entry(image, f"line {number}", split_of(file), labels=[variant.strip()])
            else:
                report.error("malformed_line", file, f"line {number}", line=line[:200])

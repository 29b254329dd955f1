"""DOTA: a text file of rotated boxes for each image, by their corners."""

from __future__ import annotations

import re

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entry import Shape
from paddlex_nb.data.formats.line_files import LineFiles
from paddlex_nb.data.source.file_tree import FileTree

_NUMBER = r"-?\d{1,9}(?:\.\d{0,20})?"
_LIKELY = {Task.DETECTION: 0.95, Task.INSTANCE_SEGMENTATION: 0.5}


class Dota(LineFiles):
    """``labelTxt/x.txt`` for ``images/x.png``, as DOTA and Roboflow's YOLO OBB have them.

    A line is four corners, class and difficulty. A rotated box becomes an outline, and in detection
    the box around it.
    """

    name = "dota"
    line = re.compile(rf"((?:{_NUMBER}\s+){{8}})([^\s\d+.-]\S*)\s+\d")
    header = re.compile(r"(?:imagesource|gsd):.*", re.IGNORECASE)

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the files by their lines."""
        files = self.files(tree)
        if not files:
            return None
        values = {"files": len(files), "example": files[0]}
        return Evidence(_LIKELY[self.task], Message("formats.dota.evidence", values))

    def shape(self, match: re.Match[str], place: str) -> Shape:
        """The rotated box of a line."""
        corners = [float(number) for number in match[1].split()]
        return Shape(match[2], [corners], drawn=True, place=place)

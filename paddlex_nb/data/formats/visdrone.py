"""VisDrone: a text file of boxes for each image, with the numbers of its ten classes."""

from __future__ import annotations

import re
from typing import ClassVar

from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import Kinds
from paddlex_nb.data.formats.entry import Shape
from paddlex_nb.data.formats.line_files import LineFiles

_CLASSES = (
    *("pedestrian", "people", "bicycle", "car", "van", "truck", "tricycle", "awning-tricycle"),
    *("bus", "motor"),
)
_LINE = re.compile(r"(-?\d{1,7}),(-?\d{1,7}),(-?\d{1,7}),(-?\d{1,7}),[01],(\d{1,2}),-?\d,-?\d,?")


class VisDrone(LineFiles):
    """``annotations/x.txt`` for ``images/x.jpg``, of ``VisDrone2019-DET-train``.

    A line is left, top, width, height, score, class, truncation, occlusion. Regions that are to be
    ignored (class 0) and others (11) are no objects.
    """

    name = "visdrone"
    kinds: ClassVar[Kinds] = {"boxes": re.compile(rf"(?m)^{_LINE.pattern}$")}
    line = _LINE
    likely = 0.96  # the lines are numbers as YOLO's are

    def shape(self, match: re.Match[str], place: str) -> Shape | None:
        """The box of a line, if its class is one of the ten."""
        left, top, width, height, number = map(int, match.groups())
        if not 1 <= number <= len(_CLASSES):
            return None
        corners = box_corners(left, top, left + width, top + height)
        return Shape(_CLASSES[number - 1], [corners], place=place)

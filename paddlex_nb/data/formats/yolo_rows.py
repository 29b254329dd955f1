"""Rows of YOLO's label files: a class and numbers, in the ways in which tools write them."""

from __future__ import annotations

import re

import msgspec

from paddlex_nb.data.store.object_table import XYXY, outline_box

# bounded and read in one way only: a text of 100,000 digits would take hours to be refused
_NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,4})?"
_ROW = re.compile(rf"\d{{1,9}}(?:\.0*)?(?: {_NUMBER}){{4,}}")
_SCIENTIFIC = re.compile(r"\d(?:\.\d{0,40})?[eE]\+?0{0,3}\d")
_MARKS = re.compile(r"[,;]")
_BOX = 4
_VISIBLE = {0.0, 1.0, 2.0}
"""What the third number of a key point may be."""


class Row(msgspec.Struct):
    """An object as a row says it.

    Attributes:
        class_id: Number of its class.
        values: The numbers of its box or outline.
        box: Left, top, right, bottom.
        outlines: Its outline; none if the row is a box.
    """

    class_id: int
    values: list[float]
    box: XYXY
    outlines: list[list[float]]


def read_row(line: str, points: int = 0) -> Row | None:
    """What a row says; None if it is none.

    The class may be written as ``1.0`` or ``1.0e+00``, and numbers be separated by commas or
    semicolons. Four numbers are a box, five a box with a score; four before key points are a box,
    too. Other even numbers from six are an outline, and one more is its score.

    Args:
        line: A line of a label file.
        points: How many numbers of a row are key points, if anything says so.
    """
    words = _words(line)
    if words and (number := _SCIENTIFIC.fullmatch(words[0])):
        words[0] = f"{float(number[0]):.9g}"
    if not _ROW.fullmatch(" ".join(words)):
        return None
    class_id, values = int(float(words[0])), [float(word) for word in words[1:]]
    if len(values) in {_BOX, _BOX + 1} or _has_key_points(values, points):
        x, y, width, height = values = values[:_BOX]
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return Row(class_id, values, box, [])
    values = values[: len(values) // 2 * 2]
    return Row(class_id, values, outline_box([values]), [values])


def _words(line: str) -> list[str]:
    words = line.split()
    if "," not in line and ";" not in line:
        return words
    numbers = words[1:]
    if len(numbers) >= _BOX and all(word.strip(",").count(",") == 1 for word in numbers):
        return [words[0], *(word.strip(",").replace(",", ".") for word in numbers)]
    return _MARKS.sub(" ", line).split()


def _has_key_points(values: list[float], points: int) -> bool:
    """Whether a box is followed by key points: as many as said, or each with a visibility."""
    rest = values[_BOX:]
    if points:
        return len(rest) in {points, points + 1}
    return len(rest) >= 3 and len(rest) % 3 == 0 and _VISIBLE.issuperset(rest[2::3])

"""Tables that give each class its colour in masks."""

from __future__ import annotations

import re

from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.label_maps import IGNORE, MaskCode

_FILES = ("class_dict.csv", "labelmap.txt", "label_colors.txt", "colors.txt", "color_map.txt")
_NUMBERS = r"(?P<r>\d{1,3})[\s,]+(?P<g>\d{1,3})[\s,]+(?P<b>\d{1,3})"
_LINES = (
    re.compile(rf"\s*(?P<name>[^,:\t]+?)\s*[,:\t]\s*{_NUMBERS}(?:\s*[:,].*)?\s*"),
    re.compile(rf"\s*{_NUMBERS}[\s,]+(?P<name>\S.*?)\s*"),
    re.compile(rf"\s*(?P<name>\S+)\s+{_NUMBERS}\s*"),
)
_VOID = {"void", "ignore", "unlabeled", "unlabelled", "__ignore__"}


def colour_table(tree: FileTree) -> str | None:
    """The file with the colours of the classes (``class_dict.csv``, CVAT's ``labelmap.txt``)."""
    return next(filter(None, map(tree.find, _FILES)), None)


def read_colours(tree: FileTree, report: Report) -> tuple[list[str], MaskCode]:
    """Class names and the colours of their pixels; ``void`` and the like are no classes.

    Lines are ``name,r,g,b``, ``name:r,g,b::`` or ``r g b name``, after a header perhaps.
    """
    file = colour_table(tree)
    names: list[str] = []
    numbers: dict[int, int] = {}
    for line, text in enumerate(tree.text(file, report).splitlines() if file else (), 1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = next(filter(None, (pattern.fullmatch(text) for pattern in _LINES)), None)
        rgb = [int(match[colour]) for colour in ("r", "g", "b")] if match else []
        if match is None or max(rgb) > 255:
            if line > 1:
                report.error("malformed_line", file or "", f"line {line}", line=text[:200])
            continue
        name = match["name"]
        if name.lower() not in _VOID and name not in names:
            names.append(name)
        number = IGNORE if name.lower() in _VOID else names.index(name)
        numbers.setdefault(rgb[0] << 16 | rgb[1] << 8 | rgb[2], number)
    return names, MaskCode(numbers, colours=True)

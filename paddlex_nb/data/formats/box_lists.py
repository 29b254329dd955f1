"""Lists of images, each followed by all of its boxes, as Keras' and PyTorch's YOLO read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.listfiles import read_labels, read_lines
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.numbers import said_whole
from paddlex_nb.data.source.report import Report

_NUMBER = r"-?\d{1,9}(?:\.\d{0,20})?"
_BOX = re.compile(rf"{_NUMBER}(?:,{_NUMBER}){{3}},\d{{1,6}}")
_LOOKED_AT = 50
_CLASSES = re.compile(r"(?:^|/)_?classes\.txt$", re.IGNORECASE)


class BoxLists(EntryFormat):
    """``x.jpg 10,20,110,220,0 30,40,50,60,1``: left, top, right, bottom and class number.

    ``_annotations.txt`` with ``_classes.txt`` in the folder of each split (Roboflow), or
    ``train.txt`` with ``classes.txt``.
    """

    name = "box_lists"
    kinds: ClassVar[Kinds] = {"boxes": re.compile(rf"(?m)\s{_BOX.pattern}(?=\s|$)")}

    def files(self, tree: FileTree) -> list[str]:
        """Lists at the top, or one folder below, whose lines are images and boxes."""
        texts = [f for f in tree.ending(".txt") if f.count("/") <= 1] if tree.images else []
        return [f for f in texts if _is_list(tree.head(f)[:_LOOKED_AT])]

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The names in ``_classes.txt``, if that is there."""
        if names := read_labels(tree, report):
            return names
        named = next((f for f in tree.ending(".txt") if _CLASSES.search(f)), None)
        lines = tree.text(named, report).splitlines() if named else []
        return list(dict.fromkeys(filter(None, map(str.strip, lines))))

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a list."""
        names = self.classes(tree, [file], report)
        try:
            lines = list(read_lines(tree, file, report))
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, line in lines:
            words = line.split()
            boxes = [word for word in words if _BOX.fullmatch(word)]
            image = " ".join(words[: len(words) - len(boxes)])
            if not is_image(image):
                report.error("malformed_line", file, f"line {number}", line=line[:200])
                continue
            split = split_of(file) or split_in(file)
            shapes = [_shape(box, names) for box in boxes]
            yield Entry(image, f"line {number}", split, shapes=shapes)


def _shape(box: str, names: list[str]) -> Shape:
    *corners, label = box.split(",")
    number = said_whole(label)
    known = number is not None and number < len(names)
    return Shape(names[int(label)] if known else label, [box_corners(*map(float, corners))])


def _is_list(lines: list[str]) -> bool:
    """Whether lines are images and boxes, and not only images."""
    words = [line.split() for line in lines if line.strip()]
    boxes = [sum(_BOX.fullmatch(word) is not None for word in line) for line in words]
    if not any(boxes):
        return False
    images = (" ".join(line[: len(line) - n]) for line, n in zip(words, boxes, strict=True))
    return all(map(is_image, images))

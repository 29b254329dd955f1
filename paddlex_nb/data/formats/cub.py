"""CUB-200: text files that number the images and give each number a class, a box and a split."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.listfiles import read_lines
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.report import Report

_IMAGES, _LABELS, _CLASSES = "images.txt", "image_class_labels.txt", "classes.txt"
_BOXES, _SPLITS = "bounding_boxes.txt", "train_test_split.txt"
_NUMBER = re.compile(r"\d+\.")
_LIKELY = {Task.CLASSIFICATION: 0.95, Task.DETECTION: 0.6}


class Cub(EntryFormat):
    """``images.txt``, ``classes.txt``, ``image_class_labels.txt`` and ``train_test_split.txt``.

    The number in front of a class (``001.Black_footed_Albatross``) is no part of its name. In
    detection each image has the one box of ``bounding_boxes.txt``.
    """

    name = "cub"

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the files by their names."""
        if not self.files(tree):
            return None
        if self.task is Task.DETECTION and not tree.has_file(_BOXES):
            return None
        values = {"images": _IMAGES, "labels": _LABELS}
        return Evidence(_LIKELY[self.task], Message("formats.cub.evidence", values))

    def files(self, tree: FileTree) -> list[str]:
        """The list of the images."""
        needed = (_IMAGES, _LABELS, _CLASSES)
        return [_IMAGES] if tree.images and all(map(tree.has_file, needed)) else []

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of the list."""
        names = _numbered(tree, _CLASSES, report)
        labels = _numbered(tree, _LABELS, report)
        boxes = _numbered(tree, _BOXES, report) if self.task is Task.DETECTION else {}
        trained = _numbered(tree, _SPLITS, report)
        for number, path in _numbered(tree, file, report).items():
            label = _NUMBER.sub("", names.get(labels.get(number, ""), ""), count=1)
            split = {"1": "train", "0": "test"}.get(trained.get(number, ""), "")
            place = f"image {number[:20]}"
            shapes = [_shape(label, boxes[number])] if number in boxes else []
            entry = Entry(path, place, split, shapes=shapes, folders=("images",))
            entry.labels = [label] if label else []
            yield entry


def _numbered(tree: FileTree, file: str, report: Report) -> dict[str, str]:
    """What a file says of each number."""
    try:
        lines = list(read_lines(tree, file, report)) if tree.has_file(file) else []
    except UserError as error:
        report.error("unreadable_file", file, reason=str(error))
        return {}
    pairs = (line.partition(" ") for _, line in lines)
    return {number: said.strip() for number, _, said in pairs}


def _shape(label: str, box: str) -> Shape:
    try:
        left, top, width, height = map(parse_float, box.split())
    except ValueError:
        return Shape(label, [])
    return Shape(label, [box_corners(left, top, left + width, top + height)])

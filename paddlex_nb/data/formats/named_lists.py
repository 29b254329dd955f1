"""Text lists of images and the names of their classes, as Kaggle's competitions have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.coco.reader import split_of
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.image_by_name import ImageByName
from paddlex_nb.data.formats.listfiles import labels_file, read_labels, read_lines
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.report import Report

_NUMBER = r"-?\d{1,12}(?:\.\d{0,12})?"
_CLASS = r"""([^\s,;"']*[^\W\d_][^\s,;/"']*)"""
_LABEL = re.compile(rf"(\S.*?)(?:\s*[,;\t]\s*|\s+){_CLASS}")
_BOX = re.compile(
    rf"(\S.*?)[,;\s]+(?:{_CLASS}[,;\s]+)?"
    rf"({_NUMBER})[,;\s]+({_NUMBER})[,;\s]+({_NUMBER})[,;\s]+({_NUMBER})"
)
_FILE = re.compile(r"\.(?:xml|json|txt|csv|npy|npz|mat)$", re.IGNORECASE)
_UNNAMED = "object"
_LOOKED_AT = 50
_MOST_FILES = 16
_LEAST = 3
_MOST = 0.8
"""Share of the first lines that must name an image of the data set and a class."""


class NamedLists(EntryFormat):
    """``1.jpg cat`` or, in detection, ``1.jpg cat 10 20 110 220`` (left, top, right, bottom).

    The image may be named without its suffix; separators are spaces, tabs, commas or semicolons.
    Boxes without a class are all of one.
    """

    name = "named_lists"

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise lists at the top, by images that their lines name."""
        files = self.files(tree) if tree.images else []
        if not files:
            return None
        values = {"files": len(files), "example": files[0]}
        reason = Message("formats.named_lists.evidence", values)
        return Evidence(0.75, reason, self._doubts(tree, files[0]))

    def _doubts(self, tree: FileTree, file: str) -> tuple[Message, ...]:
        """Whether each image has a class of its own, as text that is to be read."""
        if self.task is not Task.CLASSIFICATION:
            return ()
        lines = (self._pattern.fullmatch(line.strip()) for line in tree.head(file)[:_LOOKED_AT])
        labels = [match[2] for match in lines if match]
        if len(labels) < _LEAST or len(set(labels)) < len(labels):
            return ()
        return (Message("formats.named_lists.doubt.distinct", {"file": file, "label": labels[0]}),)

    @property
    def _pattern(self) -> re.Pattern[str]:
        return _LABEL if self.task is Task.CLASSIFICATION else _BOX

    def files(self, tree: FileTree) -> list[str]:
        """Lists at the top whose lines name images; of the same images only the first."""
        images_by_name = ImageByName(tree)
        files: list[str] = []
        stems = {image.rpartition("/")[2].rpartition(".")[0] for image in tree.images}
        lists = [f for f in tree.folders.get("", []) if f.lower().endswith((".txt", ".lst"))]
        named = labels_file(tree)
        lists = [f for f in lists if f != named and f.rpartition(".")[0] not in stems]
        for file in lists[:_MOST_FILES]:
            lines = [line for line in tree.head(file)[:_LOOKED_AT] if line.strip()]
            pairs = [self._pattern.fullmatch(line.strip()) for line in lines]
            good = sum(m is not None and _names_one(images_by_name, m) for m in pairs)
            if good and good >= _MOST * len(lines):
                files.append(file)
        by_split: dict[str, str] = {}
        for file in files:
            by_split.setdefault(split_of(file), file)
        return list(by_split.values())

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The names in ``labels.txt``, if that is there."""
        return read_labels(tree, report)

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a list, each with all of its lines."""
        by_image: dict[str, Entry] = {}
        try:
            lines = list(read_lines(tree, file, report))
        except UserError as error:
            report.error("unreadable_file", file, reason=str(error))
            return
        for number, line in lines:
            place = f"line {number}"
            match = self._pattern.fullmatch(line)
            if match is None:
                report.error("malformed_line", file, place, line=line[:200])
                continue
            entry = by_image.setdefault(match[1], Entry(match[1], place, split_of(file)))
            if self.task is Task.CLASSIFICATION:
                entry.labels.append(match[2])
            else:
                corners = box_corners(*map(float, match.groups()[2:]))
                entry.shapes.append(Shape(match[2] or _UNNAMED, [corners], place=place))
        yield from by_image.values()


def _names_one(images_by_name: ImageByName, match: re.Match[str]) -> bool:
    """Whether a line names an image, and beside it no other but a class."""
    found = images_by_name.find(match[1], ("", "images", "data", "train", "test"))
    return found is not None and not _FILE.search(match[2] or "") and not is_image(match[2] or "")

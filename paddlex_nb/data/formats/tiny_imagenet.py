"""Tiny ImageNet: training images in folders of their classes, the others named in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry
from paddlex_nb.data.formats.listfiles import read_lines
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_IDS, _WORDS, _LIST = "wnids.txt", "words.txt", "val/val_annotations.txt"
_TRAINED = re.compile(r"train/(n\d{8})/images/[^/]+$")
_LINE = re.compile(r"(\S+)\s+(n\d{8})(?:\s+\d{1,6}){4}")
_NAMED = re.compile(r"(n\d{8})\s+(\S[^,]*)")


class TinyImageNet(EntryFormat):
    """``train/n01443537/images/x.JPEG``, ``val/images`` with ``val_annotations.txt``.

    ``words.txt`` gives the classes their names: the first of each that no other class has.
    """

    name = "tiny_imagenet"

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the list of ids and that of the validation images."""
        files = self.files(tree)
        trained = sum(_TRAINED.fullmatch(image) is not None for image in tree.images)
        if not files or not trained:
            return None
        values = {"images": trained, "example": files[0]}
        return Evidence(0.96, Message("formats.tiny_imagenet.evidence", values))

    def files(self, tree: FileTree) -> list[str]:
        """The list of the validation images."""
        return [_LIST] if tree.has_file(_IDS) and tree.has_file(_LIST) else []

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The training images by their folders, then those of the list."""
        names = _names(tree, report)
        for path in tree.ending(".txt"):
            if path.startswith("train/"):
                tree.taken.add(path)  # boxes that are the whole images
        for image in tree.images:
            if match := _TRAINED.fullmatch(image):
                yield Entry(image, split="train", labels=[names.get(match[1], match[1])])
        for number, line in read_lines(tree, file, report):
            place = f"line {number}"
            match = _LINE.fullmatch(line)
            if match is None:
                report.error("malformed_line", file, place, line=line[:200])
                continue
            label = names.get(match[2], match[2])
            yield Entry(match[1], place, "val", labels=[label], folders=("val/images",))


def _names(tree: FileTree, report: Report) -> dict[str, str]:
    """The names of the classes by their ids."""
    names: dict[str, str] = {}
    try:
        ids = {line for _, line in read_lines(tree, _IDS, report)}
        words = read_lines(tree, _WORDS, report) if tree.has_file(_WORDS) else ()
        for _, line in words:
            match = _NAMED.match(line)
            if match and match[1] in ids and match[2] not in names.values():
                names[match[1]] = match[2].strip()
    except UserError as error:
        report.error("unreadable_file", _WORDS, reason=str(error))
    return names

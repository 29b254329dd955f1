"""Segment Anything's SA-1B: a JSON file of masks without classes for each image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.coco.outlines import read_outline
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report

_MAX_JSON = 256 << 20
_LOOKED_AT = 16
_KEYS = (re.compile(r'"image"\s*:\s*\{'), re.compile(r'"segmentation"\s*:'))
_CLASS = "object"


class _Image(msgspec.Struct):
    file_name: str = ""
    width: Any = None
    height: Any = None


class _Annotation(msgspec.Struct):
    segmentation: msgspec.Raw


class _File(msgspec.Struct):
    image: _Image
    annotations: list[_Annotation] = []


class SegmentAnything(EntryFormat):
    """``sa_1.json`` for ``sa_1.jpg``; all masks are of one class, ``object``."""

    name = "segment_anything"

    def __init__(self) -> None:
        super().__init__(Task.INSTANCE_SEGMENTATION)

    def files(self, tree: FileTree) -> list[str]:
        """All JSON files, if the first ones are of an image and its masks."""
        files = tree.ending(".json")
        heads = ("\n".join(tree.head(file)) for file in files[:_LOOKED_AT])
        return files if any(all(key.search(head) for key in _KEYS) for head in heads) else []

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the files by their first lines."""
        files = self.files(tree) if tree.images else []
        if not files:
            return None
        values = {"files": len(files), "example": files[0]}
        return Evidence(0.85, Message("formats.segment_anything.evidence", values))

    def all_entries(
        self, tree: FileTree, files: list[str], report: Report
    ) -> Iterator[tuple[str, Entry]]:
        """The images of all files, whose masks are decoded on all cores."""
        work = partial(_read, tree)
        read = each(work, files, lambda n: report.progress("scan", n, len(files), "files"))
        for file, (entry, problems) in zip(files, read, strict=True):
            for code, place, reason in problems:
                report.error(code, file, place, **({"reason": reason} if reason else {}))
            if entry is not None:
                yield file, entry


def _read(tree: FileTree, file: str) -> tuple[Entry | None, list[tuple[str, str, str]]]:
    """The image of a file, and what is wrong with it: codes, places and reasons."""
    try:
        content = read_json_file(tree, file, _File, _MAX_JSON)
    except (UserError, *JSON_ERRORS) as error:
        return None, [("malformed_json", "", str(error))]
    stem = file.rpartition("/")[2].rpartition(".")[0]
    size = said_size(content.image.width, content.image.height)
    entry = Entry(content.image.file_name or stem, "", "", size, aliases=(stem,))
    problems = []
    for number, one in enumerate(content.annotations):
        place = f"annotations[{number}]"
        try:
            outline = read_outline(bytes(one.segmentation))
        except ValueError as error:
            problems.append((str(error), place, ""))
            continue
        entry.shapes.append(Shape(_CLASS, outline, drawn=True, place=place))
    return entry, problems

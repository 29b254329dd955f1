"""One COCO file, decoded as far as its parts can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, repeat
from typing import TypeVar

import msgspec

from paddlex_nb.data.draft import DraftImage
from paddlex_nb.data.formats.json_files import JSON_ERRORS
from paddlex_nb.data.formats.listfiles import Paths
from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import FileTree

T = TypeVar("T")
Id = int | str

_MAX_JSON = 2 << 30
_CHUNK = 512
"""Entries that are decoded at once: few enough for their text to stay in the cache."""

_NO_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|NaN|-?Infinity')


class Image(msgspec.Struct, gc=False):
    """An entry of ``images``."""

    id: Id
    file_name: str


class Category(msgspec.Struct):
    """An entry of ``categories``."""

    id: Id
    name: str


class Box(msgspec.Struct, gc=False):
    """What is needed of an entry of ``annotations`` that has a box and no number that is none."""

    bbox: tuple[float, float, float, float]
    image_id: Id | None = None
    category_id: Id | None = None
    id: Id | None = None
    area: float | None = None
    iscrowd: int | bool | None = 0


class Outlined(Box, gc=False):
    """Such an entry with its outline."""

    segmentation: msgspec.Raw = msgspec.Raw(b"")


class Annotation(msgspec.Struct, gc=False):
    """An entry of ``annotations``; in place of NaN there is None, of infinity a text."""

    image_id: Id | None = None
    category_id: Id | None = None
    id: Id | None = None
    bbox: list[float | str | None] | None = None
    segmentation: msgspec.Raw = msgspec.Raw(b"")
    area: float | str | None = None
    iscrowd: int | bool | None = 0


class _Boxes(msgspec.Struct):
    images: list[Image]
    annotations: list[Box] = []
    categories: list[Category] = []


class _Outlined(msgspec.Struct):
    images: list[Image]
    annotations: list[Outlined] = []
    categories: list[Category] = []


class _Parts(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw] = []
    categories: list[msgspec.Raw] = []


class CocoFile:
    """A COCO file; entries that cannot be decoded are reported and left out.

    Each part (annotations, categories, images) can be read once.

    Args:
        tree: The files that there are.
        file: The COCO file.
        report: Takes the findings.
        outlined: Outlines are needed, not only boxes.

    Raises:
        UserError: It cannot be read, or is absurdly large.
    """

    def __init__(self, tree: FileTree, file: str, report: Report, *, outlined: bool) -> None:
        self._tree, self._file, self._report = tree, file, report
        self._parts: _Boxes | _Outlined | _Parts
        data = tree.read(file, _MAX_JSON)
        sound: type[_Boxes] | type[_Outlined] = _Outlined if outlined else _Boxes
        with suppress(*JSON_ERRORS):  # then entry by entry
            self._parts = msgspec.json.decode(data, type=sound)
            return
        try:
            self._parts = msgspec.json.decode(data, type=_Parts)
        except JSON_ERRORS as error:
            text, encoding = tree.decode(data)
            if encoding != "utf-8":
                report.info("text_encoding", file, encoding=encoding)
            try:  # some tools write NaN and Infinity, which are no JSON
                self._parts = msgspec.json.decode(_NO_NUMBER.sub(_mended, text), type=_Parts)
            except JSON_ERRORS:
                report.error("malformed_json", file, reason=str(error))
                self._parts = _Parts([])

    def _entries(self, part: str, type_: type[T]) -> Iterator[tuple[Sequence[int], list[T]]]:
        """Positions and entries of a part, some hundred at a time; what was given is let go of."""
        entries = getattr(self._parts, part)
        for start in range(0, len(entries), _CHUNK):
            chunk = entries[start : start + _CHUNK]
            if not isinstance(self._parts, _Parts):
                entries[start : start + len(chunk)] = repeat(None, len(chunk))  # not needed again
                yield range(start, start + len(chunk)), chunk
                continue
            try:
                found = msgspec.json.decode(b"[" + b",".join(chunk) + b"]", type=list[type_])  # type: ignore[valid-type]
            except JSON_ERRORS:
                pairs = list(self._one_by_one(chunk, start, part, type_))
                yield [number for number, _ in pairs], [entry for _, entry in pairs]
            else:
                yield range(start, start + len(found)), found

    def _one_by_one(
        self, raws: list[msgspec.Raw], start: int, part: str, type_: type[T]
    ) -> Iterator[tuple[int, T]]:
        decoder = msgspec.json.Decoder(type_)
        for number, raw in enumerate(raws, start):
            try:
                yield number, decoder.decode(raw)
            except JSON_ERRORS as error:  # noqa: PERF203 - one by one
                place = f"{part}[{number}]"
                self._report.error("malformed_json", self._file, place, reason=str(error))

    def annotations(self) -> Iterator[tuple[Sequence[int], Sequence[Annotation | Box]]]:
        """The annotations and their positions in the file, some hundred at a time."""
        return self._entries("annotations", Annotation)

    def categories(self) -> dict[Id, str]:
        """Category names by id."""
        chunks = self._entries("categories", Category)
        return {category.id: category.name for _, entries in chunks for category in entries}

    def images(self, drafts: list[DraftImage], known: dict[str, int], split: str) -> dict[Id, int]:
        """Positions of the images by id, -1 for those that cannot be used.

        Args:
            drafts: The images of the data set; takes the new ones.
            known: Their positions by path; likewise.
            split: The split that the file stands for, or empty.
        """
        home = self._file.rpartition("/")[0]
        folders = (home, "", "JPEGImages", "images", split, f"images/{split}", f"{split}2017")
        paths = Paths(self._tree, self._file, self._report, folders)
        by_id: dict[Id, int] = {}
        chunks = self._entries("images", Image)
        for number, image in chain.from_iterable(zip(*c, strict=True) for c in chunks):
            place = f"images[{number}]"
            if image.id in by_id:
                self._report.error("duplicate_image_id", self._file, place, id=image.id)
                continue
            path = paths.resolve(image.file_name.replace("\\", "/"), place)
            by_id[image.id] = -1
            if path is not None and path in known:
                first = drafts[known[path]].split
                self._report.warning("listed_twice", self._file, place, path=path, split=first)
            elif path is not None:
                by_id[image.id] = known[path] = len(drafts)
                drafts.append(DraftImage(path, split=split, labels=self._file))
        paths.close()
        return by_id


def _mended(found: re.Match[str]) -> str:
    text = found[0]
    return "null" if text == "NaN" else text if text.startswith('"') else '"infinite"'

"""One COCO file, decoded as far as its parts can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from paddlex_nb.data.formats.coco.chunks import CUT_OUT, Chunk, chunks_of, cut_out, repaired
from paddlex_nb.data.formats.coco.columns import Columns, read_columns
from paddlex_nb.data.formats.image_by_name import plain_path
from paddlex_nb.data.formats.json_files import JSON_ERRORS
from paddlex_nb.data.formats.listfiles import Paths
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import DraftImage, said_size
from paddlex_nb.data.source.report import Report

T = TypeVar("T")
Id = int | float | str
"""Whole numbers; some tools write them as 7.0 or as text."""

_MAX_JSON = 2 << 30
_CHUNK = 512
"""Entries that are decoded at once: few enough for their text to stay in the cache."""


class Image(msgspec.Struct, gc=False):
    """An entry of ``images``."""

    id: Id
    file_name: str = ""
    coco_url: Any = None
    width: Any = None
    height: Any = None

    def name(self) -> str:
        """The image's path; LVIS has only the address that it was loaded from."""
        if self.file_name:
            return self.file_name.replace("\\", "/")
        return plain_path(self.coco_url) if isinstance(self.coco_url, str) else ""


class Category(msgspec.Struct):
    """An entry of ``categories``."""

    id: Id
    name: str | int | float
    supercategory: Any = None


class Annotation(msgspec.Struct, gc=False):
    """An entry of ``annotations``; in place of NaN there is None, of infinity a text."""

    image_id: Id | None = None
    category_id: Id | None = None
    id: Id | None = None
    bbox: list[float | str | None] | None = None
    segmentation: msgspec.Raw = msgspec.Raw(b"")
    area: msgspec.Raw = msgspec.Raw(b"")
    iscrowd: bool | int | float | str | None = 0
    attributes: Any = None


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

    Attributes:
        parents: Names of categories that others are kinds of; known once these are read.

    Raises:
        UserError: It cannot be read, or is absurdly large.
    """

    def __init__(self, tree: FileTree, file: str, report: Report, *, outlined: bool) -> None:
        self._tree, self._file, self._report = tree, file, report
        self._columns: Columns | None = None
        self.parents: set[str] = set()
        data = tree.read(file, _MAX_JSON)
        if not self._read_cut(data, outlined):
            self._read_whole(data, outlined)

    def _read_cut(self, data: bytes, outlined: bool) -> bool:
        """Read the file as it seems that it can be cut; whether that is right."""
        rest, self._chunks = cut_out(data)
        try:
            rest.decode()  # of bytes that are not UTF-8, msgspec complains only later
            self._parts = msgspec.json.decode(rest, type=_Parts)
            annotations = self._parts.annotations
            if not self._chunks or len(annotations) != 1 or bytes(annotations[0]) != CUT_OUT:
                return False
            self._columns = read_columns(self._chunks, outlined=outlined)
        except JSON_ERRORS:
            return False
        return True

    def _read_whole(self, data: bytes, outlined: bool) -> None:
        self._parts = self._decoded(data)
        self._chunks = chunks_of(self._parts.annotations)
        with suppress(ValueError):  # then one by one
            self._columns = read_columns(self._chunks, outlined=outlined)

    def _decoded(self, data: bytes) -> _Parts:
        try:
            data.decode()
            return msgspec.json.decode(data, type=_Parts)
        except JSON_ERRORS as error:
            text, encoding = self._tree.decode(data)
            if encoding != "utf-8":
                self._report.info("text_encoding", self._file, encoding=encoding)
            try:
                return msgspec.json.decode(repaired(text), type=_Parts)
            except JSON_ERRORS:
                self._report.error("malformed_json", self._file, reason=str(error))
                return _Parts([])

    def take_annotations(self) -> tuple[list[Chunk], Columns | None]:
        """The annotations in chunks; and in columns, if all are JSON. Lets go of them."""
        taken = self._chunks, self._columns
        self._chunks, self._columns, self._parts.annotations = [], None, []
        return taken

    def categories(self) -> dict[Id, str]:
        """The names of the categories by their ids."""
        entries, self._parts.categories = self._parts.categories, []
        categories = [
            c for _, c in decoded(entries, Category, "categories", self._file, self._report)
        ]
        self.parents = {str(c.supercategory) for c in categories if c.supercategory != c.name}
        return {category.id: str(category.name) for category in categories}

    def images(self, drafts: list[DraftImage], known: dict[str, int], split: str) -> dict[Id, int]:
        """Positions of the images by id, -1 for those that cannot be used.

        Args:
            drafts: The images of the data set; takes the new ones.
            known: Their positions by path; likewise.
            split: The split that the file stands for, or empty.
        """
        home = self._file.rpartition("/")[0]
        folders = [
            home,
            "",
            "JPEGImages",
            "images",
            split,
            f"images/{split}",
            f"{split}2017",
            "data",
        ]
        above = home.rpartition("/")[0]  # train/annotations/instances.json, train/images/x.jpg
        folders += [f"{base}/images" if base else "images" for base in (home, above)] + [above]
        paths = Paths(self._tree, self._file, self._report, tuple(folders))
        by_id: dict[Id, int] = {}
        entries, self._parts.images = self._parts.images, []
        for number, image in decoded(entries, Image, "images", self._file, self._report):
            place = f"images[{number}]"
            if image.id in by_id:
                self._report.error("duplicate_image_id", self._file, place, id=image.id)
                continue
            name = image.name()
            if not name:
                reason = "Object missing required field `file_name`"
                self._report.error("malformed_json", self._file, place, reason=reason)
                continue
            path = paths.resolve(name, place)
            by_id[image.id] = -1
            if path is None:
                continue
            if (again := known.get(path)) is None:
                by_id[image.id] = known[path] = len(drafts)
                size = said_size(image.width, image.height)
                drafts.append(DraftImage(path, split=split, labels=self._file, size=size))
            elif (first := drafts[again].split) == split:
                by_id[image.id] = again
                self._report.info("listed_again", self._file, place, path=path)
            else:
                self._report.warning("listed_twice", self._file, place, path=path, split=first)
        paths.close()
        return by_id


def decoded(
    entries: Sequence[msgspec.Raw],
    type_: type[T],
    part: str,
    file: str,
    report: Report,
    rows: Sequence[int] | None = None,
) -> Iterator[tuple[int, T]]:
    """Entries of a part and where in it they are; those that cannot be decoded are reported.

    Args:
        entries: The JSON of each.
        type_: What they shall be.
        part: What they are entries of, for findings.
        file: The COCO file, for findings.
        report: Takes the findings.
        rows: Where they are, if they are not all there is.
    """
    places = rows or range(len(entries))
    single = msgspec.json.Decoder(type_)
    several = msgspec.json.Decoder(list[type_])  # type: ignore[valid-type]
    for start in range(0, len(entries), _CHUNK):
        chunk, numbers = entries[start : start + _CHUNK], places[start : start + _CHUNK]
        with suppress(*JSON_ERRORS):  # then one by one
            yield from zip(numbers, several.decode(b"[" + b",".join(chunk) + b"]"), strict=True)
            continue
        for number, entry in zip(numbers, chunk, strict=True):
            try:
                value = single.decode(entry)
            except JSON_ERRORS as error:  # noqa: PERF203 - one by one
                report.error("malformed_json", file, f"{part}[{number}]", reason=str(error))
            else:
                yield number, value

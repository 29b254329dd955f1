"""One COCO file, decoded as far as its parts can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec

from paddlex_nb.data.draft import DraftImage
from paddlex_nb.data.formats.coco_portions import Portion, cut_out, mended, portions_of
from paddlex_nb.data.formats.json_files import JSON_ERRORS
from paddlex_nb.data.formats.listfiles import Paths
from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import FileTree

T = TypeVar("T")
Id = int | float | str
"""Whole numbers; some tools write them as 7.0 or as text."""

_MAX_JSON = 2 << 30
_CHUNK = 512
"""Entries that are decoded at once: few enough for their text to stay in the cache."""


class Image(msgspec.Struct, gc=False):
    """An entry of ``images``."""

    id: Id
    file_name: str


class Category(msgspec.Struct):
    """An entry of ``categories``."""

    id: Id
    name: str


class Annotation(msgspec.Struct, gc=False):
    """An entry of ``annotations``; in place of NaN there is None, of infinity a text."""

    image_id: Id | None = None
    category_id: Id | None = None
    id: Id | None = None
    bbox: list[float | str | None] | None = None
    segmentation: msgspec.Raw = msgspec.Raw(b"")
    area: float | str | None = None
    iscrowd: int | bool | None = 0


class _Parts(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw] | None = None
    categories: list[msgspec.Raw] = []


class CocoFile:
    """A COCO file; entries that cannot be decoded are reported and left out.

    Each part (annotations, categories, images) can be read once.

    Args:
        tree: The files that there are.
        file: The COCO file.
        report: Takes the findings.

    Raises:
        UserError: It cannot be read, or is absurdly large.
    """

    def __init__(self, tree: FileTree, file: str, report: Report) -> None:
        self._tree, self._file, self._report = tree, file, report
        self._data = tree.read(file, _MAX_JSON)
        rest, self._cut = cut_out(self._data)
        with suppress(*JSON_ERRORS):
            self._parts = msgspec.json.decode(rest, type=_Parts)
            if not self._cut or self._parts.annotations == []:
                return
        self._cut = []
        self._parts = self._decoded()

    def _decoded(self) -> _Parts:
        try:
            return msgspec.json.decode(self._data, type=_Parts)
        except JSON_ERRORS as error:
            text, encoding = self._tree.decode(self._data)
            if encoding != "utf-8":
                self._report.info("text_encoding", self._file, encoding=encoding)
            try:
                return msgspec.json.decode(mended(text), type=_Parts)
            except JSON_ERRORS:
                self._report.error("malformed_json", self._file, reason=str(error))
                return _Parts([], [])

    def annotations(self) -> Iterator[list[Portion]]:
        """The annotations in portions: cut as it seems right, if it does, then told apart."""
        cut, self._cut = self._cut, []
        if cut:
            yield cut
            del cut
            self._parts.annotations = self._decoded().annotations
        self._data = b""
        entries, self._parts.annotations = self._parts.annotations or [], []
        yield portions_of(entries)

    def categories(self) -> dict[Id, str]:
        """Category names by id."""
        entries, self._parts.categories = self._parts.categories, []
        found = decoded(entries, Category, "categories", self._file, self._report)
        return {category.id: category.name for _, category in found}

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
        entries, self._parts.images = self._parts.images, []
        for number, image in decoded(entries, Image, "images", self._file, self._report):
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
                found = single.decode(entry)
            except JSON_ERRORS as error:  # noqa: PERF203 - one by one
                report.error("malformed_json", file, f"{part}[{number}]", reason=str(error))
            else:
                yield number, found

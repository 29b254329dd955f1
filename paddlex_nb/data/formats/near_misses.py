"""Which format a folder almost is of, and the first file that speaks against it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.formats.image_by_stem import ImageByStem
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.listfiles import list_files
from paddlex_nb.data.formats.table_columns import CLASS_COLUMNS, IMAGE_COLUMNS, plain_name
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import said_whole

_LOOKED_AT = 20
_LINES = 20
_MAX_FILE = 16 << 20
_NUMBER = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,4})?")
_SHOWN = 60
_LEAST_NUMBERS = 4
_BOX = 4

Probe = Callable[[FileTree], "Message | None"]


def near_miss(tree: FileTree, names: Collection[str]) -> Message | None:
    """The format that a folder almost is of, and what speaks against it; None if there is none.

    Args:
        tree: The files that there are; no format was recognised in them.
        names: Formats that were looked for.
    """
    for name, probe in _PROBES:
        reason = probe(tree) if name in names else None
        if reason is not None:
            closest = {"format": Message(f"formats.{name}"), "reason": reason}
            return Message("formats.near.closest", closest)
    return None


def _yolo(tree: FileTree) -> Message | None:
    """The first line of numbers that is no box of YOLO."""
    numeric = False
    first: Message | None = None
    for file in _paired(tree, ".txt"):
        lines = enumerate(tree.head(file)[:_LINES], 1)
        for number, words in ((n, line.split()) for n, line in lines if line.strip()):
            numbers = [word for word in words if _NUMBER.fullmatch(word)]
            numeric = numeric or len(numbers) >= _LEAST_NUMBERS
            values = {"file": file, "line": number}
            if first is None and (told := _wrong_box(words)) is not None:
                kind, value = told
                first = Message(f"formats.near.yolo.{kind}", {**values, "value": value[:_SHOWN]})
    return first if numeric else None


def _wrong_box(words: list[str]) -> tuple[str, str] | None:
    """What is wrong with a line of YOLO, and where."""
    label, *rest = words
    if said_whole(label) is None:
        return "class", label
    for word in rest:
        if not _NUMBER.fullmatch(word):
            return "number", word
    if len(rest) < _BOX:
        return "count", str(len(rest))
    return None


def _voc(tree: FileTree) -> Message | None:
    """The first XML file under the name of an image that holds no boxes of Pascal VOC."""
    for file in _paired(tree, ".xml"):
        try:
            root = fromstring(tree.read(file, _MAX_FILE), forbid_dtd=True)
        except (UserError, ParseError, DefusedXmlException, ValueError, LookupError) as error:
            return Message("formats.near.parse", {"file": file, "value": str(error)[:200]})
        if root.tag != "annotation":
            values = {"file": file, "value": str(root.tag)[:_SHOWN]}
            return Message("formats.near.voc.root", values)
        if root.find("object") is not None and root.find("object/bndbox") is None:
            return Message("formats.near.voc.box", {"file": file})
    return None


def _coco(tree: FileTree) -> Message | None:
    """The first JSON file with some keys of COCO but not all, or that is no JSON."""
    for file in tree.ending(".json")[:_LOOKED_AT]:
        head = "\n".join(tree.head(file))
        keys = [key for key in ("images", "annotations", "categories") if f'"{key}"' in head]
        if len(keys) < 2:
            continue
        try:
            content = read_json_file(tree, file, dict[str, msgspec.Raw], _MAX_FILE)
        except UserError:
            continue
        except JSON_ERRORS as error:
            return Message("formats.near.parse", {"file": file, "value": str(error)[:200]})
        for key in ("images", "annotations"):
            if key not in content:
                return Message("formats.near.coco.key", {"file": file, "value": key})
            if bytes(content[key]).lstrip()[:1] != b"[":
                return Message("formats.near.coco.list", {"file": file, "value": key})
    return None


def _json(tree: FileTree) -> Message | None:
    """The first JSON file under the name of an image that is none."""
    for file in _paired(tree, ".json"):
        try:
            read_json_file(tree, file, msgspec.Raw, _MAX_FILE)
        except (UserError, *JSON_ERRORS) as error:  # noqa: PERF203 - the first that fails
            return Message("formats.near.parse", {"file": file, "value": str(error)[:200]})
    return None


def _table(tree: FileTree) -> Message | None:
    """The first table without a column for images, or for classes."""
    for file in [f for f in tree.ending(".csv", ".tsv") if f.count("/") <= 1][:_LOOKED_AT]:
        head = tree.head(file)[:1]
        if not head:
            continue
        delimiter = max(",;\t", key=head[0].count)
        columns = [plain_name(name) for name in next(csv.reader(head, delimiter=delimiter), [])]
        if not columns:
            continue
        kind = "class" if set(columns) & set(IMAGE_COLUMNS) else "image"
        if kind == "class" and set(columns) & set(CLASS_COLUMNS):
            continue  # what is wrong with it is said elsewhere
        shown = ", ".join(columns)[:_SHOWN]
        return Message(f"formats.near.csv.{kind}", {"file": file, "value": shown})
    return None


def _lists(tree: FileTree) -> Message | None:
    """The first line of a list of images that does not end in a class number."""
    for file in list_files(tree).values():
        lines = enumerate(tree.head(file)[:_LINES], 1)
        for number, line in ((n, s.strip()) for n, s in lines if s.strip()):
            if said_whole(line.replace("\t", " ").rpartition(" ")[2]) is None:
                values = {"file": file, "line": number, "value": line[:_SHOWN]}
                return Message("formats.near.lists.number", values)
    return None


def _paired(tree: FileTree, suffix: str) -> Iterator[str]:
    """The first files of a suffix that belong to images by their names."""
    images_by_stem = ImageByStem(tree.images)
    files = (file for file in tree.ending(suffix) if images_by_stem.find(file) is not None)
    for _, file in zip(range(_LOOKED_AT), files, strict=False):
        yield file


_PROBES: tuple[tuple[str, Probe], ...] = (
    ("yolo", _yolo),
    ("voc", _voc),
    ("coco", _coco),
    ("labelme", _json),
    ("lists", _lists),
    ("csv", _table),
)
"""Formats and a look for what is almost of each, the more particular first."""

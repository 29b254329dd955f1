"""Supervisely: a folder of images and one of JSON files for each data set of a project."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.shapes import without
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.rle import outlines_of_mask

_MAX_JSON = 64 << 20
_MAX_MASK = 64 << 20
_LOOKED_AT = 8
_FILE = re.compile(r"(?:^|/)ann/[^/]+\.json$")
_AREAS = {"polygon", "bitmap"}


class _Points(msgspec.Struct):
    exterior: list[list[Any]] = []
    interior: list[list[list[Any]]] = []


class _Bitmap(msgspec.Struct):
    data: str
    origin: list[Any]


class _Object(msgspec.Struct):
    classTitle: str = ""  # noqa: N815 - Supervisely's names
    geometryType: str = ""  # noqa: N815
    points: _Points | None = None
    bitmap: _Bitmap | None = None


class _Tag(msgspec.Struct):
    name: str = ""


class _Size(msgspec.Struct):
    width: Any = None
    height: Any = None


class _File(msgspec.Struct):
    size: _Size = msgspec.field(default_factory=_Size)
    tags: list[_Tag] = []
    objects: list[_Object] = []


class Supervisely(EntryFormat):
    """``ds0/ann/x.jpg.json`` for ``ds0/img/x.jpg``, with ``meta.json`` above.

    Rectangles are boxes, polygons and bitmaps outlines, tags of an image its class. Lines and
    points have no area and are reported.
    """

    name = "supervisely"
    kinds: ClassVar[Kinds] = {
        "labels": re.compile(r'"tagId"\s*:|"tags"\s*:\s*\[\s*\{'),
        "boxes": re.compile(r'"geometryType"\s*:\s*"rectangle"'),
        "outlines": re.compile(r'"geometryType"\s*:\s*"(?:polygon|bitmap)"'),
    }

    def files(self, tree: FileTree) -> list[str]:
        """The JSON files in folders ``ann``, if the first have the size of an image and objects."""
        files = [f for f in tree.ending(".json") if _FILE.search(f)] if tree.images else []
        heads = ("".join(tree.head(file)) for file in files[:_LOOKED_AT])
        return files if any('"objects"' in head and '"size"' in head for head in heads) else []

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The image of a file."""
        try:
            content = read_json_file(tree, file, _File, _MAX_JSON, report)
        except (UserError, *JSON_ERRORS) as error:
            report.error("malformed_json", file, reason=str(error))
            return
        home, _, name = file.rpartition("/")
        size = said_size(content.size.width, content.size.height)
        shapes: list[Shape] = []
        for number, one in enumerate(content.objects):
            place = f"objects[{number}]"
            if one.geometryType not in {"rectangle", *_AREAS}:
                report.warning("shape_without_area", file, place, shape=one.geometryType[:40])
                continue
            try:
                outlines = _outlines(one)
            except (ValueError, TypeError, binascii.Error, zlib.error, *DECODE_ERRORS):
                outlines = []
            drawn = one.geometryType in _AREAS
            shapes.append(Shape(one.classTitle.strip(), outlines, drawn=drawn, place=place))
        folder = f"{home.removesuffix('ann')}img"
        labels = [tag.name.strip() for tag in content.tags if tag.name.strip()]
        image = name.removesuffix(".json")
        split = split_in(file)
        yield Entry(image, "", split, size, labels, shapes, folders=(folder,))


def _outlines(one: _Object) -> list[list[float]]:
    """The outlines of an object; empty if it has none.

    Raises:
        ValueError: Its numbers are none, or its bitmap is damaged; also binascii.Error,
            zlib.error and DECODE_ERRORS.
    """
    if one.bitmap is not None:
        return _bitmap(one.bitmap)
    if one.points is None:
        return []
    outline = _flat(one.points.exterior)
    if one.geometryType == "rectangle":
        left, top, right, bottom = outline
        return [box_corners(min(left, right), min(top, bottom), max(left, right), max(top, bottom))]
    outlines = [outline] if len(outline) >= 6 else []
    for hole in one.points.interior:
        outlines = without(outlines, _flat(hole))
    return outlines


def _flat(points: list[list[Any]]) -> list[float]:
    return [parse_float(value) for x, y in points for value in (x, y)]


def _bitmap(bitmap: _Bitmap) -> list[list[float]]:
    """The outlines of a PNG that was compressed again and written as base64."""
    left, top = (int(parse_float(value)) for value in bitmap.origin)
    unpacked = zlib.decompressobj()
    data = unpacked.decompress(base64.b64decode(bitmap.data), _MAX_MASK)
    with open_image(io.BytesIO(data)) as image:
        last = image.convert("RGBA").getchannel("A") if _has_alpha(image.mode, image.info) else None
        inside = np.asarray(last if last is not None else image.convert("L")) > 0
    outlines = outlines_of_mask(inside)
    return [[v + (top if n % 2 else left) for n, v in enumerate(one)] for one in outlines]


def _has_alpha(mode: str, info: dict[Any, Any]) -> bool:
    return mode in {"RGBA", "LA"} or "transparency" in info

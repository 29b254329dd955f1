"""VoTT's JSON: a file of all assets, or one for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.corners import box_corners
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, json_entries, read_json_file
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report

_MAX_JSON = 1 << 30
_LOOKED_AT = 64
_ASSET = re.compile(r'"asset"\s*:\s*\{')
_REGIONS = re.compile(r'"regions"\s*:\s*\[')
_ALL = re.compile(r'"assets"\s*:\s*\{')
_UNVISITED = 0


class _Size(msgspec.Struct):
    width: Any = None
    height: Any = None


class _Asset(msgspec.Struct):
    name: str = ""
    path: str = ""
    size: _Size = msgspec.field(default_factory=_Size)
    state: Any = None


class _Item(msgspec.Struct):
    asset: _Asset
    regions: list[dict[str, Any]] = []


class _Tag(msgspec.Struct):
    name: str


class _Project(msgspec.Struct):
    tags: list[_Tag] = []


class Vott(EntryFormat):
    """Boxes and polygons of VoTT 2 (``vott-json-export``, ``x-asset.json``).

    The first tag of a region is its class. Assets that nobody looked at are left out.
    """

    name = "vott"
    kinds: ClassVar[Kinds] = {
        "boxes": re.compile(r'"type"\s*:\s*"(?:RECTANGLE|SQUARE)"'),
        "outlines": re.compile(r'"type"\s*:\s*"POLYGON"'),
    }

    def files(self, tree: FileTree) -> list[str]:
        """Files of all assets; without one, the files of single assets."""
        heads = {f: "\n".join(tree.head(f)) for f in tree.ending(".json")[:_LOOKED_AT]}
        files = [f for f, head in heads.items() if _ASSET.search(head) and _REGIONS.search(head)]
        whole = [f for f in files if _ALL.search(heads[f])]
        if whole or not files:
            return whole
        return [f for f in tree.ending(".json") if f in files or f.endswith("-asset.json")]

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:
        """The tags of the project, in its order."""
        names: list[str] = []
        for file in files[:_LOOKED_AT]:
            try:
                project = read_json_file(tree, file, _Project, _MAX_JSON, report)
            except (UserError, *JSON_ERRORS):
                continue  # told when the assets are read
            names += [tag.name for tag in project.tags]
        return names

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The assets of a file."""
        if _ALL.search("\n".join(tree.head(file))):
            yield from _entries(json_entries(tree, file, _Item, report, "assets"))
            return
        try:
            item = read_json_file(tree, file, _Item, _MAX_JSON, report)
        except (UserError, *JSON_ERRORS) as error:
            report.error("malformed_json", file, reason=str(error))
            return
        yield from _entries(iter([("", item)]))


def _entries(items: Iterator[tuple[str, _Item]]) -> Iterator[Entry]:
    for place, item in items:
        if item.regions or item.asset.state != _UNVISITED:
            size = said_size(item.asset.size.width, item.asset.size.height)
            shapes = [_shape(region) for region in item.regions]
            name = item.asset.name or item.asset.path
            yield Entry(name, place, size=size, shapes=shapes, aliases=(item.asset.path,))


def _shape(region: dict[str, Any]) -> Shape:
    """An object; without a polygon if it has no whole one."""
    tags = region.get("tags")
    label = str(tags[0]).strip() if isinstance(tags, list) and tags else ""
    try:
        if region.get("type") == "POLYGON":
            points = [(parse_float(p["x"]), parse_float(p["y"])) for p in region["points"]]
            polygon = [v for point in points for v in point]
            return Shape(label, [polygon] if len(points) >= 3 else [], drawn=True)
        box = region["boundingBox"]
        left, top, width, height = (
            parse_float(box[key]) for key in ("left", "top", "width", "height")
        )
    except (KeyError, TypeError, ValueError):
        return Shape(label, [])
    return Shape(label, [box_corners(left, top, left + width, top + height)])

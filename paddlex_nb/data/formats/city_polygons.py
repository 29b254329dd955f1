"""Polygons as Cityscapes has them: a JSON file for each image, of objects in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report

_MAX_JSON = 64 << 20
_LOOKED_AT = 8
_KEYS = (
    re.compile(r'"(?:imgHeight|height)"\s*:'),
    re.compile(r'"objects"\s*:\s*\['),
    re.compile(r'"polygon"\s*:\s*\['),
)
_ENDING = re.compile(r"_(gtFine|gtCoarse)_polygons$")
_CROWD = "group"
"""What the labels of several objects in one polygon end in."""

_THE_LIKELIEST = 0.5


class _Object(msgspec.Struct):
    label: str
    polygon: list[list[Any]] = []
    deleted: Any = 0


class _File(msgspec.Struct):
    objects: list[_Object]
    imgWidth: Any = None  # noqa: N815 - Cityscapes' names
    imgHeight: Any = None  # noqa: N815
    width: Any = None
    height: Any = None


class CityPolygons(EntryFormat):
    """``gtFine/train/city/x_gtFine_polygons.json`` for the image in ``leftImg8bit/train/city``.

    So have Cityscapes, IDD and, as ``polygons/x.json``, Mapillary Vistas. Later polygons lie over
    earlier ones. Where there are fine and coarse polygons, the fine ones count.
    """

    name = "city_polygons"
    no_photos = re.compile(r"(?:^|/)(?:gtFine|gtCoarse|instances|labels|panoptic)/")
    kinds: ClassVar[Kinds] = {"outlines": _KEYS[-1]}

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the files; label maps beside them, made of them, say more."""
        evidence = super().detect(tree)
        if evidence is None:
            return None
        likely = 0.8 if self.task is Task.SEGMENTATION else _THE_LIKELIEST
        return Evidence(likely, evidence.reason)

    def files(self, tree: FileTree) -> list[str]:
        """The files of the fine polygons, or of the coarse ones."""
        by_kind: dict[str, list[str]] = {}
        for folder_files in tree.folders.values():
            files = [f for f in folder_files if f.endswith(".json")]
            heads = ("\n".join(tree.head(file)) for file in files[:_LOOKED_AT])
            if files and any(all(key.search(head) for key in _KEYS) for head in heads):
                for file in files:
                    found = _ENDING.search(file.rpartition(".")[0])
                    by_kind.setdefault(found[1] if found else "", []).append(file)
        fine = by_kind.get("gtFine")
        return sorted(fine or [file for files in by_kind.values() for file in files])

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The image of a file."""
        try:
            content = read_json_file(tree, file, _File, _MAX_JSON, report)
        except (UserError, *JSON_ERRORS) as error:
            report.error("malformed_json", file, reason=str(error))
            return
        home, _, name = file.rpartition("/")
        stem = _ENDING.sub("", name.rpartition(".")[0])
        folder = re.sub(r"(^|/)gt(?:Fine|Coarse)(/|$)", r"\1leftImg8bit\2", home)
        beside = re.sub(r"(?:v\d\.\d/)?polygons$", "images", home)
        shapes = [_shape(one) for one in content.objects if one.deleted not in (1, True, "1")]
        size = said_size(
            content.imgWidth if content.imgWidth is not None else content.width,
            content.imgHeight if content.imgHeight is not None else content.height,
        )
        aliases = (f"{stem}_image", stem)  # IDD has both
        folders = (folder, beside)
        yield Entry(
            f"{stem}_leftImg8bit", size=size, shapes=shapes, folders=folders, aliases=aliases
        )


def _shape(one: _Object) -> Shape:
    """An object; without a polygon if it has no whole one."""
    label, crowd = one.label.strip(), one.label.endswith(_CROWD) and len(one.label) > len(_CROWD)
    if crowd:
        label = label.removesuffix(_CROWD)
    try:
        points = [parse_float(value) for x, y in one.polygon for value in (x, y)]
    except ValueError:
        points = []
    return Shape(label, [points] if len(points) >= 6 else [], drawn=True, crowd=crowd)

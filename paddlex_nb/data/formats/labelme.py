"""LabelMe: a JSON file of shapes (or flags) for each image; PaddleX 3's EasyData is the same."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.background import with_background
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.image_by_stem import ImageByStem
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.listfiles import labels_file, read_labels
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage, said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder, outline_box

_LOOKED_AT = 40
"""Files that are read to recognise the format."""

_MAX_JSON = 256 << 20
"""The image itself may be inside."""

_CIRCLE = 32
"""Corners of the polygon that stands for a circle."""

_FOLDERS = ("", "images", "JPEGImages")


class _Shape(msgspec.Struct):
    label: str
    points: list[tuple[float, float]]
    shape_type: str = "polygon"
    group_id: int | str | None = None


class _File(msgspec.Struct):
    shapes: list[_Shape]
    imagePath: str = ""  # noqa: N815 - LabelMe's names
    imageWidth: Any = None  # noqa: N815
    imageHeight: Any = None  # noqa: N815
    flags: dict[str, bool] = {}


class Labelme:
    """Labels as ``x.json`` beside ``x.jpg``.

    In classification the class is the flag that is true; in detection each shape is a box around
    it; else polygons (and rectangles and circles) are outlines, those of one ``group_id`` one
    object. In semantic segmentation they are drawn in their order, on the background.

    Args:
        task: What of it is read.
    """

    name = "labelme"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise JSON files of shapes or flags."""
        files = _json_files(tree)
        kinds: Counter[str] = Counter()
        for file in files[:_LOOKED_AT]:
            try:
                content = read_json_file(tree, file, _File, _MAX_JSON)
            except (UserError, *JSON_ERRORS):
                continue
            kinds["flags"] += not content.shapes and any(content.flags.values())
            kinds["boxes"] += sum(s.shape_type == "rectangle" for s in content.shapes)
            kinds["outlines"] += sum(s.shape_type == "polygon" for s in content.shapes)
        wanted = _KINDS[self.task]
        if not kinds[wanted] and not (wanted == "boxes" and kinds["outlines"]):
            return None
        sure = wanted == max(kinds, key=lambda kind: kinds[kind])
        values = {"files": len(files), "example": files[0]}
        code = f"formats.labelme.{wanted}_evidence"
        likely = 0.45 if self.task is Task.SEGMENTATION else 0.92
        return Evidence(likely if sure else 0.4, Message(code, values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all JSON files; damaged ones become findings."""
        files = _json_files(tree)
        flags = tree.find("flags.txt") if self.task is Task.CLASSIFICATION else None
        given = tree.text(flags, report).split("\n") if flags else []
        names = [name.strip() for name in given if name.strip()] or read_labels(tree, report)
        if self.task is not Task.SEGMENTATION:
            names = [n for n in names if not n.startswith("__") and n != "_background_"]
        numbers = ClassNumbers(names)
        images: dict[str, DraftImage] = {}
        images_by_stem = ImageByStem(tree.images)
        objects = ObjectTableBuilder()
        for done, file in enumerate(files):
            named = _image(tree, file, images_by_stem, report)
            if named is not None and named[0] in images:
                report.warning("listed_twice", file, path=named[0], split=images[named[0]].split)
            elif named is not None:
                path, content = named
                size = said_size(content.imageWidth, content.imageHeight)
                image = DraftImage(path, split_in(path) or split_in(file), labels=file, size=size)
                if self.task is Task.CLASSIFICATION:
                    set_flags = [name for name, on in content.flags.items() if on]
                    number = numbers.number(set_flags[0]) if len(set_flags) == 1 else None
                    if number is None:
                        report.error("flags_of_no_class", file, flags=", ".join(set_flags) or "–")
                        continue
                    image.class_id = number
                else:
                    self._add(objects, len(images), content.shapes, file, numbers, report)
                images[path] = image
            report.progress("scan", done + 1, len(files), "files")
        table = objects.build()
        classes = numbers.settle(images.values(), table)
        if self.task is Task.SEGMENTATION:
            classes = with_background(classes, table)
        places = [flags or labels_file(tree) or "."] * len(classes)
        return Draft(list(images.values()), classes, places, table, object_place="shapes[{}]")

    def _add(
        self,
        objects: ObjectTableBuilder,
        row: int,
        shapes: list[_Shape],
        file: str,
        numbers: ClassNumbers,
        report: Report,
    ) -> None:
        """Add the objects of an image; shapes of one group and class are parts of one object."""
        outlined = self.task is not Task.DETECTION
        parts: dict[tuple[int | str, ...], tuple[int, int, list[list[float]]]] = {}
        for index, shape in enumerate(shapes):
            place = f"shapes[{index}]"
            number = numbers.number(shape.label.strip())
            polygon = _polygon(shape)
            if number is None:
                report.error("unknown_class", file, place, name=shape.label)
            elif polygon is None:
                report.info("shape_without_area", file, place, shape=shape.shape_type)
            elif not all(map(math.isfinite, polygon)):
                report.error("nan_value", file, place)
            else:
                grouped = outlined and shape.group_id is not None
                key = (number, str(shape.group_id)) if grouped else (index,)
                parts.setdefault(key, (index, number, []))[2].append(polygon)
        for index, number, polygons in parts.values():
            kept = polygons if outlined else []
            objects.add(row, number, outline_box(polygons), kept, number=index)


_KINDS = {
    Task.CLASSIFICATION: "flags",
    Task.DETECTION: "boxes",
    Task.SEGMENTATION: "outlines",
    Task.INSTANCE_SEGMENTATION: "outlines",
}


def _json_files(tree: FileTree) -> list[str]:
    """JSON files that begin like LabelMe's."""
    files = tree.ending(".json")
    head = "\n".join(tree.head(files[0])) if files else ""
    keys = ('"shapes"', '"imagePath"', '"imageData"', '"flags"', '"version"')
    return files if sum(key in head for key in keys) >= 2 else []


def _image(
    tree: FileTree, file: str, images_by_stem: ImageByStem, report: Report
) -> tuple[str, _File] | None:
    """The image that a JSON file belongs to, and what it says."""
    try:
        content = read_json_file(tree, file, _File, _MAX_JSON, report)
    except (UserError, *JSON_ERRORS) as error:
        report.error("malformed_json", file, reason=str(error))
        return None
    path = _named_image(tree, file, content.imagePath) or images_by_stem.find(file)
    if path is None:
        report.error("missing_image", file, path=content.imagePath or "–")
        return None
    return path, content


def _named_image(tree: FileTree, file: str, image_path: str) -> str | None:
    """The image that a JSON file names, beside it or in one of the usual folders."""
    home = file.rpartition("/")[0]
    name = image_path.replace("\\", "/").rpartition("/")[2]
    folders = dict.fromkeys((home, *_FOLDERS))
    named = (tree.find(f"{folder}/{name}" if folder else name) for folder in folders if name)
    return next(filter(None, named), None)


def _polygon(shape: _Shape) -> list[float] | None:
    """The outline of a shape as ``[x0, y0, …]``; None if it has no area."""
    points = shape.points
    match shape.shape_type:
        case "polygon" if len(points) >= 3:
            return [value for point in points for value in point]
        case "rectangle" if len(points) >= 2:
            left, top, right, bottom = outline_box([[v for p in points for v in p]])
            return [left, top, right, top, right, bottom, left, bottom]
        case "circle" if len(points) == 2:
            (x, y), edge = points
            radius = math.dist((x, y), edge)
            angles = (2 * math.pi * step / _CIRCLE for step in range(_CIRCLE))
            return [v for a in angles for v in (x + radius * math.cos(a), y + radius * math.sin(a))]
    return None

"""LabelMe: a JSON file of shapes (or flags) for each image; PaddleX 3's EasyData is the same."""

from __future__ import annotations

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
from paddlex_nb.data.formats.labelme_shapes import (
    AREAS,
    BOXES,
    HOLE,
    TURNED,
    Shape,
    parts_of,
)
from paddlex_nb.data.formats.listfiles import labels_file, read_labels
from paddlex_nb.data.formats.pairs import stem_of
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage, said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder

_LOOKED_AT = 40
"""Files that are read to recognise the format."""

MAX_JSON = 256 << 20
"""The image itself may be inside."""

_FOLDERS = ("", "images", "JPEGImages")


class _File(msgspec.Struct):
    shapes: list[Shape]
    imagePath: str = ""  # noqa: N815 - LabelMe's names
    imageWidth: Any = None  # noqa: N815
    imageHeight: Any = None  # noqa: N815
    flags: dict[str, bool] | None = None


class Labelme:
    """Labels as ``x.json`` beside ``x.jpg``.

    In classification the class is the flag that is true; in detection each shape is a box around
    it; else polygons (and boxes, turned or not, circles and masks) are outlines, those of one
    ``group_id`` one object. In semantic segmentation they are drawn in their order, on the
    background; else ``_background_`` cuts a hole, and ``__ignore__`` is no object.

    A file belongs to the image of its own name and folder, whatever ``imagePath`` says.

    Args:
        task: What of it is read.
    """

    name = "labelme"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise JSON files of shapes or flags."""
        files = labelme_files(tree)
        kinds: Counter[str] = Counter()
        turned = 0
        for file in files[:_LOOKED_AT]:
            try:
                content = read_json_file(tree, file, _File, MAX_JSON)
            except (UserError, *JSON_ERRORS):
                continue
            kinds["flags"] += not content.shapes and any((content.flags or {}).values())
            kinds["boxes"] += sum(s.kind in BOXES for s in content.shapes)
            turned += sum(s.kind in TURNED for s in content.shapes)
            kinds["outlines"] += sum(s.kind in AREAS for s in content.shapes)
        wanted = _KINDS[self.task]
        # boxes around outlines, or the outlines of turned boxes, may be wanted too
        if not kinds[wanted] and not {"boxes": kinds["outlines"], "outlines": turned}.get(wanted):
            return None
        sure = wanted == max(kinds, key=lambda kind: kinds[kind])
        values = {"files": len(files), "example": files[0]}
        code = f"formats.labelme.{wanted}_evidence"
        likely = 0.45 if self.task is Task.SEGMENTATION else 0.92
        return Evidence(likely if sure else 0.4, Message(code, values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all JSON files; damaged ones become findings."""
        files = labelme_files(tree)
        flags = tree.find("flags.txt") if self.task is Task.CLASSIFICATION else None
        given = tree.text(flags, report).split("\n") if flags else []
        names = [name.strip() for name in given if name.strip()] or read_labels(tree, report)
        if self.task is not Task.SEGMENTATION:
            names = [n for n in names if not n.startswith("__") and n != HOLE]
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
                    set_flags = [name for name, on in (content.flags or {}).items() if on]
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
        shapes: list[Shape],
        file: str,
        numbers: ClassNumbers,
        report: Report,
    ) -> None:
        """Add the objects of an image."""
        holes = self.task is not Task.SEGMENTATION
        boxed = self.task is Task.DETECTION
        for part in parts_of(shapes, file, report, holes=holes, boxed=boxed):
            class_id = numbers.number(part.name)
            if class_id is None:
                report.error("unknown_class", file, f"shapes[{part.number}]", name=part.name)
            else:
                kept = [] if boxed else part.outlines
                objects.add(
                    *(row, class_id, part.box, kept),
                    number=part.number,
                    attributes=part.attributes,
                )


_KINDS = {
    Task.CLASSIFICATION: "flags",
    Task.DETECTION: "boxes",
    Task.SEGMENTATION: "outlines",
    Task.INSTANCE_SEGMENTATION: "outlines",
}


def labelme_files(tree: FileTree) -> list[str]:
    """JSON files, if the first begins like LabelMe's."""
    files = tree.ending(".json")
    head = "\n".join(tree.head(files[0])) if files else ""
    keys = ('"shapes"', '"imagePath"', '"imageData"', '"flags"', '"version"')
    return files if sum(key in head for key in keys) >= 2 else []


def _image(
    tree: FileTree, file: str, images_by_stem: ImageByStem, report: Report
) -> tuple[str, _File] | None:
    """The image that a JSON file belongs to, and what it says."""
    try:
        content = read_json_file(tree, file, _File, MAX_JSON, report)
    except (UserError, *JSON_ERRORS) as error:
        report.error("malformed_json", file, reason=str(error))
        return None
    named = name_of(content.imagePath)
    path = (
        images_by_stem.find(file, named, near=True)
        or named_image(tree, file, content.imagePath)
        or images_by_stem.find(file, named)
    )
    if path is None:
        report.error("missing_image", file, path=content.imagePath or "–")
        return None
    if named and stem_of(path).lower() != stem_of(named).lower():
        report.info("other_image_path", file, image=path, path=content.imagePath)
    return path, content


def named_image(tree: FileTree, file: str, image_path: str) -> str | None:
    """The image that a JSON file names, beside it or in one of the usual folders."""
    home, name = file.rpartition("/")[0], name_of(image_path)
    folders = dict.fromkeys((home, *_FOLDERS))
    named = (tree.find(f"{folder}/{name}" if folder else name) for folder in folders if name)
    return next(filter(None, named), None)


def name_of(image_path: str) -> str:
    """The name of a file, in a path as Windows or others write it."""
    return image_path.replace("\\", "/").rpartition("/")[2]

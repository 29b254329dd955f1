"""Label files that name their images: what all such formats share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, TypeAlias

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.background import with_background
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.entry import Entry
from paddlex_nb.data.formats.image_by_name import ImageByName
from paddlex_nb.data.formats.listfiles import note_unlisted
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder, outline_box
from paddlex_nb.data.store.records import SPLITS

Kinds: TypeAlias = "Mapping[str, re.Pattern[str]]"

_LOOKED_AT = 16
"""Files whose first lines are looked at to see what kinds of labels there are."""

_FOLDERS = ("images", "JPEGImages", "data", *SPLITS)


class EntryFormat:
    """A format whose files name images and their labels.

    A subclass says which files are of the format, and what is in them. In classification an image
    has one label; in detection each shape is a box around it; else outlines count. In semantic
    segmentation they are drawn in their order, on the background.

    Args:
        task: What of it is read.

    Attributes:
        name: Name of the format.
        kinds: How the text of a file looks in which there are ``labels``, ``boxes``, ``outlines``.
        relative: Its coordinates are shares of an image's sides, not pixels.
        no_photos: Paths of masks and the like, which no file has to name.
        likely: How sure it is, where the files hold what is wanted and hardly anything else.
    """

    name: ClassVar[str] = ""
    kinds: ClassVar[Kinds] = {}
    relative: ClassVar[bool] = False
    no_photos: ClassVar[re.Pattern[str] | None] = None
    likely: ClassVar[float] = 0.95

    def __init__(self, task: Task) -> None:
        self.task = task

    def files(self, tree: FileTree) -> list[str]:
        """The files of the format, by a look at their first lines."""
        raise NotImplementedError

    def beginning(self, tree: FileTree, file: str) -> str:
        """The text of a file by which is told what it holds: its first lines."""
        return "\n".join(tree.head(file))

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The names of the classes in the order of their numbers; empty if nothing lists them."""
        return []

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The images of a file and their labels; what is damaged is reported and left out."""
        raise NotImplementedError

    def all_entries(
        self, tree: FileTree, files: list[str], report: Report
    ) -> Iterator[tuple[str, Entry]]:
        """The images of all files, each with the file that names it; reports the progress."""
        for done, file in enumerate(files, 1):
            for entry in self.entries(tree, file, report):
                yield file, entry
            report.progress("scan", done, len(files), "files")

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the files, and whether they hold what the task needs."""
        files = self.files(tree) if tree.images else []
        heads = [self.beginning(tree, file) for file in files[:_LOOKED_AT]]
        counts = {
            kind: sum(len(pattern.findall(head)) for head in heads)
            for kind, pattern in self.kinds.items()
        }
        score = _score(self.task, counts, self.likely) if files else 0.0
        if not score:
            return None
        values = {"files": len(files), "example": files[0]}
        return Evidence(score, Message(f"formats.{self.name}.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all files; what cannot be used becomes findings."""
        files = self.files(tree)
        numbers = ClassNumbers(dict.fromkeys(self.classes(tree, files, report)))
        images_by_name = ImageByName(tree)
        images: dict[str, DraftImage] = {}
        objects = ObjectTableBuilder()
        for file, entry in self.all_entries(tree, files, report):
            path = images_by_name.find_any((entry.image, *entry.aliases), _folders(file, entry))
            if path is None:
                report.error("missing_image", file, entry.place, path=entry.image[:200] or "–")
            elif path in images:
                split = images[path].split
                report.warning("listed_twice", file, entry.place, path=path, split=split)
            else:
                split = entry.split or split_in(path) or split_in(file)
                split = "" if entry.undivided else split
                image = DraftImage(path, split, labels=file, place=entry.place, size=entry.size)
                if self._labelled(image, entry, numbers, report):
                    if self.task is not Task.CLASSIFICATION:
                        self._add(len(images), entry, file, objects, numbers, report)
                    images[path] = image
        photos = (i for i in tree.images if not (self.no_photos and self.no_photos.search(i)))
        note_unlisted(photos, images, report)
        table = objects.build()
        classes = numbers.settle(images.values(), table)
        if self.task is Task.SEGMENTATION:
            classes = with_background(classes, table)
        places = [files[0] if files else "."] * len(classes)
        return Draft(list(images.values()), classes, places, table, relative=self.relative)

    def _labelled(
        self, image: DraftImage, entry: Entry, numbers: ClassNumbers, report: Report
    ) -> bool:
        """Give the image its class in classification; whether it can be used."""
        if self.task is not Task.CLASSIFICATION:
            return True
        labels = list(dict.fromkeys(entry.labels))
        number = numbers.number(labels[0]) if len(labels) == 1 else None
        if number is None:
            shown = ", ".join(labels)[:200] or "–"
            report.error("flags_of_no_class", image.labels, entry.place, flags=shown)
            return False
        image.class_id = number
        return True

    def _add(
        self,
        row: int,
        entry: Entry,
        file: str,
        objects: ObjectTableBuilder,
        numbers: ClassNumbers,
        report: Report,
    ) -> None:
        outlined = self.task is not Task.DETECTION
        for number, shape in enumerate(entry.shapes):
            place = ", ".join(filter(None, (entry.place, shape.place or f"object {number}")))
            class_id = numbers.number(shape.label)
            polygons = [polygon for polygon in shape.polygons if len(polygon) >= 4]
            if class_id is None:
                report.error("unknown_class", file, place, name=shape.label[:200])
            elif not all(math.isfinite(value) for polygon in polygons for value in polygon):
                report.error("nan_value", file, place)
            elif not polygons:
                report.error("malformed_box", file, place)
            else:
                in_pixels = shape.drawn or self.task is Task.SEGMENTATION
                kept = polygons if outlined and in_pixels else []
                objects.add(
                    *(row, class_id, outline_box(polygons), kept),
                    crowd=shape.crowd,
                    number=number,
                    attributes=shape.attributes,
                )


def _folders(file: str, entry: Entry) -> tuple[str, ...]:
    """Folders that the name of an image may be relative to, the likeliest first."""
    home = file.rpartition("/")[0]
    usual = (f"{home}/{folder}" if home else folder for folder in _FOLDERS)
    of_split = (f"{f}/{entry.split}" for f in ("images", home) if f and entry.split)
    return tuple(dict.fromkeys((*entry.folders, *of_split, home, *usual, "", *_FOLDERS)))


def _score(task: Task, counts: Mapping[str, int], likely: float) -> float:
    """How sure a reading for a task is, from how often each kind of label was seen."""
    labels, boxes, outlines = (counts.get(kind, 0) for kind in ("labels", "boxes", "outlines"))
    if task is Task.CLASSIFICATION:
        return (likely if not boxes + outlines else 0.3) if labels else 0.0
    if task is Task.SEGMENTATION:
        return 0.45 if outlines else 0.0
    if task is Task.INSTANCE_SEGMENTATION:
        return (likely if not boxes else 0.6) if outlines else 0.0
    return likely if boxes and not outlines else 0.4 if boxes + outlines else 0.0

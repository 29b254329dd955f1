"""EasyData: Baidu's platform writes a JSON file of labels for each image."""

from __future__ import annotations

from collections import Counter

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.background import with_background
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.image_by_stem import ImageByStem
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.listfiles import labels_file, list_files, read_labels
from paddlex_nb.data.formats.pairs import read_pairs, stem_of
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image, shown_size
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder, outline_box
from paddlex_nb.data.store.rle import counts_of, polygons_of

_LOOKED_AT = 40
_MAX_JSON = 64 << 20


class _Label(msgspec.Struct):
    name: str
    x1: float | None = None
    y1: float | None = None
    x2: float | None = None
    y2: float | None = None
    mask: str | None = None

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """Left, top, right, bottom, if it has all of them."""
        if self.x1 is None or self.y1 is None or self.x2 is None or self.y2 is None:
            return None
        return self.x1, self.y1, self.x2, self.y2


class _File(msgspec.Struct):
    labels: list[_Label]


class EasyData:
    """``x.json`` with ``labels``: a name, in detection a box, else a mask as COCO's run lengths.

    Images and files have the same names, or ``train_list.txt`` and so on name both.

    Args:
        task: What of it is read.
    """

    name = "easydata"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise JSON files of named labels."""
        files = tree.ending(".json")
        if not files or '"labels"' not in "\n".join(tree.head(files[0])):
            return None
        kinds: Counter[str] = Counter()
        if not list_files(tree):  # as settings with labels of classes are not
            stems = {stem_of(image) for image in tree.images}
            files = [file for file in files if stem_of(file) in stems]
        for file in files[:_LOOKED_AT]:
            try:
                labels = read_json_file(tree, file, _File, _MAX_JSON).labels
            except (UserError, *JSON_ERRORS):
                continue
            kinds["masks"] += sum(label.mask is not None for label in labels)
            kinds["boxes"] += sum(label.mask is None and label.box is not None for label in labels)
            kinds["names"] += sum(label.mask is None and label.box is None for label in labels)
        wanted = _KINDS[self.task]
        if not kinds[wanted] and not (wanted == "boxes" and kinds["masks"]):
            return None
        sure = wanted == max(kinds, key=lambda kind: kinds[kind])
        likely = 0.45 if self.task is Task.SEGMENTATION else 0.93
        values = {"files": len(files), "example": files[0]}
        return Evidence(likely if sure else 0.4, Message("formats.easydata.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all JSON files; damaged ones become findings."""
        pairs = list(read_pairs(tree, report)) or _pairs(tree, report)
        numbers = ClassNumbers(read_labels(tree, report))
        images: dict[str, DraftImage] = {}
        objects = ObjectTableBuilder()
        for done, (split, path, file) in enumerate(pairs, 1):
            report.progress("scan", done, len(pairs), "files")
            image = DraftImage(path, split, labels=file)
            if path in images:
                report.warning("listed_twice", file, path=path, split=images[path].split)
            elif self._read(tree, image, len(images), numbers, objects, report):
                images[path] = image
        table = objects.build()
        classes = numbers.settle(images.values(), table)
        if self.task is Task.SEGMENTATION:
            classes = with_background(classes, table)
        places = [labels_file(tree) or "."] * len(classes)
        return Draft(list(images.values()), classes, places, table, object_place="labels[{}]")

    def _read(
        self,
        tree: FileTree,
        image: DraftImage,
        row: int,
        numbers: ClassNumbers,
        objects: ObjectTableBuilder,
        report: Report,
    ) -> bool:
        """Take the labels of an image; whether it can be used."""
        try:
            labels = read_json_file(tree, image.labels, _File, _MAX_JSON, report).labels
        except (UserError, *JSON_ERRORS) as error:
            report.error("malformed_json", image.labels, reason=str(error))
            return False
        if self.task is Task.CLASSIFICATION:
            names = {label.name.strip() for label in labels}
            number = numbers.number(names.pop()) if len(names) == 1 else None
            if number is None:
                said = ", ".join(label.name for label in labels) or "–"
                report.error("flags_of_no_class", image.labels, flags=said)
                return False
            image.class_id = number
            return True
        for index, label in enumerate(labels):
            place = f"labels[{index}]"
            number = numbers.number(label.name.strip())
            polygons = self._outline(tree, image, label, place, report)
            box = label.box or (outline_box(polygons) if polygons else None)
            if number is None:
                report.error("unknown_class", image.labels, place, name=label.name)
            elif box is None:
                report.error("malformed_box", image.labels, place)
            else:
                objects.add(row, number, box, polygons, number=index)
        return True

    def _outline(
        self, tree: FileTree, image: DraftImage, label: _Label, place: str, report: Report
    ) -> list[list[float]]:
        """The polygons of a label's mask, which is of the image's size."""
        if self.task is Task.DETECTION or label.mask is None:
            return []
        try:
            with open_image(tree.root / image.path) as opened:
                width, height = shown_size(opened)
        except DECODE_ERRORS:
            return []  # the image's own finding says so
        try:
            return polygons_of(counts_of(label.mask.encode()), height, width)
        except ValueError:
            report.error("malformed_outline", image.labels, place)
            return []


_KINDS = {
    Task.CLASSIFICATION: "names",
    Task.DETECTION: "boxes",
    Task.SEGMENTATION: "masks",
    Task.INSTANCE_SEGMENTATION: "masks",
}


def _pairs(tree: FileTree, report: Report) -> list[tuple[str, str, str]]:
    """Images and JSON files of the same name, in the splits that their folders stand for."""
    images_by_stem = ImageByStem(tree.images)
    pairs = []
    for file in tree.ending(".json"):
        image = images_by_stem.find(file)
        if image is None:
            tree.taken.add(file)  # it is said to be of no use, so not that nobody read it
            report.error("missing_image", file, path=f"{stem_of(file)}.jpg")
        else:
            pairs.append((split_in(image) or split_in(file), image, file))
    return pairs

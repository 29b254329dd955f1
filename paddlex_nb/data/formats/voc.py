"""Pascal VOC: an XML file of boxes for each image."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.image_by_stem import ImageByStem
from paddlex_nb.data.formats.listfiles import labels_file, read_labels
from paddlex_nb.data.formats.pairs import given_splits, guessed, note_bare, stem_of
from paddlex_nb.data.formats.shapes import turned_box
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.formats.xml_files import DOCTYPE, UNREADABLE, parsed_xml
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import Draft, DraftImage, said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import FLAGS, POSE, yes_or_no
from paddlex_nb.data.store.object_table import XYXY, ObjectTableBuilder, outline_box

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_XML = 16 << 20
_LOOKED_AT = 20
_HEAD = 400
_ROOT = "annotation"
_SAID = FLAGS | {POSE}
_SHOWN = 60
"""Characters of a tag that a finding shows."""

_ANNOTATION = re.compile(r"<annotation[\s>]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class Voc:
    """Detection data as an XML file for each image.

    The files lie beside the images, or in other folders of the same arrangement
    (``JPEGImages/x.jpg`` with ``Annotations/x.xml``, also below train, val and test).
    ``labels.txt`` gives the classes and their order; without it they are those of the XML files,
    sorted. Splits come from ``train_list.txt`` and its like, from ``ImageSets/Main``, or from the
    folders.
    """

    name = "voc"
    task = Task.DETECTION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise XML files of objects under the names of images."""
        files = _files(tree)
        if not files:
            return None
        images_by_stem = ImageByStem(tree.images)
        pair = next(((file, image) for file in files if (image := images_by_stem.find(file))), None)
        if pair is None:
            return None
        labels, images = (path.rpartition("/")[0] for path in pair)
        if labels == images:
            values: dict[str, str | int] = {"files": len(files), "example": pair[0]}
            return Evidence(0.9, Message("formats.voc.beside_evidence", values))
        values = {"images": images or ".", "labels": labels or ".", "files": len(files)}
        return Evidence(0.9, Message("formats.voc.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all XML files; damaged ones become findings."""
        files = _files(tree)
        images_by_stem = ImageByStem(tree.images)
        images = {file: image for file in files if (image := images_by_stem.find(file))}
        note_bare(tree, images, report)
        used = {image.rpartition("/")[0] for image in images.values()}
        stems = {stem_of(i): i for i in tree.images if i.rpartition("/")[0] in used}
        splits = given_splits(tree, stems, report)
        numbers = ClassNumbers(read_labels(tree, report))
        drafts: list[DraftImage] = []
        objects = ObjectTableBuilder()
        taken: dict[str, str] = {}
        for done, file in enumerate(files, 1):
            report.progress("scan", done, len(files), "files")
            if file not in images:
                tree.taken.add(file)  # it is said to be of no use, so not that nobody read it
                report.error("missing_image", file, path=guessed(file, images))
                continue
            if splits and stem_of(images[file]) not in splits:
                tree.taken.add(file)  # left out by the lists
                continue
            if (root := _parse(tree, file, report)) is None:
                continue
            image = images_by_stem.find(file, root.findtext("filename") or "") or images[file]
            split = splits.get(stem_of(image), "") if splits else split_in(image) or split_in(file)
            if image in taken:
                report.warning("listed_twice", file, path=image, split=split)
                continue
            taken[image] = file
            for place, name, box, said in _objects(root, file, report):
                number = numbers.number(name)
                if number is None:
                    report.error("unknown_class", file, f"object {place}", name=name)
                else:
                    objects.add(len(drafts), number, box, number=place, attributes=said)
            size = said_size(root.findtext("size/width"), root.findtext("size/height"))
            drafts.append(DraftImage(image, split, labels=file, size=size))
        table = objects.build()
        classes = numbers.settle(drafts, table)
        return Draft(drafts, classes, [labels_file(tree) or "."] * len(classes), table)


def _files(tree: FileTree) -> list[str]:
    """The XML files, if a look at some of them shows objects of Pascal VOC."""
    files = tree.ending(".xml")
    heads = ("\n".join(tree.head(file)[:_HEAD]) for file in files[:_LOOKED_AT])
    return files if any(map(_is_voc, heads)) else []


def _is_voc(head: str) -> bool:
    """Whether an XML file begins as Pascal VOC's do: with boxes, or with no object at all."""
    begun = _ANNOTATION.search(head) is not None
    return begun and ("bndbox" in head or "<object" not in head)


def _parse(tree: FileTree, file: str, report: Report) -> Element | None:
    """The root of a file of Pascal VOC; what is none is reported."""
    root = _root(tree, file, report)
    if root is None or root.tag == _ROOT:
        return root
    report.error("xml_other_root", file, root=root.tag[:_SHOWN], expected=_ROOT)
    return None


def _root(tree: FileTree, file: str, report: Report) -> Element | None:
    try:
        data = tree.read(file, _MAX_XML)
    except UserError as error:
        report.error("malformed_xml", file, reason=str(error))
        return None
    try:
        return parsed_xml(data)
    except DOCTYPE:
        report.error("xml_doctype", file)
        return None
    except UNREADABLE as error:
        text, encoding = tree.decode(data)
        if encoding != "utf-8":
            try:
                root = parsed_xml(_DECLARATION.sub("", text))
            except DOCTYPE:
                report.error("xml_doctype", file)
                return None
            except UNREADABLE:
                pass
            else:
                report.warning("xml_encoding", file, encoding=encoding)
                return root
        report.error("malformed_xml", file, reason=str(error))
        return None


def _objects(
    root: Element, file: str, report: Report
) -> Iterator[tuple[int, str, XYXY, dict[str, Any]]]:
    """Number, class name, box and attributes of each object that is whole."""
    for number, element in enumerate(root.iter("object"), 1):
        place = f"object {number}"
        name = (element.findtext("name") or "").strip()
        try:
            box = _turned_box(element) or _box(element)
        except ValueError:
            report.error("malformed_box", file, place)
            continue
        if not all(map(math.isfinite, box)):
            report.error("nan_value", file, place)
        else:
            yield number, name, box, _attributes(element)


def _attributes(element: Element) -> dict[str, Any]:
    """What else is said of an object; what is not VOC's own as CVAT and Datumaro write it."""
    said: dict[str, Any] = {e.tag: e.text for e in element if e.tag in _SAID}
    for one in element.iterfind("attributes/attribute"):
        said[one.findtext("name") or ""] = yes_or_no(one.findtext("value") or "")
    return said


def _box(element: Element) -> XYXY:
    """The box of an object.

    Raises:
        ValueError: It says none.
    """
    corners = ("xmin", "ymin", "xmax", "ymax")
    left, top, right, bottom = (parse_float(element.findtext(f"bndbox/{k}")) for k in corners)
    return left, top, right, bottom


def _turned_box(element: Element) -> XYXY | None:
    """The box around a turned one, as roLabelImg writes it; None if there is no such box.

    Raises:
        ValueError: Its numbers are none.
    """
    if element.find("robndbox") is None:
        return None
    sides = ("cx", "cy", "w", "h", "angle")
    x, y, width, height, angle = (parse_float(element.findtext(f"robndbox/{k}")) for k in sides)
    if not all(map(math.isfinite, (x, y, width, height, angle))):
        return math.nan, math.nan, math.nan, math.nan
    corners = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return outline_box([turned_box(*corners, math.degrees(angle))])

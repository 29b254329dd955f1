"""Pascal VOC: an XML file of boxes beside each image."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from paddlex_nb.data.draft import Draft, DraftImage, said_size
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import labels_file, read_labels
from paddlex_nb.data.formats.pairs import by_stem, given_splits, pick_folder
from paddlex_nb.data.objects import Box, ObjectsBuilder
from paddlex_nb.data.report import Report
from paddlex_nb.data.said_numbers import said_float
from paddlex_nb.data.tree import FileTree
from paddlex_nb.errors import UserError
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_XML = 16 << 20
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class Voc:
    """Detection data as ``JPEGImages/x.jpg`` with ``Annotations/x.xml``.

    ``labels.txt`` gives the classes and their order; without it they are those of the XML files,
    sorted. Splits come from ``train_list.txt`` and its like or from ``ImageSets/Main``.
    """

    name = "voc"
    task = Task.DETECTION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise XML files in a folder of annotations."""
        labels, images = _folders(tree)
        files = [f for f in tree.folders.get(labels, ()) if f.lower().endswith(".xml")]
        if not (labels and images and files):
            return None
        values = {"images": images, "labels": labels, "files": len(files)}
        return Evidence(0.9, Message("formats.voc.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all XML files; damaged ones become findings."""
        labels, folder = _folders(tree)
        images = by_stem(tree.folders[folder])
        files = by_stem([f for f in tree.folders[labels] if f.lower().endswith(".xml")])
        for stem in images.keys() - files.keys():
            report.warning("missing_annotation", images[stem], labels=f"{labels}/{stem}.xml")
        splits = given_splits(tree, images, report)
        numbers = ClassNumbers(read_labels(tree, report))
        drafts: list[DraftImage] = []
        objects = ObjectsBuilder()
        for done, (stem, file) in enumerate(files.items()):
            if stem not in images:
                report.error("missing_image", file, path=f"{folder}/{stem}.jpg")
            elif splits and stem not in splits:
                continue
            elif (root := _parse(tree, file, report)) is not None:
                for place, name, box in _objects(root, file, report):
                    number = numbers.number(name)
                    if number is None:
                        report.error("unknown_class", file, f"object {place}", name=name)
                    else:
                        objects.add(len(drafts), number, box, number=place)
                size = said_size(root.findtext("size/width"), root.findtext("size/height"))
                drafts.append(
                    DraftImage(images[stem], splits.get(stem, ""), labels=file, size=size)
                )
            report.progress("scan", done + 1, len(files), "files")
        table = objects.build()
        classes = numbers.settle(drafts, table)
        return Draft(drafts, classes, [labels_file(tree) or "."] * len(classes), table)


def _folders(tree: FileTree) -> tuple[str, str]:
    """The folders of annotations and of images."""
    return (
        pick_folder(tree, ("annotations",)),
        pick_folder(tree, ("jpegimages", "images")),
    )


def _parse(tree: FileTree, file: str, report: Report) -> Element | None:
    try:
        data = tree.read(file, _MAX_XML)
    except UserError as error:
        report.error("malformed_xml", file, reason=str(error))
        return None
    try:
        return _root(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        text, encoding = tree.decode(data)
        if encoding != "utf-8":
            try:
                root = _root(_DECLARATION.sub("", text))
            except (ParseError, DefusedXmlException, ValueError):
                pass
            else:
                report.warning("xml_encoding", file, encoding=encoding)
                return root
        report.error("malformed_xml", file, reason=str(error))
        return None


def _root(data: bytes | str) -> Element:
    root: Element = fromstring(data, forbid_dtd=True)
    return root


def _objects(root: Element, file: str, report: Report) -> Iterator[tuple[int, str, Box]]:
    """Number, class name and box of each object that is whole."""
    for number, element in enumerate(root.iter("object"), 1):
        place = f"object {number}"
        name = (element.findtext("name") or "").strip()
        texts = [element.findtext(f"bndbox/{k}") for k in ("xmin", "ymin", "xmax", "ymax")]
        try:
            left, top, right, bottom = (said_float(t) for t in texts)
        except ValueError:
            report.error("malformed_box", file, place)
            continue
        if not all(map(math.isfinite, (left, top, right, bottom))):
            report.error("nan_value", file, place)
        else:
            yield number, name, (left, top, right, bottom)

"""CVAT for images 1.1: all labels in one XML file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from paddlex_nb.data.draft import Draft, DraftImage, said_size
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import Paths, note_unlisted
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.objects import ObjectsBuilder, outline_box
from paddlex_nb.data.records import SPLITS
from paddlex_nb.data.report import Report
from paddlex_nb.data.said_numbers import said_float
from paddlex_nb.data.tree import FileTree
from paddlex_nb.errors import UserError
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_XML = 512 << 20


class Cvat:
    """Boxes or polygons as ``annotations.xml``; ``subset`` is the split.

    Args:
        task: Detection or instance segmentation.
    """

    name = "cvat"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the XML file by its first lines."""
        file = _file(tree)
        if file is None or not tree.images:
            return None
        head = "\n".join(tree.head(file))
        drawn = "<polygon" in head
        outlines = drawn and "<box" not in head
        wanted = self.task is Task.INSTANCE_SEGMENTATION
        code = "formats.cvat.outline_evidence" if outlines else "formats.cvat.box_evidence"
        # of both, each is possible: the one that is not chosen is mentioned
        likely = 0.6 if drawn and wanted else 0.4
        return Evidence(0.95 if outlines == wanted else likely, Message(code, {"file": file}))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the file; what cannot be used becomes findings.

        Raises:
            UserError: The file cannot be read at all.
        """
        file = _file(tree) or ""
        try:
            root: Element = fromstring(tree.read(file, _MAX_XML), forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            report.error("malformed_xml", file, reason=str(error))
            raise UserError("data.labels_unreadable", path=tree.root / file) from error
        labels = [(label.findtext("name") or "").strip() for label in root.iter("label")]
        numbers = ClassNumbers(dict.fromkeys(name for name in labels if name))
        paths = Paths(tree, file, report, ("", "images", *SPLITS))
        images: dict[str, DraftImage] = {}
        objects = ObjectsBuilder()
        for element in root.iter("image"):
            place = f"image {element.get('id', '')}"
            name = element.get("name", "").replace("\\", "/")
            path = paths.resolve(name, place) if name else None
            if path is None:
                continue
            if path in images:
                report.warning("listed_twice", file, place, path=path, split=images[path].split)
                continue
            split = as_split(element.get("subset", ""))
            for number, class_id, polygon, drawn in _objects(element, place, file, numbers, report):
                kept = [polygon] if drawn and self.task is Task.INSTANCE_SEGMENTATION else []
                box = outline_box([polygon])
                objects.add(len(images), class_id, box, kept, number=number)
            size = said_size(element.get("width"), element.get("height"))
            images[path] = DraftImage(path, split, labels=file, place=place, size=size)
        paths.close()
        note_unlisted(tree.images, images, report)
        table = objects.build()
        classes = numbers.settle([], table)
        return Draft(list(images.values()), classes, [file] * len(classes), table)


def _objects(
    image: Element, at: str, file: str, numbers: ClassNumbers, report: Report
) -> Iterator[tuple[int, int, list[float], bool]]:
    """Number, class number, corners and whether it is a polygon, of each object that is whole."""
    for count, element in enumerate(image, 1):
        if element.tag not in {"box", "polygon"}:
            report.info("shape_without_area", file, at, shape=element.tag)
            continue
        place = f"{at}, object {count}"
        name = element.get("label", "").strip()
        number = numbers.number(name)
        polygon = _polygon(element)
        if number is None:
            report.error("unknown_class", file, place, name=name)
        elif polygon is None:
            report.error("malformed_box", file, place)
        else:
            yield count, number, polygon, element.tag == "polygon"


def _file(tree: FileTree) -> str | None:
    """The XML file at the top that holds images and their labels."""
    files = [f for f in tree.folders.get("", ()) if f.lower().endswith(".xml")]
    return next((f for f in files if "<annotations" in "\n".join(tree.head(f)[:5])), None)


def _polygon(element: Element) -> list[float] | None:
    """The corners of a box or polygon; None if they are no numbers."""
    try:
        if element.tag == "box":
            left, top, right, bottom = (said_float(element.get(k)) for k in _CORNERS)
            values = [left, top, right, top, right, bottom, left, bottom]
        else:
            points = element.get("points", "").split(";")
            values = [said_float(v) for point in points for v in point.split(",")]
    except ValueError:
        return None
    whole = len(values) >= 6 and len(values) % 2 == 0 and all(map(math.isfinite, values))
    return values if whole else None


_CORNERS = ("xtl", "ytl", "xbr", "ybr")

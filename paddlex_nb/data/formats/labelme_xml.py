"""The XML of the first LabelMe (MIT's): polygons, boxes and masks, a file for each image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar
from xml.etree.ElementTree import ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import parse_float
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.attributes import OCCLUDED
from paddlex_nb.data.store.rle import outlines_of_mask

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_XML = 16 << 20
_LOOKED_AT = 20
_OBJECT = re.compile(r"<(?:polygon|segm)>")
_TRUE = {"1", "yes", "true"}


class LabelmeXml(EntryFormat):
    """``Annotations/folder/x.xml`` for ``Images/folder/x.jpg``, with ``Masks/folder/…png``.

    Objects that were deleted are none.
    """

    name = "labelme_xml"
    no_photos = re.compile(r"(?:^|/)(?:Masks|Scribbles)/")
    kinds: ClassVar[Kinds] = {
        "boxes": re.compile(r"<type>\s*bounding_box"),
        "outlines": _OBJECT,
    }

    def files(self, tree: FileTree) -> list[str]:
        """The XML files, if a look at some of them shows polygons or masks."""
        files = tree.ending(".xml")
        heads = ["\n".join(tree.head(file)) for file in files[:_LOOKED_AT]]
        known = any("<annotation>" in head and _OBJECT.search(head) for head in heads)
        return files if known and not any("<bndbox" in head for head in heads) else []

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The image of a file."""
        try:
            root: Element = fromstring(tree.read(file, _MAX_XML), forbid_dtd=True)
        except (UserError, ParseError, DefusedXmlException, ValueError, LookupError) as error:
            report.error("malformed_xml", file, reason=str(error))
            return
        folder = (root.findtext("folder") or "").strip().replace("\\", "/").strip("/")
        name = (root.findtext("filename") or "").strip()
        stem = file.rpartition("/")[2].rpartition(".")[0]
        home = "/".join(p for p in file.split("/")[:-1] if p.lower() != "annotations")
        inner = [f"{top}/{part}" for top in ("Images", "images") for part in (folder, home) if part]
        size = said_size(root.findtext("imagesize/ncols"), root.findtext("imagesize/nrows"))
        shapes = [
            shape
            for number, element in enumerate(root.iter("object"))
            if (shape := _shape(tree, element, number, (folder, home), file, report)) is not None
        ]
        folders = (*inner, "Images", "images", home)
        split = as_split(folder.rpartition("/")[2])
        yield Entry(name or stem, "", split, size, shapes=shapes, folders=folders, aliases=(stem,))


def _shape(
    tree: FileTree,
    element: Element,
    number: int,
    folders: tuple[str, str],
    file: str,
    report: Report,
) -> Shape | None:
    """An object; None if it was deleted, without a polygon if it has no whole one."""
    if (element.findtext("deleted") or "").strip().lower() in _TRUE:
        return None
    label, place = (element.findtext("name") or "").strip(), f"object {number}"
    said = {key: element.findtext(key) for key in (OCCLUDED, "attributes")}
    mask = (element.findtext("segm/mask") or "").strip()
    if mask:
        outlines = _mask(tree, mask, folders)
        if outlines is None:
            report.error("missing_image", file, place, path=mask[:200])
            return None
        return Shape(label, outlines, drawn=True, place=place, attributes=said)
    try:
        points = [
            parse_float((point.findtext(key) or "").strip())
            for point in element.iterfind("polygon/pt")
            for key in ("x", "y")
        ]
    except ValueError:
        points = []
    boxed = (element.findtext("type") or "").strip() == "bounding_box"
    outlines = [points] if len(points) >= 6 else []
    return Shape(label, outlines, not boxed, place=place, attributes=said)


def _mask(tree: FileTree, name: str, folders: tuple[str, str]) -> list[list[float]] | None:
    """The outlines of the mask of an object, of whatever is not black; None if it is not there."""
    places = (f"Masks/{folder}/{name}" if folder else f"Masks/{name}" for folder in folders)
    path = next(filter(None, map(tree.find, (*places, f"Masks/{name}"))), None)
    if path is None:
        return None
    try:
        with open_image(tree.root / path) as image:
            return outlines_of_mask(np.asarray(image.convert("RGB")).max(axis=2) > 0)
    except DECODE_ERRORS:
        return None

"""CVAT for images 1.1: one XML file."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.attributes import OCCLUDED, in_words, is_set
from paddlex_nb.data.store.coco_masks import decode, filled
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_text


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``annotations.xml``; ``subset`` is the split.

    An object of several parts is a mask, since a polygon has one part.
    """
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    job = SubElement(SubElement(root, "meta"), "job")
    named: dict[str, dict[str, None]] = {name: {} for name in content.classes}
    for picture in content.copy(lambda picture: folder / "images" / picture.name):
        image = SubElement(
            root,
            "image",
            id=str(picture.row),
            name=picture.name,
            subset=picture.split,
            width=str(picture.width),
            height=str(picture.height),
        )
        for one in content.objects(picture):
            shape = shape_of(content, picture, one)
            named[one.name] |= add_attributes(shape, one)
            image.append(shape)
    add_labels(job, named)
    indent(root)
    write_text(folder / "annotations.xml", tostring(root, encoding="unicode") + "\n")


def add_attributes(shape: Element, one: WrittenObject) -> dict[str, None]:
    """Write what is said of an object below its shape; the names of it, in order."""
    told = {n: v for n, v in one.attributes.items() if n != OCCLUDED or v is not True}
    for name, value in told.items():
        SubElement(shape, "attribute", name=name).text = in_words(value)
    return dict.fromkeys(told)


def add_labels(meta: Element, named: dict[str, dict[str, None]], *, mutable: bool = False) -> None:
    """Name the classes, each with the attributes that objects of it have.

    Args:
        meta: What they are written below.
        named: Names of attributes by class.
        mutable: Whether an attribute may change from frame to frame.
    """
    labels = SubElement(meta, "labels")
    for name, attributes in named.items():
        label = SubElement(labels, "label")
        SubElement(label, "name").text = name
        parent = SubElement(label, "attributes")
        for attribute in attributes:
            one = SubElement(parent, "attribute")
            for tag, text in (
                ("name", attribute),
                ("mutable", str(mutable)),
                ("input_type", "text"),
            ):
                SubElement(one, tag).text = text


def shape_of(content: Content, picture: Picture, one: WrittenObject) -> Element:
    """The shape of an object, without its attributes but for whether it is occluded."""
    polygons = one.polygons if content.task is Task.INSTANCE_SEGMENTATION else []
    occluded = str(int(is_set(one.attributes.get(OCCLUDED))))
    common = {"label": one.name, OCCLUDED: occluded, "z_order": "0"}
    if len(polygons) > 1 and (mask := _mask(polygons, picture)):
        return Element("mask", common | mask)
    if polygons:
        pairs = zip(polygons[0][::2], polygons[0][1::2], strict=True)
        return Element("polygon", common, points=";".join(f"{x:.9g},{y:.9g}" for x, y in pairs))
    edges = map("{:.9g}".format, one.box)
    return Element("box", common | dict(zip(("xtl", "ytl", "xbr", "ybr"), edges, strict=True)))


def _mask(polygons: list[list[float]], picture: Picture) -> dict[str, str]:
    """The pixels of an object: run lengths along the rows of the box around them.

    See `formats.cvat_shapes` for how they are read. Empty if no middle of a pixel is inside.
    """
    inside = decode(filled(polygons, picture.height, picture.width))
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return {}
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    piece = inside[top:bottom, left:right].ravel()
    edges = np.flatnonzero(np.diff(piece, prepend=0))
    runs = np.diff(edges, prepend=0, append=len(piece)).tolist()
    box = {"left": left, "top": top, "width": right - left, "height": bottom - top}
    return {"rle": ", ".join(map(str, runs)), **{name: str(side) for name, side in box.items()}}

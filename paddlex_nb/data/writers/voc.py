"""Pascal VOC: an XML file for each image."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from paddlex_nb.data.store.attributes import (
    DIFFICULT,
    FLAGS,
    OCCLUDED,
    POSE,
    TRUNCATED,
    in_words,
    is_set,
)
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_lines, write_text


def write(content: Content, folder: Path) -> None:
    """``JPEGImages/x.jpg``, ``Annotations/x.xml``, ``ImageSets/Main/train.txt``, ``labels.txt``."""
    for picture in content.copy(lambda picture: folder / "JPEGImages" / picture.name):
        root = _annotation(content, picture)
        indent(root)
        text = tostring(root, encoding="unicode")
        write_text(folder / "Annotations" / f"{picture.stem}.xml", text + "\n")
    for split, pictures in content.by_split.items():
        file = folder / "ImageSets" / "Main" / f"{split or 'rest'}.txt"
        write_lines(file, [picture.stem for picture in pictures])
    write_lines(folder / "labels.txt", content.classes)


def _annotation(content: Content, picture: Picture) -> Element:
    root = Element("annotation")
    _add(root, folder="JPEGImages", filename=picture.name)
    _add(SubElement(root, "size"), width=picture.width, height=picture.height, depth=3)
    _add(root, segmented=0)
    for one in content.objects(picture):
        node = SubElement(root, "object")
        _add_attributes(node, one)
        edges = map("{:.9g}".format, one.box)
        names = ("xmin", "ymin", "xmax", "ymax")
        _add(SubElement(node, "bndbox"), **dict(zip(names, edges, strict=True)))
    return root


def _add_attributes(node: Element, one: WrittenObject) -> None:
    """Add the name of an object and what else is said of it.

    What is not of VOC is written as CVAT and Datumaro do; so is a flag that is more than yes or no.
    """
    said = one.attributes
    _add(node, name=one.name, pose=str(said.get(POSE, "Unspecified")))
    _add(node, truncated=int(is_set(said.get(TRUNCATED))))
    if OCCLUDED in said:
        _add(node, occluded=int(is_set(said[OCCLUDED])))
    _add(node, difficult=int(is_set(said.get(DIFFICULT))))
    others = {k: v for k, v in said.items() if k != POSE and not (k in FLAGS and v is True)}
    parent = SubElement(node, "attributes") if others else node
    for name, value in others.items():
        _add(SubElement(parent, "attribute"), name=name, value=in_words(value))


def _add(parent: Element, **values: str | int) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = str(value)

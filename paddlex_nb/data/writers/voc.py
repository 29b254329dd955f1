"""Pascal VOC: an XML file for each image."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from paddlex_nb.data.writers.content import Content, Picture, write_lines, write_text


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
        _add(node, name=one.name, pose="Unspecified", truncated=0, difficult=0)
        edges = map("{:.9g}".format, one.box)
        names = ("xmin", "ymin", "xmax", "ymax")
        _add(SubElement(node, "bndbox"), **dict(zip(names, edges, strict=True)))
    return root


def _add(parent: Element, **values: str | int) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = str(value)

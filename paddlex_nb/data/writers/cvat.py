"""CVAT for images 1.1: one XML file."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from paddlex_nb.core.task import Task
from paddlex_nb.data.writers.content import Content, write_text


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``annotations.xml``; ``subset`` is the split."""
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    labels = SubElement(SubElement(SubElement(root, "meta"), "job"), "labels")
    for name in content.classes:
        SubElement(SubElement(labels, "label"), "name").text = name
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
            drawn = one.polygons if content.task is Task.INSTANCE_SEGMENTATION else []
            common = {"label": one.name, "occluded": "0", "z_order": "0"}
            for polygon in drawn:
                pairs = zip(polygon[::2], polygon[1::2], strict=True)
                points = ";".join(f"{x:.9g},{y:.9g}" for x, y in pairs)
                SubElement(image, "polygon", common, points=points)
            if not drawn:
                edges = map("{:.9g}".format, one.box)
                corners = dict(zip(("xtl", "ytl", "xbr", "ybr"), edges, strict=True))
                SubElement(image, "box", common | corners)
    indent(root)
    write_text(folder / "annotations.xml", tostring(root, encoding="unicode") + "\n")

"""A table: a line for each image and its class, or for each object and its box."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from paddlex_nb.core.spreadsheet import neutral
from paddlex_nb.core.task import Task
from paddlex_nb.data.writers.content import Content, write_lines, write_text

_BOX = ("xmin", "ymin", "xmax", "ymax")


def write(content: Content, folder: Path) -> None:
    """``labels.csv``, ``labels.txt``, ``images/x.jpg``; images without objects are in no line.

    Class names that a spreadsheet would compute begin with an apostrophe.
    """
    boxes = content.task is not Task.CLASSIFICATION
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("filename", "class", *(_BOX if boxes else ()), "split"))
    for picture in content.copy(lambda picture: folder / "images" / picture.name):
        path = f"images/{picture.name}"
        if not boxes:
            writer.writerow((path, neutral(picture.class_name), picture.split))
        for one in content.objects(picture) if boxes else ():
            sides = map("{:.9g}".format, one.box)
            writer.writerow((path, neutral(one.name), *sides, picture.split))
    write_text(folder / "labels.csv", text.getvalue())
    write_lines(folder / "labels.txt", content.classes)

"""One-hot tables: a column for each class, with 1 in that of an image's class, else 0."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from paddlex_nb.core.spreadsheet import neutral
from paddlex_nb.data.writers.content import Content, write_lines, write_text


def write(content: Content, folder: Path) -> None:
    """``train/x.jpg``, ``train/_classes.csv`` as Roboflow has them; ``labels.txt``.

    Class names that a spreadsheet would compute begin with an apostrophe.
    """
    for _ in content.copy(lambda picture: folder / (picture.split or "rest") / picture.name):
        pass
    for split, pictures in content.by_split.items():
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("filename", *map(neutral, content.classes)))
        for picture in pictures:
            flags = (int(name == picture.class_name) for name in content.classes)
            writer.writerow((picture.name, *flags))
        write_text(folder / (split or "rest") / "_classes.csv", text.getvalue())
    write_lines(folder / "labels.txt", content.classes)

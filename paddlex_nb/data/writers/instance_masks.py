"""A PNG mask for each object."""

from __future__ import annotations

import re
from pathlib import Path

from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.store.label_maps import draw, save
from paddlex_nb.data.writers.content import Content, WrittenObject, write_lines

_NO_NAME = re.compile(r"[^\w]+|_")
_OBJECT = 255


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``masks/x/cat_1.png``, ``labels.txt``; 255 where the object is."""
    names = [_NO_NAME.sub(" ", name).strip() or "object" for name in content.classes]
    for picture in content.copy(lambda p: folder / "images" / p.split / p.name):
        for count, one in enumerate(content.objects(picture), 1):
            file = f"{names[one.number]}_{count}.png"
            target = folder / "masks" / picture.split / picture.stem / file
            with disk_errors(target):
                outlines = one.polygons or [_rectangle(one)]
                save(draw([(_OBJECT, outlines)], picture.width, picture.height), target)
    write_lines(folder / "labels.txt", names)


def _rectangle(one: WrittenObject) -> list[float]:
    left, top, right, bottom = one.box
    return [left, top, right, top, right, bottom, left, bottom]

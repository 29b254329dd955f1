"""YOLO: a text file of shares for each image."""

from __future__ import annotations

import json
from pathlib import Path

from paddlex_nb.core.task import Task
from paddlex_nb.data.writers.bridges import bridged
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_lines, write_text


def write(content: Content, folder: Path) -> None:
    """``images/train/x.jpg``, ``labels/train/x.txt``, ``dataset.yaml``.

    The parts of an object are joined by lines without area, since YOLO knows no parts.
    """
    for picture in content.copy(lambda p: folder / "images" / p.split / p.name):
        lines = [_line(content, picture, one) for one in content.objects(picture)]
        write_lines(folder / "labels" / picture.split / f"{picture.stem}.txt", lines)
    lines = [f"{split}: images/{split}" for split in content.by_split if split]
    # quoted as JSON, which YAML understands: names may hold anything
    lines += ["names:", *(f"  {n}: {json.dumps(c)}" for n, c in enumerate(content.classes))]
    write_text(folder / "dataset.yaml", "\n".join([*lines, ""]))


def _line(content: Content, picture: Picture, one: WrittenObject) -> str:
    width, height = picture.width, picture.height
    if content.task is Task.INSTANCE_SEGMENTATION and one.polygons:
        outline = bridged(one.polygons, height, width)
        shares = [value / (height if i % 2 else width) for i, value in enumerate(outline)]
        return f"{one.number} " + " ".join(f"{share:.8g}" for share in shares)
    left, top, right, bottom = one.box
    middle = (
        (left + right) / 2 / width,
        (top + bottom) / 2 / height,
        (right - left) / width,
        (bottom - top) / height,
    )
    return f"{one.number} " + " ".join(f"{share:.8g}" for share in middle)

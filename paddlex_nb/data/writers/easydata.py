"""EasyData: a JSON file of labels for each image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import filled
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_lines, write_text


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``annotations/x.json``, ``train_list.txt``, ``labels.txt``."""
    for picture in content.copy(lambda picture: folder / "images" / picture.name):
        labels = [{"name": picture.class_name}]
        if content.task is not Task.CLASSIFICATION:
            labels = [_label(content, picture, one) for one in content.objects(picture)]
        text = json.dumps({"labels": labels}, ensure_ascii=False)
        write_text(folder / "annotations" / f"{picture.stem}.json", text)
    for split, pictures in content.by_split.items():
        lines = [f"images/{p.name} annotations/{p.stem}.json" for p in pictures]
        write_lines(folder / f"{split or 'rest'}_list.txt", lines)
    ignored = ["__ignore__"] if content.task is Task.SEGMENTATION else []
    write_lines(folder / "labels.txt", [*content.classes, *ignored])


def _label(content: Content, picture: Picture, one: WrittenObject) -> dict[str, Any]:
    left, top, right, bottom = one.box
    label: dict[str, Any] = {"name": one.name, "x1": left, "y1": top, "x2": right, "y2": bottom}
    if one.polygons and content.task is not Task.DETECTION:
        area = filled(one.polygons, picture.height, picture.width)
        label["mask"] = area["counts"].decode()
    return label

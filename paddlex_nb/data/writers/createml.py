"""CreateML: a JSON file of images and the middles of their boxes in the folder of each split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paddlex_nb.data.writers.content import Content, write_lines, write_text

_FILE = "_annotations.createml.json"


def write(content: Content, folder: Path) -> None:
    """``train/x.jpg``, ``train/_annotations.createml.json``; ``labels.txt`` names the classes."""
    items: dict[str, list[dict[str, Any]]] = {}
    for picture in content.copy(lambda p: folder / (p.split or "rest") / p.name):
        annotations = []
        for one in content.objects(picture):
            left, top, right, bottom = one.box
            middle = {"x": (left + right) / 2, "y": (top + bottom) / 2}
            box = {**middle, "width": right - left, "height": bottom - top}
            annotations.append({"label": one.name, "coordinates": box})
        item = {"image": picture.name, "annotations": annotations}
        items.setdefault(picture.split or "rest", []).append(item)
    for split, of_split in items.items():
        write_text(folder / split / _FILE, json.dumps(of_split, ensure_ascii=False))
    write_lines(folder / "labels.txt", content.classes)

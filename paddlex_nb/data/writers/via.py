"""VGG Image Annotator: a JSON file for each split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paddlex_nb.data.store.attributes import in_words
from paddlex_nb.data.writers.content import Content, WrittenObject, write_lines, write_text


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``via_train.json``, ``via_val.json``; the attribute ``class`` is the class.

    Of an object with several outlines each becomes a region of its own.
    """
    entries: dict[str, dict[str, Any]] = {}
    for picture in content.copy(lambda picture: folder / "images" / picture.name):
        size = picture.source.stat().st_size
        regions = [region for one in content.objects(picture) for region in _regions(one)]
        entries.setdefault(picture.split, {})[f"{picture.name}{size}"] = {
            "filename": picture.name,
            "size": size,
            "regions": regions,
            "file_attributes": {},
        }
    for split, of_split in entries.items():
        write_text(folder / f"via_{split or 'rest'}.json", json.dumps(of_split, ensure_ascii=False))
    write_lines(folder / "labels.txt", content.classes)


def _regions(one: WrittenObject) -> list[dict[str, Any]]:
    left, top, right, bottom = one.box
    shapes: list[dict[str, Any]] = [
        {"name": "polygon", "all_points_x": polygon[::2], "all_points_y": polygon[1::2]}
        for polygon in one.polygons
    ] or [{"name": "rect", "x": left, "y": top, "width": right - left, "height": bottom - top}]
    attributes = {"class": one.name}
    for name, value in one.attributes.items():
        attributes[f"{name}_" if name == "class" else name] = in_words(value)
    return [{"shape_attributes": shape, "region_attributes": attributes} for shape in shapes]

"""COCO: a JSON file for each split."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.coco_masks import areas, filled
from paddlex_nb.data.store.rle import counts_of
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_text


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``train.json``, ``val.json``; crowds have their masks as run lengths."""
    labelled: dict[str, list[tuple[Picture, list[dict[str, Any]]]]] = {}
    for picture in content.copy(lambda picture: folder / "images" / picture.name):
        things = [_annotation(content, picture, one) for one in content.objects(picture)]
        labelled.setdefault(picture.split, []).append((picture, list(filter(None, things))))
    categories = [
        {"id": number, "name": name, "supercategory": ""}
        for number, name in enumerate(content.classes, 1)
    ]
    for split, entries in labelled.items():
        images = [
            {"id": p.row + 1, "file_name": p.name, "width": p.width, "height": p.height}
            for p, _ in entries
        ]
        annotations = [annotation for _, objects in entries for annotation in objects]
        for number, annotation in enumerate(annotations, 1):
            annotation["id"] = number
        document = {"images": images, "annotations": annotations, "categories": categories}
        write_text(folder / f"{split or 'rest'}.json", msgspec.json.encode(document).decode())


def _annotation(content: Content, picture: Picture, one: WrittenObject) -> dict[str, Any] | None:
    if content.task is Task.SEGMENTATION and one.number >= len(content.classes):
        return None  # COCO has no pixels that do not count
    left, top, right, bottom = one.box
    area = (right - left) * (bottom - top)
    polygons = [] if content.task is Task.DETECTION else one.polygons
    outline: Any = polygons
    if polygons:
        size = picture.height, picture.width
        rle = filled(polygons, *size)
        area = float(areas([rle])[0])
        if one.crowd:
            outline = {"size": list(size), "counts": counts_of(rle["counts"]).tolist()}
    annotation = {
        "id": 0,
        "image_id": picture.row + 1,
        "category_id": one.number + 1,
        "bbox": [left, top, right - left, bottom - top],
        "segmentation": outline,
        "area": area,
        "iscrowd": int(one.crowd),
    }
    return {**annotation, "attributes": one.attributes} if one.attributes else annotation

"""Datumaro: a JSON file for each split, and its images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.attributes import Attributes
from paddlex_nb.data.store.label_maps import is_background
from paddlex_nb.data.writers.content import Content, Picture, write_text

_UNDIVIDED = "default"


def write(content: Content, folder: Path) -> None:
    """``images/train/x.jpg``, ``annotations/train.json``; parts of an object share a group."""
    items: dict[str, list[dict[str, Any]]] = {}
    for picture in content.copy(lambda p: folder / "images" / (p.split or _UNDIVIDED) / p.name):
        items.setdefault(picture.split or _UNDIVIDED, []).append(
            {
                "id": picture.stem,
                "annotations": _annotations(content, picture),
                "attr": {},
                "image": {"path": picture.name, "size": [picture.height, picture.width]},
            }
        )
    ignored = ["__ignore__"] if content.task is Task.SEGMENTATION else []
    labels = [
        {"name": name, "parent": "", "attributes": []} for name in (*content.classes, *ignored)
    ]
    categories = {"label": {"label_groups": [], "labels": labels, "attributes": []}}
    for split, of_split in items.items():
        document = {
            "dm_format_version": "1.0",
            "media_type": 2,
            "infos": {},
            "categories": categories,
            "items": of_split,
        }
        text = json.dumps(document, ensure_ascii=False)
        write_text(folder / "annotations" / f"{split}.json", text)


def _annotations(content: Content, picture: Picture) -> list[dict[str, Any]]:
    if content.task is Task.CLASSIFICATION:
        number = content.classes.index(picture.class_name)
        return [_annotation(0, "label", number, 0, {})]
    annotations: list[dict[str, Any]] = []
    for group, one in enumerate(content.objects(picture), 1):
        if content.task is Task.SEGMENTATION and one.number == 0 and is_background(one.name):
            continue
        number = min(one.number, len(content.classes))  # pixels of no class have the last label
        polygons = [] if content.task is Task.DETECTION else one.polygons
        said = {**one.attributes, **({"is_crowd": True} if one.crowd else {})}
        for polygon in polygons:
            shape = _annotation(len(annotations), "polygon", number, group, said)
            annotations.append({**shape, "points": polygon})
        if not polygons:
            left, top, right, bottom = one.box
            shape = _annotation(len(annotations), "bbox", number, group, said)
            annotations.append({**shape, "bbox": [left, top, right - left, bottom - top]})
    return annotations


def _annotation(
    number: int, kind: str, label: int, group: int, attributes: Attributes
) -> dict[str, Any]:
    return {
        "id": number,
        "type": kind,
        "attributes": attributes,
        "group": group,
        "label_id": label,
        "z_order": 0,
    }

"""LabelMe: a JSON file beside each image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.attributes import DIFFICULT
from paddlex_nb.data.store.label_maps import is_background
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_lines, write_text


def write(content: Content, folder: Path) -> None:
    """``x.jpg`` and ``x.json``; ``flags.txt`` or ``labels.txt`` names the classes."""
    flagged = content.task is Task.CLASSIFICATION
    for picture in content.copy(lambda picture: folder / picture.name):
        flags = {name: name == picture.class_name for name in content.classes} if flagged else {}
        shapes = [] if flagged else _shapes(content, picture)
        document = {
            "version": "5.5.0",
            "flags": flags,
            "shapes": shapes,
            "imagePath": picture.name,
            "imageData": None,
            "imageHeight": picture.height,
            "imageWidth": picture.width,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        write_text(folder / f"{picture.stem}.json", text)
    names = content.classes
    if content.task is Task.SEGMENTATION:
        names = [*names, "__ignore__"]
    write_lines(folder / ("flags.txt" if flagged else "labels.txt"), names)


def _shapes(content: Content, picture: Picture) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    for group, one in enumerate(content.objects(picture)):
        if content.task is Task.SEGMENTATION and one.number == 0 and is_background(one.name):
            continue
        parts = [] if content.task is Task.DETECTION else one.polygons
        many = len(parts) > 1
        shapes += [_shape(one, "polygon", _pairs(p), group if many else None) for p in parts]
        if not parts:
            shapes.append(_shape(one, "rectangle", _corners(one), None))
    return shapes


def _shape(
    one: WrittenObject, kind: str, points: list[list[float]], group: int | None
) -> dict[str, Any]:
    said = one.attributes
    flags = {k: v for k, v in said.items() if isinstance(v, bool) and k != DIFFICULT}
    others = {k: v for k, v in said.items() if not isinstance(v, bool)}
    shape = {
        "label": one.name,
        "points": points,
        "group_id": group,
        "description": "",
        "shape_type": kind,
        "flags": flags,
    }
    # of X-AnyLabeling; LabelMe keeps what it does not know
    more: dict[str, Any] = {DIFFICULT: True} if said.get(DIFFICULT) is True else {}
    return shape | more | ({"attributes": others} if others else {})


def _pairs(polygon: list[float]) -> list[list[float]]:
    return [list(point) for point in zip(polygon[::2], polygon[1::2], strict=True)]


def _corners(one: WrittenObject) -> list[list[float]]:
    left, top, right, bottom = one.box
    return [[left, top], [right, bottom]]

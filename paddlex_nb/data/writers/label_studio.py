"""Label Studio: one JSON file of tasks with their annotations, to be imported as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.attributes import Attribute, in_words
from paddlex_nb.data.store.coco_masks import decode, filled
from paddlex_nb.data.store.label_maps import is_background
from paddlex_nb.data.writers.content import Content, Picture, WrittenObject, write_lines, write_text

_LONGEST = 1 << 16
"""Values of a run of a brush stroke."""


def write(content: Content, folder: Path) -> None:
    """``images/x.jpg``, ``tasks.json``; ``labels.txt`` names the classes.

    Images are called as Label Studio serves local files; the split is a field of the task's data.
    An object of several parts is a brush stroke, since a polygon has one part.
    """
    tasks = []
    for picture in content.copy(lambda p: folder / "images" / p.name):
        data = {"image": f"/data/local-files/?d=images/{picture.name}"}
        if picture.split:
            data["split"] = picture.split
        annotation = {"was_cancelled": False, "result": _results(content, picture)}
        tasks.append({"id": picture.row + 1, "data": data, "annotations": [annotation]})
    write_text(folder / "tasks.json", json.dumps(tasks, ensure_ascii=False))
    ignored = ["__ignore__"] if content.task is Task.SEGMENTATION else []
    write_lines(folder / "labels.txt", [*content.classes, *ignored])


def _results(content: Content, picture: Picture) -> list[dict[str, Any]]:
    if content.task is Task.CLASSIFICATION:
        return [_result(picture, 0, "choices", {"choices": [picture.class_name]})]
    results = []
    for number, one in enumerate(content.objects(picture)):
        if content.task is Task.SEGMENTATION and one.number == 0 and is_background(one.name):
            continue
        kind, value = _shape(content, picture, one)
        results.append(_result(picture, number, kind, {**value, kind: [one.name]}))
        for name, given in one.attributes.items():
            control, more = _attribute(given)
            results.append(_result(picture, number, control, {**value, **more}, name))
    return results


def _attribute(value: Attribute) -> tuple[str, dict[str, Any]]:
    """The type of a control for single regions, and what it says of one."""
    if isinstance(value, bool):
        return "choices", {"choices": [in_words(value)]}
    return (
        ("textarea", {"text": [value]}) if isinstance(value, str) else ("number", {"number": value})
    )


def _result(
    picture: Picture, number: int, kind: str, value: dict[str, Any], control: str = "label"
) -> dict[str, Any]:
    return {
        "id": f"{picture.row}-{number}",
        "type": kind,
        "from_name": control,
        "to_name": "image",
        "original_width": picture.width,
        "original_height": picture.height,
        "image_rotation": 0,
        "value": value,
    }


def _shape(content: Content, picture: Picture, one: WrittenObject) -> tuple[str, dict[str, Any]]:
    wide, high = 100 / picture.width, 100 / picture.height
    polygons = [] if content.task is Task.DETECTION else one.polygons
    if len(polygons) > 1:
        mask = decode(filled(polygons, picture.height, picture.width))
        return "brushlabels", {"format": "rle", "rle": brush_code(mask)}
    if polygons:
        pairs = zip(polygons[0][::2], polygons[0][1::2], strict=True)
        return "polygonlabels", {"points": [[x * wide, y * high] for x, y in pairs]}
    left, top, right, bottom = one.box
    box = {"x": left * wide, "y": top * high, "rotation": 0}
    sides = {"width": (right - left) * wide, "height": (bottom - top) * high}
    return "rectanglelabels", {**box, **sides}


def brush_code(mask: NDArray[np.uint8]) -> list[int]:
    """The code of a brush stroke, of a mask of shape (height, width) that is 1 inside.

    See `formats.label_studio_brush` for what it is.
    """
    values = np.repeat(mask.ravel() != 0, 4)
    edges = np.flatnonzero(np.diff(values)) + 1
    bits = [f"{len(values):032b}", f"{7:05b}", *(f"{size - 1:04b}" for size in (3, 4, 8, 16))]
    for start, end in zip([0, *edges.tolist()], [*edges.tolist(), len(values)], strict=True):
        value = 255 if values[start] else 0
        for first in range(start, end, _LONGEST):
            length = min(end - first, _LONGEST)
            bits.append(f"111{length - 1:016b}{value:08b}")
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return [int(text[at : at + 8], 2) for at in range(0, len(text), 8)]

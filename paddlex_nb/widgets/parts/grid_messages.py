"""What the image grid and its front end say to each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from paddlex_nb.widgets.parts.pictures import Correction, Layer, Shape, Tile

_DIGITS = 7
"""Of shares of a picture's sides: half a pixel of the largest pictures is told apart."""


def described(tiles: Sequence[Tile]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The tiles for the front end, and the buffers whose places they name (-1: none)."""
    buffers: list[bytes] = []

    def place(data: bytes) -> int:
        if not data:
            return -1
        buffers.append(data)
        return len(buffers) - 1

    def layer(one: Layer) -> dict[str, Any]:
        return {
            "classes": one.class_ids,
            "note": one.note,
            "shapes": [_shape(shape) for shape in one.shapes],
            "mask": place(one.mask),
        }

    contents = [
        {
            "picture": place(tile.jpeg),
            "caption": tile.caption,
            "note": tile.note,
            "size": tile.size,
            "out": tile.out,
            "layers": [layer(one) for one in tile.layers],
        }
        for tile in tiles
    ]
    return contents, buffers


def _shape(shape: Shape) -> dict[str, Any]:
    content: dict[str, Any] = {
        "kind": shape.kind,
        "class": shape.class_id,
        "points": [round(value, _DIGITS) for value in shape.points],
    }
    if len(shape.rings) > 1:
        content["rings"] = shape.rings
    if shape.score is not None:
        content["score"] = round(shape.score, 4)
    if shape.number is not None:
        content["number"] = shape.number
    if shape.faint:
        content["faint"] = True
    if shape.note:
        content["note"] = shape.note
    return content


def correction(message: Mapping[str, Any], count: int, classes: int) -> Correction | None:
    """What the front end wants to be corrected; None if that makes no sense.

    Args:
        message: What it said.
        count: Number of pictures.
        classes: Number of classes.
    """
    index = message.get("index")
    class_id, number, box = message.get("class"), message.get("object"), _box(message.get("box"))
    if not isinstance(index, int) or not 0 <= index < count:
        return None
    known = class_id if isinstance(class_id, int) and 0 <= class_id < classes else -1
    match message.get("what"):
        case "undo":
            return Correction(index, "undo")
        case "image_class" if known >= 0:
            return Correction(index, "image_class", known)
        case "object_class" if known >= 0 and isinstance(number, int):
            return Correction(index, "object_class", known, number)
        case "box" if isinstance(number, int) and box:
            return Correction(index, "box", number=number, box=box)
        case "add" if known >= 0 and box:
            return Correction(index, "add", known, box=box)
        case "delete" if isinstance(number, int):
            return Correction(index, "delete", number=number)
    return None


def _box(given: object) -> tuple[float, float, float, float] | None:
    if not isinstance(given, list) or len(given) != 4:
        return None
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in given):
        return None
    left, top, right, bottom = map(float, given)
    return left, top, right, bottom


def runs(edges: Sequence[int], count: int) -> list[tuple[int, int]]:
    """A choice of pictures as the front end says it: ascending edges, in pairs within the count."""
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [(max(0, a), min(b, count)) for a, b in pairs if max(0, a) < min(b, count)]

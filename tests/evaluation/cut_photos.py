"""Photos with scattered objects, and what of these a tile shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from paddlex_nb.data.images.tiles import Tile
from paddlex_nb.data.store.coco_masks import decode, encode
from paddlex_nb.data.store.image_objects import Objects


def cut(truth: Objects, tile: Tile, keep: float = 0.1) -> Objects:
    """What a perfect model finds in a tile: of every object the part that is in it."""
    corner = np.array([tile.left, tile.top] * 2)
    low, high = np.maximum(truth.xyxy[:, :2], tile[:2]), np.minimum(truth.xyxy[:, 2:], tile[2:])
    sides, whole = (high - low).clip(0), truth.xyxy[:, 2:] - truth.xyxy[:, :2]
    rows = np.flatnonzero(sides.prod(axis=1) > keep * whole.prod(axis=1))
    xyxy = np.concatenate([low, high], axis=1)[rows] - corner
    masks = None
    if truth.masks is not None:
        left, top, right, bottom = tile
        masks = [encode(decode(truth.masks[row])[top:bottom, left:right]) for row in rows]
    return Objects.from_boxes(xyxy, truth.class_id[rows], score=truth.score[rows], masks=masks)


def scattered(width: int, height: int, count: int, side: tuple[int, int], seed: int) -> Objects:
    """Boxes that overlap each other little, those of a class never."""
    rng, kept = np.random.default_rng(seed), list[list[int]]()
    classes: list[int] = []
    for _ in range(20 * count):
        if len(kept) == count:
            break
        w, h = rng.integers(*side, 2).tolist()
        x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
        kind = int(rng.integers(0, 3))
        box = [x, y, x + w, y + h]
        if all(_apart(box, other) for other, c in zip(kept, classes, strict=True) if c == kind):
            kept.append(box)
            classes.append(kind)
    return Objects.from_boxes(kept, classes, score=rng.uniform(0.3, 0.9, len(kept)))


def _apart(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def photo_set(source: Path, task: str, size: tuple[int, int]) -> Objects:
    """A data set of five photos of one size and with the same objects; these."""
    truth = scattered(*size, 25, (8, 18), 4)
    (source / "images").mkdir(parents=True)
    images: list[dict[str, Any]] = []
    objects: list[dict[str, Any]] = []
    for number in range(1, 6):
        pixels = np.random.default_rng(number).integers(0, 99, (*size[::-1], 3), dtype=np.uint8)
        pixels[..., number % 3] += 30 * number  # else they are copies, of which none is val
        Image.fromarray(pixels).save(source / "images" / f"{number}.png")
        images.append(
            {"id": number, "file_name": f"{number}.png", "width": size[0], "height": size[1]}
        )
        for (x, y, w, h), kind in zip(truth.xywh.tolist(), truth.class_id.tolist(), strict=True):
            ring = [x, y, x + w, y, x + w, y + h, x, y + h]
            objects.append(
                {
                    "id": len(objects) + 1,
                    "image_id": number,
                    "category_id": kind,
                    "bbox": [x, y, w, h],
                    "area": w * h,
                    "iscrowd": 0,
                    "segmentation": [ring],
                }
            )
    kinds = [{"id": i, "name": name} for i, name in enumerate("abc")]
    labels = {"images": images, "annotations": objects, "categories": kinds}
    (source / "annotations.json").write_text(json.dumps(labels))
    return truth

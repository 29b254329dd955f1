"""What the suite's post-processing gives, as objects in pixels of the image as shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.image_objects import Objects

_DESCRIBED = 0.05
"""Least score of an object that is described; below that it is noise."""


def objects_of(
    rows: NDArray[np.float32], counts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> list[Objects]:
    """Split the rows of a batch by image.

    Args:
        rows: Class, score, left, top, right, bottom; of shape (objects, 6). A class below 0
            marks a row that is none.
        counts: Rows of each image.
        sizes: Width and height of each image in pixels, which no box leaves.
    """
    ends = np.cumsum(counts)
    per_image = []
    for start, end, size in zip(ends - counts, ends, sizes, strict=True):
        piece = rows[start:end]
        xyxy = piece[:, 2:6].clip(0, np.tile(size, 2).astype(np.float32))
        real = (piece[:, 0] >= 0) & np.isfinite(piece).all(axis=1)
        real &= (xyxy[:, 2:] > xyxy[:, :2]).all(axis=1)
        order = np.flatnonzero(real)[np.argsort(-piece[real, 1], kind="stable")]
        per_image.append(Objects.from_boxes(xyxy[order], piece[order, 0], score=piece[order, 1]))
    return per_image


def described(predicted: Objects, classes: Sequence[str]) -> list[dict[str, Any]]:
    """Objects as plain JSON, best first, the least likely ones left out."""
    rows = zip(
        predicted.class_id.tolist(), predicted.score.tolist(), predicted.xywh.tolist(), strict=True
    )
    return [
        {"class": classes[class_id], "class_id": class_id, "score": score, "box": box}
        for class_id, score, box in rows
        if score >= _DESCRIBED
    ]

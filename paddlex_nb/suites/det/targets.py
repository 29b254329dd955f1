"""The truth of a batch in the forms that paddledet's losses take; no Paddle.

- ``padded``: all images with the same number of boxes, a mask telling which are real.
- ``grid``: for every cell and anchor of YOLO's output grids, and the boxes padded.
- ``ragged``: a list with the boxes of each image.
- ``relative``: a list likewise, as middle and size by the image's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.suites.det.annotated import AnnotatedImage

Array = NDArray[Any]


def padded(images: Sequence[AnnotatedImage]) -> dict[str, Array]:
    """Classes (N, m, 1), boxes (N, m, 4), weights (N, m, 1) and mask (N, m, 1); m at least 1."""
    shape = (len(images), max(1, *(len(one.class_ids) for one in images)))
    # the suite adds these to int64 indices, which Paddle 3 does for int64 alone
    classes = np.zeros((*shape, 1), np.int64)
    boxes = np.zeros((*shape, 4), np.float32)
    weights = np.zeros((*shape, 1), np.float32)
    mask = np.zeros((*shape, 1), np.float32)
    for row, one in enumerate(images):
        n = len(one.class_ids)
        classes[row, :n, 0] = one.class_ids
        boxes[row, :n] = one.boxes
        weights[row, :n, 0] = 1
        mask[row, :n] = 1
    return {"gt_class": classes, "gt_bbox": boxes, "gt_score": weights, "pad_gt_mask": mask}


def ragged(images: Sequence[AnnotatedImage]) -> dict[str, list[Array]]:
    """For each image classes (n, 1), boxes (n, 4) and crowds (n, 1), which are none."""
    return {
        "gt_class": [one.class_ids[:, None] for one in images],
        "gt_bbox": [one.boxes for one in images],
        "is_crowd": [np.zeros((len(one.class_ids), 1), np.int32) for one in images],
    }


def relative(images: Sequence[AnnotatedImage], size: int) -> dict[str, Any]:
    """For each image classes (n, 1), boxes (n, 4) as middle and size in 0..1; nothing padded."""
    return {
        "gt_class": [one.class_ids[:, None] for one in images],
        "gt_bbox": [_middles(one.boxes) / size for one in images],
        "pad_mask": np.ones((len(images), size, size), np.float32),
    }


@dataclass(frozen=True)
class Grid:
    """YOLO's output grids.

    Attributes:
        anchors: Widths and heights in pixels.
        masks: Numbers of each grid's anchors.
        strides: Pixels a cell of each grid.
        overlap: IoU above which further anchors of a grid learn a box than the best one.
    """

    anchors: Sequence[Sequence[float]]
    masks: Sequence[Sequence[int]]
    strides: Sequence[int]
    overlap: float = 1.0

    def targets(
        self, images: Sequence[AnnotatedImage], size: int, classes: int
    ) -> dict[str, Array]:
        """The target of each output grid.

        Per grid of ``g`` x ``g`` cells ``target<number>``, of shape (N, anchors, 6 + classes, g,
        g): x and y in the cell, log of width and height by the anchor's, weight by size,
        objectness, classes one-hot. ``gt_bbox`` of shape (N, m, 4): middle and size in 0..1.
        """
        anchors = np.asarray(self.anchors, np.float32)
        targets = {
            f"target{number}": np.zeros(
                (len(images), len(mask), 6 + classes, size // stride, size // stride), np.float32
            )
            for number, (mask, stride) in enumerate(zip(self.masks, self.strides, strict=True))
        }
        boxes = np.zeros(
            (len(images), max(1, *(len(one.class_ids) for one in images)), 4), np.float32
        )
        for row, one in enumerate(images):
            middles = _middles(one.boxes) / np.float32(size)
            boxes[row, : len(middles)] = middles
            overlaps = _overlaps(_middles(one.boxes)[:, 2:], anchors)
            for box, class_id, overlap in zip(middles, one.class_ids, overlaps, strict=True):
                best = int(overlap.argmax())
                for number, (mask, stride) in enumerate(zip(self.masks, self.strides, strict=True)):
                    grid = targets[f"target{number}"][row]
                    cells = size // stride
                    x, y = box[:2] * cells
                    i, j = min(int(x), cells - 1), min(int(y), cells - 1)
                    for place, anchor in enumerate(mask):
                        further = overlap[anchor] > self.overlap and not grid[place, 5, j, i]
                        if anchor != best and not further:
                            continue
                        grid[place, :2, j, i] = x - i, y - j
                        grid[place, 2:4, j, i] = np.log(box[2:] * size / anchors[anchor])
                        grid[place, 4, j, i] = 2 - box[2] * box[3]
                        grid[place, 5, j, i] = 1
                        grid[place, 6 + class_id, j, i] = 1
        return {**targets, "gt_bbox": boxes}


def _middles(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    size = boxes[:, 2:] - boxes[:, :2]
    return np.asarray(np.concatenate([boxes[:, :2] + size / 2, size], axis=1), np.float32)


def _overlaps(sizes: NDArray[np.float32], anchors: NDArray[np.float32]) -> NDArray[np.float32]:
    """IoU of boxes and anchors about the same middle, of shape (boxes, anchors)."""
    shared = np.minimum(sizes[:, None], anchors[None]).prod(axis=2)
    union = sizes.prod(axis=1)[:, None] + anchors.prod(axis=1)[None] - shared
    return np.asarray(shared / union, np.float32)

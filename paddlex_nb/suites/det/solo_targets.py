"""What SOLOv2's grids are to give; no Paddle.

Wang et al., "SOLOv2: Dynamic and Fast Instance Segmentation" (2020); the arrays are those of
paddledet's ``Gt2Solov2Target``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.det.outlines import filled

_STRIDE = 4
"""Pixels of the canvas a pixel of the masks."""


@dataclass(frozen=True)
class SoloGrids:
    """The grids of a SOLOv2.

    Attributes:
        cells: Cells along each side, for each grid.
        sizes: Least and largest size (root of the box's area, in pixels) of the objects that
            each grid is for; they overlap.
        share: Share of an object's box, about its centre of mass, whose cells stand for it.
    """

    cells: Sequence[int]
    sizes: Sequence[Sequence[float]]
    share: float = 0.2

    def targets(self, images: Sequence[AnnotatedImage]) -> dict[str, Any]:
        """What the grids are to give for a batch, m being the most cells an image has.

        For grid ``i`` ``cate_label<i>`` (N, cells²): class + 1, or 0; ``grid_order<i>`` (N, m):
        numbers of the cells that stand for objects, counted through the batch; ``ins_label<i>``
        (N, m, S/4, S/4): their masks, empty ones where there are fewer. And ``fg_num`` (1,): all
        such cells.
        """
        side = images[0].image.shape[0]
        masks = [[filled(o, side, side) for o in one.outlines] for one in images]
        small = [[_shrunk(mask) for mask in of_one] for of_one in masks]
        targets: dict[str, Any] = {}
        total = 0
        for number, (cells, sizes) in enumerate(zip(self.cells, self.sizes, strict=True)):
            labels = np.zeros((len(images), cells * cells), np.int64)
            places = [
                self._places(one, masks[row], small[row], cells, sizes, labels[row])
                for row, one in enumerate(images)
            ]
            most = max(1, *(len(p) for p in places))
            orders = np.zeros((len(images), most), np.int32)
            shapes = np.zeros((len(images), most, side // _STRIDE, side // _STRIDE), np.uint8)
            for row, of_one in enumerate(places):
                orders[row] = row * cells * cells
                for at, (cell, instance) in enumerate(of_one):
                    orders[row, at] += cell
                    shapes[row, at] = small[row][instance]
            total += np.count_nonzero(labels)
            targets |= {
                f"cate_label{number}": labels,
                f"grid_order{number}": orders,
                f"ins_label{number}": shapes,
            }
        return {**targets, "fg_num": np.array([total], np.int32)}

    def _places(
        self,
        image: AnnotatedImage,
        masks: Sequence[NDArray[np.uint8]],
        small: Sequence[NDArray[np.uint8]],
        cells: int,
        sizes: Sequence[float],
        labels: NDArray[np.int64],
    ) -> list[tuple[int, int]]:
        """Cells that stand for an object and its number; writes their classes to ``labels``."""
        taken: list[tuple[int, int]] = []
        extent = image.boxes[:, 2:] - image.boxes[:, :2]
        scale = cells / image.image.shape[0]
        for instance, (size, mask) in enumerate(zip(extent, masks, strict=True)):
            if not sizes[0] <= float(np.sqrt(size.prod())) <= sizes[1] or not small[instance].any():
                continue
            moments = cv2.moments(mask, binaryImage=True)
            middle = np.array([moments["m10"], moments["m01"]]) / moments["m00"]
            low, high = (
                np.clip(((middle + sign * size * self.share / 2) * scale).astype(int), 0, cells - 1)
                for sign in (-1, 1)
            )
            centre = np.clip((middle * scale).astype(int), 0, cells - 1)
            low, high = np.maximum(low, centre - 1), np.minimum(high, centre + 1)
            for row in range(low[1], high[1] + 1):
                for column in range(low[0], high[0] + 1):
                    labels[row * cells + column] = image.class_ids[instance] + 1
                    taken.append((row * cells + column, instance))
        return taken


def _shrunk(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    size = (mask.shape[1] // _STRIDE, mask.shape[0] // _STRIDE)
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR), np.uint8)

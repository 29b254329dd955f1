"""Boundary IoU: how well the edges of a class's areas fit, whatever their insides are worth.

Cheng et al., "Boundary IoU: Improving Object-Centric Image Segmentation Evaluation" (2021): the
IoU of the pixels of truth and prediction that are within a distance, 2 % of the image's diagonal,
of the edge of their own area. The distance is that of the authors' code (``boundary_utils.py``):
so many erosions by 3 x 3 pixels, with the image's border as an edge. Pixels without a true class
count in neither, as in IoU.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from paddlex_nb.contracts.batch import Batch

DILATION = 0.02
"""Distance by the image's diagonal."""


def boundary_counts(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], classes: int
) -> NDArray[np.int64]:
    """Pixels of the boundaries of an image by class: in both, in truth, in prediction.

    Args:
        truth: Class number of each pixel, of shape (height, width); others than classes are
            ignored.
        predicted: The same of the prediction.
        classes: Number of classes.

    Returns:
        Of shape (classes, 3).
    """
    known = truth < classes
    edges = [_edge(one) & known for one in (truth, predicted)]
    inside = [truth[edges[0]], predicted[edges[1]]]
    both = truth[edges[0] & edges[1] & (truth == predicted)]
    columns = [np.bincount(one, minlength=classes)[:classes] for one in (both, *inside)]
    return np.stack(columns, axis=1).astype(np.int64)


class Boundaries:
    """Boundary IoU of many images; twice as much work as all other figures of segmentation.

    Args:
        classes: Class names.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self._counts = np.zeros((len(classes), 3), np.int64)

    def update(self, batch: Batch, predictions: Sequence[NDArray[np.uint8]]) -> None:
        """Take in a batch, as `SegmentationMetric.update` does."""
        for truth, predicted in zip(batch.data["truth"], predictions, strict=True):
            self._counts += boundary_counts(truth, predicted, len(self._counts))

    def added_to(self, report: dict[str, Any]) -> dict[str, Any]:
        """The report of `SegmentationMetric` with ``boundary_iou``, overall and by class."""
        by_class = boundary_iou(self._counts)
        defined = [value for value in by_class if value is not None]
        mean = float(np.mean(defined)) if defined else None
        rows = zip(report["per_class"], by_class, strict=True)
        return {
            **report,
            "metrics": {**report["metrics"], "boundary_iou": mean},
            "per_class": [{**row, "boundary_iou": value} for row, value in rows],
        }


def boundary_iou(counts: NDArray[np.int64]) -> list[float | None]:
    """Boundary IoU of each class; None where neither truth nor prediction has it.

    Args:
        counts: `boundary_counts` of all images, added up; of shape (classes, 3).
    """
    union = counts[:, 1] + counts[:, 2] - counts[:, 0]
    return [
        hits / area if area else None
        for hits, area in zip(counts[:, 0].tolist(), union.tolist(), strict=True)
    ]


def _edge(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels are near the edge of the area of their own class, of shape (height, width).

    One erosion by a square of 2 d + 1 is d erosions by 3 x 3; and a pixel stays in the area of its
    class if the least and the greatest number in its square are the same, whatever the class.
    """
    distance = max(1, round(DILATION * float(np.hypot(*labels.shape))))
    square = np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)
    low = cv2.erode(labels, square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    high = cv2.dilate(labels, square, borderType=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(low != high, np.bool_)

"""Pixels with the wrong class: regions where a semantic mask and the prediction disagree.

After Lad and Mueller 2023, "Estimating label quality and errors in semantic segmentation data via
any model": labels are ranked by the model's self-confidence in them. Their softmin over the pixels
of an image needs probabilities, of which an evaluation keeps only the likeliest class of each
pixel; the self-confidence of a labelled class is then how often it is true where that class is
predicted, on the whole split. And since people are to look at a place, not at an image, what is
ranked are connected regions, those that are thin (the edge of an object, drawn a bit otherwise)
less than deep ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.label_errors.suggestion import XYWH

EDGE = 0.02
"""Depth in shares of the image's shorter side from which a region is no mere edge."""

MOST = 10
"""Regions of one image that are suspected at most."""


@dataclass(frozen=True)
class Region:
    """Pixels of one image that are labelled with one class and predicted as another.

    Attributes:
        given: The labelled class.
        suggested: The predicted class.
        score: How likely the label is wrong, from 0 to 1.
        box: Box around them.
    """

    given: int
    suggested: int
    score: float
    box: XYWH


def self_confidence(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """How likely each class is true where a class is predicted, of shape (true, predicted).

    Args:
        counts: Pixels by true (rows) and predicted class (columns).
    """
    shares: NDArray[np.float64] = counts / np.maximum(1, counts.sum(axis=0))
    return shares


def pairs(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], classes: int
) -> NDArray[np.int64]:
    """Pixels by true (rows) and predicted class (columns), of shape (classes, classes).

    Args:
        truth: Label map of shape (H, W); numbers that are no class are left out.
        predicted: Likewise.
        classes: Number of classes.
    """
    known = (truth < classes) & (predicted < classes)
    flat = truth[known].astype(np.int64) * classes + predicted[known]
    return np.bincount(flat, minlength=classes**2).reshape(classes, classes)


def regions(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], confidence: NDArray[np.float64]
) -> list[Region]:
    """The regions of an image whose labels are likely wrong, the likeliest first.

    Args:
        truth: Label map of shape (H, W); numbers that are no class are left out.
        predicted: Likewise.
        confidence: `self_confidence`.
    """
    classes = len(confidence)
    edge = max(1.0, EDGE * min(truth.shape))
    found: list[Region] = []
    counts = pairs(truth, predicted, classes)
    np.fill_diagonal(counts, 0)
    for given, suggested in np.argwhere(counts >= edge**2).tolist():
        doubt = 1 - float(confidence[given, suggested])
        apart = ((truth == given) & (predicted == suggested)).astype(np.uint8)
        for depth, box in _parts(apart, edge):
            found.append(Region(given, suggested, doubt * depth / (depth + edge), box))
    return sorted(found, key=lambda one: -one.score)[:MOST]


def _parts(apart: NDArray[np.uint8], edge: float) -> Iterator[tuple[float, XYWH]]:
    """Depth in pixels, and box, of each connected part that is deeper than an edge."""
    depth = cv2.distanceTransform(np.pad(apart, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    count, parts, boxes, _ = cv2.connectedComponentsWithStats(apart, connectivity=8)
    deepest = np.zeros(count)
    np.maximum.at(deepest, parts.astype(np.int64).ravel(), depth.ravel())
    for part in range(1, count):
        if deepest[part] > edge:
            left, top, width, height = boxes[part, :4].tolist()
            yield float(deepest[part]), (left, top, width, height)

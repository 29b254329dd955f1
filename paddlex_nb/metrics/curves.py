"""ROC, precision and recall by threshold, and calibration, equal to scikit-learn's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Scores = NDArray[np.floating[Any]]

BINS = 10
"""Bins of a reliability diagram."""


@dataclass(frozen=True)
class Roc:
    """Receiver operating characteristic of a class against the others.

    Attributes:
        false_positive_rate: Share of the other images that have at least the score; rising from 0.
        true_positive_rate: Share of the images of the class that have it; NaN without any.
        threshold: The score of each point, falling; infinite at the first, which nothing reaches.
    """

    false_positive_rate: NDArray[np.float64]
    true_positive_rate: NDArray[np.float64]
    threshold: NDArray[np.float64]

    @property
    def area(self) -> float:
        """Area under the curve, 0 to 1; NaN where it is not defined."""
        widths = np.diff(self.false_positive_rate)
        heights = (self.true_positive_rate[1:] + self.true_positive_rate[:-1]) / 2
        return float((widths * heights).sum())


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision and recall of a class by least score.

    Attributes:
        precision: Share of the images with at least the score that are of the class; the last is
            1, where nothing is said any more.
        recall: Share of the images of the class that have it; falling to 0.
        threshold: The score of each point but the last, rising.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    threshold: NDArray[np.float64]

    @property
    def average_precision(self) -> float:
        """Mean of the precisions, weighted by the recall that each adds; 0 to 1."""
        return float(-(np.diff(self.recall) * self.precision[:-1]).sum())


@dataclass(frozen=True)
class Calibration:
    """How far scores can be taken for probabilities, bin by bin (a reliability diagram).

    Attributes:
        edges: Where bins begin, and where the last ends; a bin holds its end but not its
            beginning, only the first holds both.
        count: Images in each bin.
        confidence: Mean score in each bin; NaN where it is empty.
        accuracy: Share that is right in each bin; NaN where it is empty.
        place: The bin of each image, of shape (images,).
    """

    edges: NDArray[np.float64]
    count: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    place: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Expected calibration error (Guo et al., 2017): mean gap, weighted by count; 0 to 1."""
        if not self.count.sum():
            return float("nan")
        gaps = np.nan_to_num(np.abs(self.accuracy - self.confidence))
        return float((gaps * self.count).sum() / self.count.sum())


def roc(is_class: Flags, scores: Scores) -> Roc:
    """The ROC curve, a point for each score that occurs.

    Args:
        is_class: Which images are of the class, of shape (images,).
        scores: How likely each is of it, of shape (images,).
    """
    hits, false, threshold = _by_threshold(is_class, scores)
    with np.errstate(invalid="ignore"):
        false_rate = np.concatenate([[0], false]) / (false[-1] if len(false) else 0)
        true_rate = np.concatenate([[0], hits]) / (hits[-1] if len(hits) else 0)
    return Roc(false_rate, true_rate, np.concatenate([[np.inf], threshold]))


def precision_recall(is_class: Flags, scores: Scores) -> PrecisionRecall:
    """Precision over recall, a point for each score that occurs; recall is 1 without the class.

    Args:
        is_class: Which images are of the class, of shape (images,).
        scores: How likely each is of it, of shape (images,).
    """
    hits, false, threshold = _by_threshold(is_class, scores)
    precision = hits / np.maximum(1, hits + false)
    wanted = hits[-1] if len(hits) else 0
    recall = hits / wanted if wanted else np.ones(len(hits))
    return PrecisionRecall(
        np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), threshold[::-1]
    )


def calibration(right: Flags, confidence: Scores, bins: int = BINS) -> Calibration:
    """Accuracy by confidence.

    Args:
        right: Whether what was said of each image is right, of shape (images,).
        confidence: How sure the model was of it, 0 to 1, of shape (images,).
        bins: Number of bins of equal width.
    """
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], confidence).astype(np.int64)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        sure = np.bincount(place, confidence, bins) / count
        correct = np.bincount(place, right, bins) / count
    return Calibration(edges, count, sure, correct, place)


def _by_threshold(
    is_class: Flags, scores: Scores
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Hits and false positives at each score that occurs, and the score, falling."""
    order = np.argsort(-scores, kind="stable")
    falling, mine = scores[order].astype(np.float64), is_class[order]
    last = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)[: len(falling)]
    hits = np.cumsum(mine)[last]
    return hits, last + 1 - hits, falling[last]

"""Precision, recall and F1 at every threshold, and the best one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.at_threshold import hits
from paddlex_nb.metrics.bootstrap import percentiles, resampled, rounds_for
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.overlap import MATCH_IOU

THRESHOLDS: NDArray[np.float64] = np.arange(101) / 100
"""The thresholds of a curve: 0.00, 0.01, ..., 1.00."""


@dataclass(frozen=True, eq=False)
class ThresholdCurves:
    """Figures at each of `THRESHOLDS`, NaN where undefined; T is their number.

    Row 0 is of all classes together, row 1 + n of class n; float64 of shape (1 + classes, T).

    Attributes:
        precision: Undefined where nothing is predicted.
        recall: Undefined of a class that does not occur.
        f1: Undefined where nothing is there and nothing is predicted.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]


@dataclass(frozen=True)
class BestThreshold:
    """The threshold with the best F1 and how sure that is.

    Attributes:
        threshold: The one with the best F1 on all images, from 0 to 1.
        f1: That F1.
        low: Lower end of the 95 % interval of the threshold; NaN if F1 is undefined throughout.
        high: Upper end of it.
    """

    threshold: float
    f1: float
    low: float
    high: float


def threshold_curves(objects: MatchedObjects, iou: float = MATCH_IOU) -> ThresholdCurves:
    """The curves over thresholds at an IoU; they are what `AtThreshold` says at each of them."""
    right, predicted = _from_each_on(objects, iou, objects.class_id, objects.classes)
    true = np.bincount(objects.true_class[~objects.crowd], minlength=objects.classes)[:, None]
    right, predicted, true = (
        np.concatenate([of.sum(axis=0, keepdims=True), of]).astype(np.float64)
        for of in (right, predicted, true)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = np.where(true > 0, right / true, np.nan)
        f1 = np.where(true + predicted > 0, 2 * right / (true + predicted), np.nan)
        return ThresholdCurves(np.where(predicted > 0, right / predicted, np.nan), recall, f1)


def best_threshold(
    objects: MatchedObjects,
    class_id: int | None = None,
    *,
    iou: float = MATCH_IOU,
    level: float = 0.95,
    seed: int = 0,
) -> BestThreshold | None:
    """The threshold with the best F1, of equals the lowest, with a percentile interval.

    Images are drawn with replacement, and the best one is looked for anew each time (Efron and
    Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13).

    Args:
        objects: The predictions and true objects.
        class_id: Only of this class; of all together if None.
        iou: Least overlap of a match.
        level: Share of the resamples that lie in the interval.
        seed: The same seed gives the same interval.

    Returns:
        None where no prediction is right at any threshold.
    """
    mine = np.ones(len(objects.image), np.bool_)
    true = ~objects.crowd
    if class_id is not None:
        mine, true = objects.class_id == class_id, true & (objects.true_class == class_id)
    right, predicted = _from_each_on(objects, iou, objects.image, objects.images, mine)
    real = np.bincount(objects.true_image[true], minlength=objects.images)
    if not right.any():
        return None
    f1 = _f1(right.sum(axis=0), predicted.sum(axis=0), real.sum())
    at = int(f1.argmax())
    columns = [of.astype(np.float32) for of in (right, predicted, real[:, None])]

    def best(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        counts = weights.astype(np.float32)  # whole numbers that it holds exactly, in half the time
        drawn = _f1(*(counts @ of for of in columns))
        return np.where((drawn > 0).any(axis=1), THRESHOLDS[drawn.argmax(axis=1)], np.nan)

    rounds, rng = rounds_for(objects.images), np.random.default_rng(seed)
    low, high = map(float, percentiles(resampled(best, objects.images, rounds, rng), level))
    return BestThreshold(float(THRESHOLDS[at]), float(f1[at]), low, high)


def _from_each_on(
    objects: MatchedObjects,
    iou: float,
    group: NDArray[np.int64],
    groups: int,
    mine: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Right predictions and all, of each group, with each threshold or more: (groups, T) each."""
    last = len(THRESHOLDS)
    # the number of thresholds that each score reaches
    reached = np.searchsorted(THRESHOLDS, objects.score, side="right")
    right = hits(objects, iou)
    if mine is not None:
        group, reached, right = group[mine], reached[mine], right[mine]

    def reaching(which: NDArray[np.bool_] | slice) -> NDArray[np.float64]:
        cells = group[which] * (last + 1) + reached[which]
        counts = np.bincount(cells, minlength=groups * (last + 1)).reshape(groups, last + 1)
        return counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]

    return reaching(right), reaching(slice(None))


def _f1(
    right: NDArray[np.floating], predicted: NDArray[np.floating], true: NDArray[np.floating]
) -> NDArray[np.float64]:
    of = np.asarray(predicted + true, np.float64)
    return np.asarray(2 * right / np.maximum(of, 1), np.float64)

"""The points of a class's curves, as many as a chart can show, and the images behind each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.curves import precision_recall, roc

_MOST = 300
"""Points of a curve; more cannot be told apart or clicked."""

_STEP = 1e-9
"""Charts want rising positions: points above each other are set so far apart."""


@dataclass(frozen=True)
class Curved:
    """A curve with the threshold of each point.

    Attributes:
        xs: Positions, rising.
        ys: Values.
        thresholds: Least score of each point; infinite where nothing counts.
    """

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    thresholds: NDArray[np.float64]

    def threshold_at(self, x: float) -> float:
        """The threshold of the point at a position."""
        return float(self.thresholds[np.abs(self.xs - x).argmin()])


class ClassPoints:
    """The curves of one class.

    Args:
        is_class: Which images are of the class, of shape (images,).
        scores: How likely each is of it, of shape (images,).
    """

    def __init__(self, is_class: NDArray[np.bool_], scores: NDArray[np.floating[Any]]) -> None:
        self._is_class = is_class
        self._scores = scores.astype(np.float64)
        self._roc = roc(is_class, scores)
        self._precision_recall = precision_recall(is_class, scores)

    @property
    def areas(self) -> tuple[float, float]:
        """Area under the ROC curve and average precision; NaN where they are not defined."""
        precision = self._precision_recall.average_precision
        return self._roc.area, precision if self._is_class.any() else float("nan")

    @cached_property
    def curves(self) -> dict[str, Curved]:
        """The curves by name: ``roc`` and ``precision_recall``; without points if undefined."""
        one, other = self._roc, self._precision_recall
        falling = slice(None, None, -1)
        thresholds = np.append(other.threshold, np.inf)[falling]
        defined = self._is_class.any()
        return {
            "roc": _thinned(one.false_positive_rate, one.true_positive_rate, one.threshold),
            "precision_recall": _thinned(
                other.recall[falling] if defined else np.zeros(0),
                other.precision[falling] if defined else np.zeros(0),
                thresholds if defined else np.zeros(0),
            ),
        }

    def images(self, threshold: float) -> dict[str, NDArray[np.int64]]:
        """The images that are found, missed, and taken for the class falsely, at a threshold.

        Args:
            threshold: Least score.

        Returns:
            Rows of the table by ``found``, ``missed`` and ``false``; those first whose score says
            most against (or for) them.
        """
        reached = self._scores >= threshold
        order = np.argsort(-self._scores, kind="stable")

        def rows(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
            return order[mask[order]]

        return {
            "found": rows(reached & self._is_class),
            "missed": rows(~reached & self._is_class)[::-1],
            "false": rows(reached & ~self._is_class),
        }


def _thinned(
    xs: NDArray[np.float64], ys: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> Curved:
    known = ~(np.isnan(xs) | np.isnan(ys))
    xs, ys, thresholds = xs[known], ys[known], thresholds[known]
    if len(xs) > _MOST:
        length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
        wanted = np.linspace(0, length[-1], _MOST)
        kept = np.unique(np.searchsorted(length, wanted).clip(0, len(xs) - 1))
        kept = np.unique(np.concatenate([[0], kept, [len(xs) - 1]]))
        xs, ys, thresholds = xs[kept], ys[kept], thresholds[kept]
    return Curved(xs + _STEP * np.arange(len(xs)), ys, thresholds)

"""How far two models differ in average precision on the same images, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.bootstrap import Intervals, resampled, rounds_for
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.precision_intervals import (
    WORK,
    AveragePrecision,
    around,
    figures_of,
)


def precision_differences(
    first: MatchedObjects,
    second: MatchedObjects,
    images: NDArray[np.int64],
    classes: Sequence[tuple[int, int]],
    *,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Intervals]:
    """Percentile intervals of the difference, second minus first, by paired bootstrap.

    The same images are drawn for both, as in `paired_bootstrap`, and nothing is matched anew.

    Args:
        first: Predictions and objects of one model.
        second: Those of the other.
        images: Numbers of the same image in both, int64 of shape (images, 2), at least one;
            no others count.
        classes: Numbers of the same class in both; no others count in the mean.
        level: Share of the resamples that lie in the interval.
        seed: The same seed gives the same intervals.

    Returns:
        For each of `precision_intervals.FIGURES`, from -1 to 1: of all classes, then of each.
    """
    sides = [
        (AveragePrecision(of), of.images, images[:, place], [pair[place] for pair in classes])
        for place, of in enumerate((first, second))
    ]

    def difference(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of shape (rounds, figures, 1 + classes)."""
        figures = []
        for precision, count, rows, numbers in sides:
            spread = np.zeros((len(weights), count))
            spread[:, rows] = weights
            figures.append(figures_of(precision(spread)[:, :, numbers]))
        return np.asarray(figures[1] - figures[0], np.float64)

    value = difference(np.ones((1, len(images))))
    rounds = rounds_for(len(first.score) + len(second.score), WORK, least=100)
    drawn = resampled(difference, len(images), rounds, np.random.default_rng(seed))
    return around(np.concatenate([value, drawn]), level, least=-1)

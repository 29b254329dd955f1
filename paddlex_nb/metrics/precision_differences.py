"""How far two models differ in average precision on the same images, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.bootstrap import Intervals, percentiles, resampled, rounds_for
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.precision_intervals import (
    FIGURES,
    OVERLAPS,
    WORK,
    AveragePrecision,
    mean_of_classes,
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
        For each of `FIGURES`, from -1 to 1: of all classes, then of each.
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
            figures.append(_figures(precision(spread)[:, :, numbers]))
        return np.asarray(figures[1] - figures[0], np.float64)

    value = difference(np.ones((1, len(images))))[0]
    rounds = rounds_for(len(first.score) + len(second.score), WORK, least=100)
    drawn = resampled(difference, len(images), rounds, np.random.default_rng(seed))
    # interpolation favours images that count twice; what is not the same in both is taken off
    known = ~np.isnan(drawn)
    shift = value - np.where(known, drawn, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    low, high = (np.clip(end + shift, -1, 1) for end in percentiles(drawn, level))
    return {name: Intervals(value[row], low[row], high[row]) for row, name in enumerate(FIGURES)}


def _figures(precision: NDArray[np.float64]) -> NDArray[np.float64]:
    """`FIGURES` of precision of shape (rounds, `OVERLAPS`, classes), the mean of classes first."""
    found = []
    for overlaps in FIGURES.values():
        by_class = precision[:, [OVERLAPS.index(one) for one in overlaps]].mean(axis=1)
        found.append(np.column_stack([mean_of_classes(by_class), by_class]))
    return np.stack(found, axis=1)

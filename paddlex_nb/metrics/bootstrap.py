"""Whether two models differ by more than the choice of images explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.image_counts import ImageCounts

_WORK = 20_000_000
"""Entries that are added up at most; with more of them there are fewer resamples."""

_MOST, _LEAST = 1000, 200
"""Resamples."""


@dataclass(frozen=True)
class Intervals:
    """Differences of figures, the overall one first, then one for each class.

    Attributes:
        difference: Second minus first, of shape (1 + classes,); NaN where undefined.
        low: Lower end of the interval of each.
        high: Upper end.
    """

    difference: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def paired_bootstrap(
    first: ImageCounts, second: ImageCounts, *, level: float = 0.95, seed: int = 0
) -> Intervals:
    """Percentile intervals of the difference of two models on the same images.

    Images are drawn with replacement, the same ones for both models, so that an image that is
    hard for both does not count as a difference (Efron and Tibshirani, *An Introduction to the
    Bootstrap*, 1993, chapters 13 and 16).

    Args:
        first: Counts of one model.
        second: Counts of the other, of the same images and classes in the same order.
        level: Share of the resamples that lie in the interval.
        seed: The same seed gives the same intervals.

    Raises:
        ValueError: The images or classes differ in number.
    """
    if (first.images, first.classes) != (second.images, second.classes):
        raise ValueError("the counts are not of the same images and classes")
    difference = second.figures() - first.figures()
    if first.images == 0:
        return Intervals(difference, difference, difference)
    entries = len(first.image) + len(second.image) + first.images
    rounds = int(np.clip(_WORK // max(1, entries), _LEAST, _MOST))
    rng = np.random.default_rng(seed)
    drawn = np.empty((rounds, len(difference)))
    for row in drawn:
        places = rng.integers(first.images, size=first.images)
        weights = np.bincount(places, minlength=first.images).astype(np.float64)
        row[:] = second.figures(weights) - first.figures(weights)
    outside = (1 - level) / 2
    low, high = np.full_like(difference, np.nan), np.full_like(difference, np.nan)
    known = ~np.isnan(drawn).all(axis=0)
    low[known], high[known] = np.nanquantile(drawn[:, known], [outside, 1 - outside], axis=0)
    return Intervals(difference, low, high)

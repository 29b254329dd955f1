"""How much of a figure, or of a difference of two models, the choice of images explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.image_counts import ImageCounts

_BLOCK = 1_000_000
"""Images that are drawn at once."""


@dataclass(frozen=True)
class Intervals:
    """Figures or differences of figures, the overall one first, then one for each class.

    Attributes:
        value: On all images, of shape (1 + classes,); NaN where undefined.
        low: Lower end of the interval of each.
        high: Upper end.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def bootstrap(counts: ImageCounts, *, level: float = 0.95, seed: int = 0) -> Intervals:
    """Percentile intervals of the figures of one model.

    Images are drawn with replacement (Efron and Tibshirani, *An Introduction to the Bootstrap*,
    1993, chapter 13): how far the figures might have been others with other images of the kind.

    Args:
        counts: Hits and errors of each image.
        level: Share of the resamples that lie in the interval.
        seed: The same seed gives the same intervals.
    """
    return _intervals(counts.figures, counts.images, len(counts.image), level, seed)


def paired_bootstrap(
    first: ImageCounts, second: ImageCounts, *, level: float = 0.95, seed: int = 0
) -> Intervals:
    """Percentile intervals of the difference, second minus first, on the same images.

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

    def difference(weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        return second.figures(weights) - first.figures(weights)

    entries = len(first.image) + len(second.image)
    return _intervals(difference, first.images, entries, level, seed)


def resampled(
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    images: int,
    rounds: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """A statistic of images that are drawn with replacement, again and again.

    Args:
        statistic: Gives a row for each resample, of shape (resamples, ...), of how often each
            image is drawn in it, of shape (resamples, images).
        images: Number of images, at least 1.
        rounds: Number of resamples, at least 1.
        rng: Draws; what is drawn does not depend on how many are drawn at once.

    Returns:
        What the statistic is in each resample, of shape (rounds, ...).
    """
    step = max(1, _BLOCK // images)
    rows = []
    for start in range(0, rounds, step):
        drawn = rng.integers(images, size=(min(step, rounds - start), images))
        weights = np.stack([np.bincount(one, minlength=images) for one in drawn])
        rows.append(statistic(weights.astype(np.float64)))
    return np.concatenate(rows)


def percentiles(
    drawn: NDArray[np.float64], level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the interval in which a share of the resamples lies.

    Args:
        drawn: What `resampled` gives, of shape (rounds, ...); those that are NaN do not count.
        level: The share.

    Returns:
        The lower and the upper end, of shape (...); NaN where every resample is.
    """
    outside = (1 - level) / 2
    columns = drawn.reshape(len(drawn), -1)
    known = ~np.isnan(columns).all(axis=0)
    ends = np.full((2, columns.shape[1]), np.nan)
    if known.any():
        ends[:, known] = np.nanquantile(columns[:, known], [outside, 1 - outside], axis=0)
    low, high = ends.reshape(2, *drawn.shape[1:])
    return low, high


def rounds_for(entries: int, work: int = 20_000_000, least: int = 200, most: int = 1000) -> int:
    """How many resamples are worth their time.

    Args:
        entries: Numbers that are added up for one.
        work: Numbers that are added up at most for all.
        least: Resamples all the same.
        most: Resamples at most.
    """
    return int(np.clip(work // max(1, entries), least, most))


def _intervals(
    figures: Callable[[NDArray[np.float64] | None], NDArray[np.float64]],
    images: int,
    entries: int,
    level: float,
    seed: int,
) -> Intervals:
    """Intervals of what is computed of weighted images; ``entries`` are added up for it."""
    value = figures(None)
    if images == 0:
        return Intervals(value, value, value)
    drawn = resampled(
        lambda weights: np.stack([figures(one) for one in weights]),
        images,
        rounds_for(entries + images),
        np.random.default_rng(seed),
    )
    return Intervals(value, *percentiles(drawn, level))

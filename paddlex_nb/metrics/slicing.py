"""Figures of parts of the images, and which parts are worse than the rest by more than noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.bootstrap import percentiles, resampled, rounds_for
from paddlex_nb.metrics.image_counts import ImageCounts

LEAST = 5
"""Images of a slice, and of the rest, from which on it is judged."""

LEVEL = 0.05
"""Chance that any slice at all is called worse where none is."""

_ROUNDS = 400
_WORK = 200_000_000
"""Numbers that are added up at most for the permutations; with more there are fewer of them."""

_LEAST_ROUNDS = 100


@dataclass(frozen=True)
class SliceFigures:
    """The overall figure of some of the images.

    Attributes:
        images: How many they are.
        value: The figure, 0 to 1; NaN where undefined.
        low: Lower end of its 95 % interval.
        high: Upper end.
        rest: The figure of all other images.
        chance: How likely a random choice of so many images is to be this much below the others;
            NaN where there are too few to tell.
        worse: Whether it is worse than the rest by more than noise, with all slices in mind.
    """

    images: int
    value: float
    low: float
    high: float
    rest: float
    chance: float
    worse: bool


def slice_figures(
    counts: ImageCounts, slices: Sequence[NDArray[np.bool_]], *, seed: int = 0
) -> list[SliceFigures]:
    """Hold slices against the images outside of them.

    Intervals are bootstrap percentiles. Whether a slice is worse is a permutation test (Good,
    *Permutation, Parametric and Bootstrap Tests of Hypotheses*, 2005, chapter 3): its figure minus
    that of the rest, against the same difference of random choices of so many images, whose mean
    and deviation give the chance by the normal distribution. With many slices one is always
    unlucky: chances are held against `LEVEL` as Holm does (1979), the least one first, divided by
    how many are left.

    Args:
        counts: Hits and errors of each image.
        slices: Which images belong to each, of shape (images,).
        seed: The same seed gives the same result.
    """
    sums = _by_image(counts)
    rng = np.random.default_rng(seed)
    found, sizes = [], sorted({int(one.sum()) for one in slices})
    expected = _by_chance(counts, sums, sizes, rng)
    total = sums.sum(axis=0)
    for mine in slices:
        size, own = int(mine.sum()), sums[mine]
        value = _figure(counts, own.sum(axis=0))
        rest = _figure(counts, total - own.sum(axis=0))
        low, high = _interval(counts, own, rng)
        chance = math.nan
        if min(size, counts.images - size) >= LEAST and size in expected:
            mean, deviation = expected[size]
            chance = _below(value - rest - mean, deviation)
        found.append(SliceFigures(size, value, low, high, rest, chance, worse=False))
    worse = holm([one.chance for one in found])
    return [
        SliceFigures(s.images, s.value, s.low, s.high, s.rest, s.chance, is_worse)
        for s, is_worse in zip(found, worse, strict=True)
    ]


def holm(chances: Sequence[float], level: float = LEVEL) -> list[bool]:
    """Which of several hypotheses are rejected (Holm, 1979); NaN is none.

    Args:
        chances: The p-value of each.
        level: Chance to reject any that is true.
    """
    rejected = [False] * len(chances)
    order = sorted((chance, at) for at, chance in enumerate(chances) if not math.isnan(chance))
    for place, (chance, at) in enumerate(order):
        if chance > level / (len(order) - place):
            break
        rejected[at] = True
    return rejected


def _by_image(counts: ImageCounts) -> NDArray[np.float64]:
    """What the figure adds up, of shape (images, groups, 3): one group unless classes matter."""
    groups = counts.classes if counts.overall == "miou" else 1
    at = counts.image * groups + (counts.class_id if groups > 1 else 0)
    size = counts.images * groups
    columns = [np.bincount(at, c, size).astype(np.float64) for c in counts.counts.T]
    return np.stack(columns, axis=1).reshape(counts.images, groups, 3)


def _figure(counts: ImageCounts, sums: NDArray[np.float64]) -> float:
    return float(_figures(counts, sums[None])[0])


def _figures(counts: ImageCounts, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figure of each row of sums of shape (n, groups, 3); as `ImageCounts.figures` has it."""
    hits, false, missed = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if counts.overall == "top1":  # each image hits its class or misses it
            each = hits / (hits + missed)
        elif counts.overall == "f1":
            each = 2 * hits / (2 * hits + false + missed)
        else:
            each = hits / (hits + false + missed)
        known = ~np.isnan(each)
        figures: NDArray[np.float64] = np.nansum(each, axis=1) / known.sum(axis=1)
    return figures


def _interval(
    counts: ImageCounts, own: NDArray[np.float64], rng: np.random.Generator
) -> tuple[float, float]:
    size = len(own)
    if size < 2:
        return math.nan, math.nan
    columns = own.reshape(size, -1)

    def figures(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return _figures(counts, (weights @ columns).reshape(len(weights), *own.shape[1:]))

    low, high = percentiles(resampled(figures, size, _rounds(columns.size), rng))
    return float(low), float(high)


def _by_chance(
    counts: ImageCounts,
    sums: NDArray[np.float64],
    sizes: Sequence[int],
    rng: np.random.Generator,
) -> dict[int, tuple[float, float]]:
    """Mean and deviation of the difference to the rest, of random choices of each size."""
    inside = [size for size in sizes if 0 < size < counts.images]
    if not inside:
        return {}
    total, rounds = sums.sum(axis=0), _rounds(sums.size)
    differences = np.empty((rounds, len(inside)))
    for row in differences:
        # the first n of a random order are a random choice of n
        chosen = np.cumsum(sums[rng.permutation(counts.images)], axis=0)[np.array(inside) - 1]
        row[:] = _figures(counts, chosen) - _figures(counts, total - chosen)
    return {
        size: (float(np.nanmean(column)), float(np.nanstd(column)))
        for size, column in zip(inside, differences.T, strict=True)
        if not np.isnan(column).all()
    }


def _rounds(numbers: int) -> int:
    return rounds_for(numbers, _WORK, _LEAST_ROUNDS, _ROUNDS)


def _below(difference: float, deviation: float) -> float:
    """The chance of a normal distribution to be this low."""
    if math.isnan(difference) or not deviation:
        return math.nan
    return math.erfc(-difference / deviation / math.sqrt(2)) / 2

"""How much of average precision the choice of images explains.

Images are drawn with replacement, as in `bootstrap`; nothing is matched anew, for who is taken for
whom within an image does not depend on other images. A prediction counts as often as its image
was drawn, and so does an object that is to be found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.bootstrap import Intervals, percentiles, resampled, rounds_for
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.pairs import NOBODY

OVERLAPS: tuple[float, ...] = tuple(np.linspace(0.5, 0.95, 10).round(2).tolist())
"""The overlaps (IoU) over which mean average precision is the mean, as COCO has it."""

FIGURES: Mapping[str, Sequence[float]] = {"map": OVERLAPS, "ap50": (0.5,), "ap75": (0.75,)}
"""Figures by their names, and the overlaps of which they are the mean."""

WORK = 100_000_000
"""Predictions times resamples at most; with more of them there are fewer resamples."""

_RECALLS: NDArray[np.float64] = np.linspace(0, 1, 101)

_AT_ONCE = 1_000_000
"""Predictions times resamples that are held in memory."""


def precision_intervals(
    objects: MatchedObjects, *, level: float = 0.95, seed: int = 0
) -> dict[str, Intervals]:
    """Percentile intervals of average precision, overall and of each class.

    Args:
        objects: What was predicted and what is true.
        level: Share of the resamples that lie in the interval.
        seed: The same seed gives the same intervals.

    Returns:
        For each of `FIGURES`; empty if there is no image.
    """
    if not objects.images:
        return {}
    rounds = rounds_for(len(objects.score), WORK, least=100)
    of = AveragePrecision(objects)
    value = of(np.ones((1, objects.images)))
    drawn = resampled(of, objects.images, rounds, np.random.default_rng(seed))
    return around(figures_of(np.concatenate([value, drawn])), level, least=0)


class AveragePrecision:
    """Average precision of images that count several times or not at all, as COCO has it.

    Args:
        objects: What was predicted and what is true.
    """

    def __init__(self, objects: MatchedObjects) -> None:
        self._objects = objects
        self._partners = np.stack([objects.partner_in_class(overlap) for overlap in OVERLAPS])
        best_first = objects.best_first[objects.among_best[objects.best_first]]
        self._order = best_first[np.argsort(objects.class_id[best_first], kind="stable")]

    def __call__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The figures of each round.

        Args:
            weights: How often each image counts, of shape (rounds, images).

        Returns:
            From 0 to 1, of shape (rounds, `OVERLAPS`, classes); NaN of a class without an object.
        """
        of, short = self._objects, weights.astype(np.float32)
        ends = np.searchsorted(of.class_id[self._order], np.arange(of.classes + 1))
        found = np.full((len(weights), len(OVERLAPS), of.classes), np.nan)
        for number in range(of.classes):
            true = of.true_image[~of.crowd & (of.true_class == number)]
            mine = self._order[ends[number] : ends[number + 1]]
            partners = self._partners[:, mine]
            in_group = np.append(of.crowd, False)[partners]
            step = max(1, _AT_ONCE // max(1, len(mine)))
            for start in range(0, len(weights) if len(true) else 0, step):
                some = short[start : start + step]
                asked = some[:, true].sum(axis=1, dtype=np.float64)
                drawn = np.take(some, of.image[mine], axis=1)
                for place, (partner, group) in enumerate(zip(partners, in_group, strict=True)):
                    # what lies in a group is neither right nor wrong
                    counted = drawn[:, ~group] if group.any() else drawn
                    right = np.flatnonzero(partner[~group] != NOBODY)
                    figures = _of_class(counted, right, asked)
                    found[start : start + step, place, number] = figures
        return found


def _of_class(
    drawn: NDArray[np.float32], right: NDArray[np.int64], asked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Average precision of one class in each round, of shape (rounds,).

    Args:
        drawn: How often each prediction counts, the likeliest first; (rounds, predictions).
        right: Places of the predictions that are right, rising.
        asked: How many objects are to be found in each round, of shape (rounds,).
    """
    if not len(right):
        return np.where(asked > 0, 0.0, np.nan)
    # precision has its peaks at predictions that are right: none after the last one matters
    starts = np.append(0, right[:-1] + 1)
    count = np.add.reduceat(drawn[:, : right[-1] + 1], starts, axis=1)
    count = count.cumsum(axis=1, dtype=np.float64)
    found = drawn[:, right].cumsum(axis=1, dtype=np.float64)
    precision = np.divide(found, count, out=np.zeros_like(found), where=count > 0)
    falling = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    recall = np.divide(found, asked[:, None], out=np.zeros_like(found), where=asked[:, None] > 0)
    reached = np.searchsorted(_RECALLS, recall.ravel(), side="right").reshape(recall.shape)
    # the recalls that are reached with each prediction have the precision there
    total = (falling * np.diff(reached, axis=1, prepend=0)).sum(axis=1)
    return np.asarray(np.where(asked > 0, total / len(_RECALLS), np.nan), np.float64)


def figures_of(precision: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figures of precision by overlap.

    Args:
        precision: Of shape (rounds, `OVERLAPS`, classes); NaN of classes without objects.

    Returns:
        Of shape (rounds, `FIGURES`, 1 + classes): the mean over classes with objects, then each.
    """
    found = []
    for overlaps in FIGURES.values():
        by_class = precision[:, [OVERLAPS.index(one) for one in overlaps]].mean(axis=1)
        known = ~np.isnan(by_class)
        total, count = np.where(known, by_class, 0).sum(axis=1), known.sum(axis=1)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        found.append(np.column_stack([mean, by_class]))
    return np.stack(found, axis=1)


def around(figures: NDArray[np.float64], level: float, least: float) -> dict[str, Intervals]:
    """The intervals around the figures of all images, which are the first round.

    Precision is taken as the highest at any larger recall: that favours images that count twice,
    so that resamples are higher in the mean than what they are drawn from. That bias (Efron and
    Tibshirani, chapter 10) is taken off, or the interval would not hold the figure itself.

    Args:
        figures: What `figures_of` gives, or differences of two of them.
        level: Share of the resamples that lie in the interval.
        least: The least that a figure can be; 1 is the most.

    Returns:
        For each of `FIGURES`.
    """
    value, drawn = figures[0], figures[1:]
    known = ~np.isnan(drawn)
    total = np.where(known, drawn, 0).sum(axis=0)
    shift = value - total / np.maximum(known.sum(axis=0), 1)
    low, high = (np.clip(end + shift, least, 1) for end in percentiles(drawn, level))
    return {name: Intervals(value[row], low[row], high[row]) for row, name in enumerate(FIGURES)}

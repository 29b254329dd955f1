"""The figures of an evaluation that have intervals, by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from paddlex_nb.metrics.bootstrap import Intervals
from paddlex_nb.metrics.image_counts import ImageCounts
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.precision_intervals import precision_intervals


@dataclass(frozen=True)
class FigureInterval:
    """A figure with its 95 % interval.

    Attributes:
        metric: ``top1``, ``f1`` or ``miou`` over all classes, ``f1`` or ``iou`` of one class; in
            detection ``map``, ``ap50`` and ``ap75`` of both, of masks ``mask_map`` and so on.
        class_name: The class; None for all of them.
        value: The figure, 0 to 1; None if undefined.
        low: Lower end of the interval; None if undefined, or if all images are alike.
        high: Upper end of it.
    """

    metric: str
    class_name: str | None
    value: float | None
    low: float | None
    high: float | None


FigureIntervals = dict[tuple[str, str | None], FigureInterval]
"""Figures with their intervals by metric and class: overall, then of each class."""


def overall_figures(
    metrics: Mapping[str, float | None], intervals: FigureIntervals
) -> dict[str, float | None]:
    """The metrics of an evaluation, and behind them what only its intervals tell.

    That is F1 of all objects, which is counted at the threshold and is no metric of its own.

    Args:
        metrics: The metrics by name.
        intervals: Its figures with intervals; may be empty.
    """
    overall = (one for one in intervals.values() if one.class_name is None)
    return {**metrics, **{one.metric: one.value for one in overall if one.metric not in metrics}}


def figure_intervals(
    counts: ImageCounts,
    intervals: Intervals,
    objects: MatchedObjects | None,
    classes: Sequence[str],
    prefix: str = "",
) -> FigureIntervals:
    """All that is known of how far figures might be others with other images.

    Args:
        counts: Hits and errors of each image.
        intervals: Those of their figures.
        objects: What was predicted and what is true; None in tasks without objects, and where an
            earlier version has not stored it.
        classes: Names of the classes.
        prefix: What the names of figures of ``objects`` begin with: ``mask_`` of masks.
    """
    named = [*_named(intervals, counts.overall, counts.by_class, classes)]
    for name, one in (precision_intervals(objects) if objects is not None else {}).items():
        named += _named(one, prefix + name, prefix + name, classes)
    return {(one.metric, one.class_name): one for one in named}


def _named(
    intervals: Intervals, overall: str, by_class: str, classes: Sequence[str]
) -> Iterator[FigureInterval]:
    names: list[tuple[str, str | None]] = [(overall, None), *((by_class, n) for n in classes)]
    rows = np.stack([intervals.value, intervals.low, intervals.high], axis=1).tolist()
    for (metric, name), row in zip(names, rows, strict=True):
        value, low, high = (None if np.isnan(v) else v for v in row)
        if low == high:  # where all images are alike, drawing them anew says nothing
            low = high = None
        yield FigureInterval(metric, name, value, low, high)

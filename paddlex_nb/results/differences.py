"""How much two runs differ on the same images, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.metrics.bootstrap import Intervals, paired_bootstrap
from paddlex_nb.metrics.precision_differences import precision_differences
from paddlex_nb.results.evaluated import Evaluated
from paddlex_nb.results.same_images import same_images

_PRECISION = ("map", "ap50")
"""Figures of average precision that are compared."""


@dataclass(frozen=True)
class Difference:
    """How much a second run is better than a first, by one metric, on the same images.

    Attributes:
        first: Id of the first run.
        second: Id of the second run.
        metric: ``top1``, ``f1`` or ``miou`` over all classes; ``f1`` or ``iou`` of one class; in
            detection ``map`` and ``ap50`` of both, of masks ``mask_map`` and ``mask_ap50``.
        class_name: The class; None for all of them.
        difference: Second minus first, in shares of 1; None if undefined.
        low: Lower end of the 95 % interval of the difference; None if undefined.
        high: Upper end of it.
        images: Number of images that both were evaluated on.
    """

    first: str
    second: str
    metric: str
    class_name: str | None
    difference: float | None
    low: float | None
    high: float | None
    images: int

    @property
    def within_noise(self) -> bool:
        """Whether other images of the same kind could have said the opposite."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


def differences(first: Evaluated, second: Evaluated) -> list[Difference]:
    """The overall differences, then those of each class that both runs know.

    Images that only one was evaluated on, or whose labels have changed in between, do not count.
    With objects, average precision comes before F1, which alone goes by the threshold.

    Raises:
        UserError: There is no such image, or no class that both know.
    """
    classes = [name for name in first.classes if name in set(second.classes)]
    rows = same_images(first, second).rows
    if not len(rows) or not classes:
        raise UserError("display.compare.nothing_common", first=first.run, second=second.run)
    one, other = (
        of.counts.chosen(rows[:, place], [of.classes.index(name) for name in classes])
        for place, of in enumerate((first, second))
    )
    counts = first.counts
    found: list[tuple[str, str, Intervals]] = [
        (counts.overall, counts.by_class, paired_bootstrap(one, other))
    ]
    if first.objects is not None and second.objects is not None:
        numbers = [(first.classes.index(name), second.classes.index(name)) for name in classes]
        precision = precision_differences(first.objects, second.objects, rows, numbers)
        names = [(first.prefix + name, precision[name]) for name in _PRECISION]
        found = [*((name, name, of) for name, of in names), *found]
    each = [
        [
            Difference(first.run, second.run, metric, name, *figures, len(rows))
            for metric, name, figures in zip(
                [overall, *(by_class for _ in classes)],
                [None, *classes],
                _numbers(intervals),
                strict=True,
            )
        ]
        for overall, by_class, intervals in found
    ]
    return [one for of_one in zip(*each, strict=True) for one in of_one]


def _numbers(found: Intervals) -> Iterator[tuple[float | None, float | None, float | None]]:
    rows = np.stack([found.value, found.low, found.high], axis=1)
    for low, middle, high in rows.tolist():
        known = [None if np.isnan(value) else value for value in (low, middle, high)]
        yield known[0], known[1], known[2]

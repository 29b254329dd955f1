"""How much two runs differ on the same images, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.evaluation.stored_objects import stored_objects
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.layout.run import EvaluationFolder
from paddlex_nb.metrics.at_threshold import AtThreshold
from paddlex_nb.metrics.bootstrap import Intervals, paired_bootstrap
from paddlex_nb.metrics.image_counts import ImageCounts, image_counts, object_counts
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.overlap import MATCH_IOU
from paddlex_nb.metrics.precision_differences import precision_differences
from paddlex_nb.runs.record import RunRecord

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


@dataclass(frozen=True)
class Evaluated:
    """What a run said of each image of a split.

    Attributes:
        run: Id of the run.
        classes: Its classes.
        paths: Path of each image.
        counts: Hits and errors of each image.
        threshold: Least score of an object that counts; None in tasks without objects.
        folder: Of the evaluation; None if it can only be counted as it was.
        prefix: What names of figures of average precision begin with: ``mask_`` of masks.
    """

    run: str
    classes: list[str]
    paths: list[str]
    counts: ImageCounts
    threshold: float | None = None
    folder: EvaluationFolder | None = None
    prefix: str = ""

    @cached_property
    def objects(self) -> MatchedObjects | None:
        """Predictions and objects; None if there are none, or an early version stored it."""
        if self.folder is None or self.threshold is None:
            return None
        try:
            return stored_objects(self.folder.predictions, len(self.classes))
        except UserError:
            return None

    def at(self, threshold: float) -> Evaluated | None:
        """It counted at another score threshold; None if an early version has stored it."""
        if threshold == self.threshold:
            return self
        if (objects := self.objects) is None:
            return None
        pairs = AtThreshold(objects, threshold, MATCH_IOU).pairs
        counts = object_counts(pairs, len(self.paths), len(self.classes))
        return replace(self, counts=counts, threshold=threshold)


def evaluated(record: RunRecord, folder: EvaluationFolder) -> Evaluated | Message:
    """What is stored of an evaluation, or why it cannot be compared.

    Args:
        record: The run's.
        folder: The evaluation's.
    """
    try:
        table = stored_predictions(folder.predictions, counts_only=True)
    except UserError:
        return Message("display.compare.not_evaluated", {"run": record.name})
    counts = image_counts(table, len(record.classes))
    if counts is None:
        return Message("display.compare.old_evaluation", {"run": record.name})
    paths = table["path"].to_pylist()
    prefix = "mask_" if record.task is Task.INSTANCE_SEGMENTATION else ""
    return Evaluated(record.id, record.classes, paths, counts, _threshold(folder), folder, prefix)


def _threshold(folder: EvaluationFolder) -> float | None:
    try:
        result: dict[str, Any] = read_json(folder.result, dict)
    except UserError:
        return None
    threshold = result.get("threshold")
    return threshold if isinstance(threshold, float) and 0 <= threshold <= 1 else None


def at_one_threshold(
    first: Evaluated, second: Evaluated
) -> tuple[Evaluated, Evaluated, Message | None]:
    """Both counted at the second one's threshold, where what they have stored allows that.

    Returns:
        Both, and what is to be said of their thresholds if these were not the same.
    """
    one, other = first.threshold, second.threshold
    if one is None or other is None or one == other:
        return first, second, None
    values = {"first": first.run, "one": f"{one:.2f}", "other": f"{other:.2f}"}
    if (recounted := first.at(other)) is None:
        message = Message("display.compare.thresholds_differ", values)
        return first, second, message
    return recounted, second, Message("display.compare.one_threshold", values)


def differences(first: Evaluated, second: Evaluated) -> list[Difference]:
    """The overall differences, then those of each class that both runs know.

    Images that only one was evaluated on, or whose labels have changed in between, do not count.
    With objects, average precision comes before F1, which alone goes by the threshold.

    Raises:
        UserError: There is no such image, or no class that both know.
    """
    classes = [name for name in first.classes if name in set(second.classes)]
    rows = same_images(first, second)
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


def same_images(first: Evaluated, second: Evaluated) -> NDArray[np.int64]:
    """Rows in both of the images that both have with the same labels, of shape (n, 2).

    Only classes that both know are looked at.
    """
    classes = [name for name in first.classes if name in set(second.classes)]
    place = {path: row for row, path in enumerate(second.paths)}
    pairs = [(row, place[path]) for row, path in enumerate(first.paths) if path in place]
    rows = np.array(pairs, np.int64).reshape(-1, 2)
    labels = [
        of.counts.chosen(rows[:, at], [of.classes.index(name) for name in classes]).truth()
        for at, of in enumerate((first, second))
    ]
    return rows[np.isclose(labels[0], labels[1])]

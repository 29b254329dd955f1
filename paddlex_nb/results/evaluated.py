"""What a run said of each image of a split, as two evaluations are compared by it."""

from __future__ import annotations

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
from paddlex_nb.evaluation.stored_predictions import reading, stored_predictions
from paddlex_nb.layout.run import EvaluationFolder
from paddlex_nb.metrics.at_threshold import AtThreshold
from paddlex_nb.metrics.image_counts import ImageCounts, image_counts, object_counts
from paddlex_nb.metrics.label_fingerprints import fingerprints
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.overlap import MATCH_IOU
from paddlex_nb.runs.record import RunRecord


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
        labels: Row of the image, class and fingerprint of what each image was held against, of
            shape (n, 3); None where only its counts are known (`fingerprints`).
    """

    run: str
    classes: list[str]
    paths: list[str]
    counts: ImageCounts
    threshold: float | None = None
    folder: EvaluationFolder | None = None
    prefix: str = ""
    labels: NDArray[np.uint64] | None = None

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
    classes = len(record.classes)
    try:
        table = stored_predictions(folder.predictions, counts_only=True)
        with reading(folder.predictions):
            counts, labels = image_counts(table, classes), fingerprints(table, classes)
    except UserError:
        return Message("display.compare.not_evaluated", {"run": record.name})
    if counts is None:
        return Message("display.compare.old_evaluation", {"run": record.name})
    return Evaluated(
        run=record.id,
        classes=record.classes,
        paths=table["path"].to_pylist(),
        counts=counts,
        threshold=_threshold(folder),
        folder=folder,
        prefix="mask_" if record.task is Task.INSTANCE_SEGMENTATION else "",
        labels=labels,
    )


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

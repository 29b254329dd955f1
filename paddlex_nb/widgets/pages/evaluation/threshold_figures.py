"""What the section of the threshold shows, worked out aside from the stored objects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.evaluation.stored_objects import stored_objects
from paddlex_nb.layout.run import EvaluationFolder
from paddlex_nb.metrics.at_threshold import AtThreshold
from paddlex_nb.metrics.error_kinds import ErrorKinds, error_kinds
from paddlex_nb.metrics.lost_precision import lost_precision, precision_over_recall
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.threshold_curves import (
    BestThreshold,
    ThresholdCurves,
    best_threshold,
    threshold_curves,
)


@dataclass(frozen=True)
class Asked:
    """What the user has set.

    Attributes:
        threshold: Least score, 0 to 1.
        iou: Least overlap, 0.1 to 1.
        class_id: The class whose best threshold is asked for; -1 for all of them.
    """

    threshold: float
    iou: float
    class_id: int


@dataclass(frozen=True, eq=False)
class OfOverlap:
    """What does not change with the threshold.

    Attributes:
        curves: Precision, recall and F1 by threshold.
        precision: Precision over recall, of shape (classes, recalls).
        kinds: The errors.
        lost: What each kind costs.
        best: The best threshold by class (-1: of all), as far as it was asked for.
    """

    curves: ThresholdCurves
    precision: NDArray[np.float64]
    kinds: ErrorKinds
    lost: dict[str, float | None]
    best: dict[int, BestThreshold | None]


@dataclass(frozen=True, eq=False)
class Worked:
    """An answer.

    Attributes:
        asked: What was asked.
        at: What is counted at the threshold, its matrix worked out.
        of: What belongs to the overlap.
    """

    asked: Asked
    at: AtThreshold
    of: OfOverlap


class ThresholdWork:
    """Answers for one evaluation; nothing of it touches a widget.

    Args:
        folder: The evaluation's.
        classes: Number of classes.
    """

    def __init__(self, folder: EvaluationFolder, classes: int) -> None:
        self._folder, self._classes = folder, classes
        self._objects: MatchedObjects | None = None
        self._of: dict[float, OfOverlap] = {}

    def answer(self, asked: Asked) -> Worked:
        """What there is to show.

        Raises:
            UserError: The stored predictions are gone, damaged, or of an earlier version.
        """
        if self._objects is None:
            self._objects = stored_objects(self._folder.predictions, self._classes)
        objects, of = self._objects, self._of.get(asked.iou)
        if of is None:
            kinds = error_kinds(objects, asked.iou)
            of = OfOverlap(
                threshold_curves(objects, asked.iou),
                precision_over_recall(objects, asked.iou),
                kinds,
                lost_precision(kinds),
                {},
            )
            self._of = {asked.iou: of}  # those of one are enough
        if asked.class_id not in of.best:
            chosen = None if asked.class_id < 0 else asked.class_id
            of.best[asked.class_id] = best_threshold(objects, chosen, iou=asked.iou)
        at = AtThreshold(objects, asked.threshold, asked.iou)
        _ = at.matrix
        return Worked(asked, at, of)


def most_first(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The images with a count above 0, those with most first.

    Args:
        counts: One an image.
    """
    order = np.argsort(-counts, kind="stable")
    return order[counts[order] > 0]

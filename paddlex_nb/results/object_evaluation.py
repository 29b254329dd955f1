"""What an evaluation says of objects at other thresholds and overlaps, from what it has stored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.results.stored_evaluation import StoredEvaluation

if TYPE_CHECKING:
    from paddlex_nb.metrics.objects import MatchedObjects
    from paddlex_nb.results.error_table import ErrorTable
    from paddlex_nb.results.threshold import ThresholdFigures, Thresholds


@dataclass(frozen=True)
class Curve:
    """Precision over recall of one class, at an overlap (IoU) of 0.5 (tasks with objects).

    Attributes:
        name: The class.
        recall: Fractions from 0 to 1, rising.
        precision: Fractions from 0 to 1, one for each value of ``recall``.
    """

    name: str
    recall: list[float]
    precision: list[float]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ObjectEvaluation(StoredEvaluation):
    """An evaluation whose objects can be counted anew (detection and instance segmentation)."""

    def at(self, threshold: float, iou: float = 0.5) -> ThresholdFigures:
        """What is found with another threshold: matrix, precision, recall, F1 and counts.

        It is worked out from the stored predictions: nothing is predicted again (detection and
        instance segmentation).

        Args:
            threshold: Least score of a prediction that counts, 0 to 1.
            iou: Least overlap of a prediction with the object that it is taken for, 0.1 to 1; of
                masks in instance segmentation.

        Raises:
            UserError: A number is out of its limits, the task has no objects, or the stored
                predictions are gone or of an earlier version.
        """
        from paddlex_nb.evaluation.threshold import checked_iou
        from paddlex_nb.metrics.at_threshold import AtThreshold
        from paddlex_nb.params.catalogue import param
        from paddlex_nb.results.threshold import ThresholdFigures

        param("score_threshold").check(threshold)
        at = AtThreshold(self._objects, threshold, checked_iou(iou))
        return ThresholdFigures.of(at, self.classes)

    def thresholds(self, iou: float = 0.5) -> Thresholds:
        """Precision, recall and F1 at every threshold, and the best one with its 95 % interval.

        Args:
            iou: As in `at`.

        Raises:
            UserError: As in `at`.
        """
        from paddlex_nb.evaluation.threshold import checked_iou
        from paddlex_nb.results.threshold import Thresholds

        return Thresholds.of(self._objects, self.classes, checked_iou(iou))

    @property
    def errors(self) -> ErrorTable:
        """What kinds of errors there are and how much AP each costs at an IoU of 0.5 (TIDE).

        As AP is, they are of predictions of all scores; `at` counts from a threshold on.

        Raises:
            UserError: As in `at`.
        """
        return self.errors_at()

    def errors_at(self, iou: float = 0.5) -> ErrorTable:
        """What kinds of errors there are at another overlap; see `errors`.

        Args:
            iou: As in `at`.

        Raises:
            UserError: As in `at`.
        """
        from paddlex_nb.evaluation.threshold import checked_iou
        from paddlex_nb.results.error_table import ErrorTable

        return ErrorTable.of(self._objects, checked_iou(iou))

    def precision_over_recall(self, iou: float = 0.5) -> list[Curve]:
        """Precision over recall of each class at another overlap; see `curves`.

        Args:
            iou: As in `at`.

        Raises:
            UserError: As in `at`.
        """
        from paddlex_nb.evaluation.threshold import checked_iou
        from paddlex_nb.metrics.lost_precision import RECALLS, precision_over_recall

        rows = precision_over_recall(self._objects, checked_iou(iou))
        return [
            Curve(name, RECALLS.tolist(), row.tolist())
            if not np.isnan(row).any()
            else Curve(name, [], [])
            for name, row in zip(self.classes, rows, strict=True)
        ]

    @cached_property
    def _objects(self) -> MatchedObjects:
        """The stored predictions and true objects."""
        from paddlex_nb.evaluation.evaluated import evaluation_files
        from paddlex_nb.evaluation.stored_objects import stored_objects

        if self.threshold is None:
            raise UserError("evaluation.no_threshold", run=self.run or "–")
        if self.folder is None or self.checkpoint is None:
            raise self._gone()
        files = evaluation_files(self.folder, self.data)
        return stored_objects(files.predictions, len(self.classes))

"""What is found at a threshold: confusion matrix, precision, recall, F1, counts, and the images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.classification import per_class_figures
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.pairs import NOBODY


@dataclass(frozen=True, eq=False)
class AtThreshold:
    """The objects of an evaluation as they are counted at a threshold and an IoU.

    Attributes:
        objects: The predictions and true objects.
        threshold: Least score of a prediction that counts, from 0 to 1.
        iou: Least overlap of a prediction with the object that it is taken for, from 0.1 to 1.
    """

    objects: MatchedObjects
    threshold: float
    iou: float

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """What the matrix counts: image, true and predicted class, of shape (pairs, 3).

        The number of classes stands for the background.
        """
        of, background = self.objects, self.objects.classes
        counted = np.flatnonzero(of.score >= self.threshold)
        partner = of.partner(self.iou)[counted]
        true = np.append(of.true_class, background)[partner]
        missed = of.missed(self.threshold, self.iou)
        found = np.stack([of.image[counted], true, of.class_id[counted]], axis=1)
        rest = np.stack(
            [of.true_image[missed], of.true_class[missed], np.full(len(missed), background)], axis=1
        )
        return np.concatenate([found, rest])

    @cached_property
    def matrix(self) -> NDArray[np.int64]:
        """Counts of shape (classes + 1, classes + 1): rows are the truth, the last background."""
        side = self.objects.classes + 1
        cells = np.bincount(self.pairs[:, 1] * side + self.pairs[:, 2], minlength=side * side)
        return cells.reshape(side, side)

    def in_cell(self, truth: int, predicted: int) -> NDArray[np.int64]:
        """How many objects of each image are in a cell of the matrix, of shape (images,)."""
        inside = (self.pairs[:, 1] == truth) & (self.pairs[:, 2] == predicted)
        return np.bincount(self.pairs[inside, 0], minlength=self.objects.images)

    @property
    def per_class(self) -> list[dict[str, float | int | None]]:
        """Precision, recall, F1 and number of objects of each class; None where undefined."""
        return per_class_figures(self.matrix)[:-1]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of what.

        ``objects`` and ``predictions``; of these ``right``, ``swapped`` (taken for another class),
        ``missed`` and ``made_up``.
        """
        matrix, last = self.matrix, self.objects.classes
        right, inner = int(np.trace(matrix[:last, :last])), int(matrix[:last, :last].sum())
        return {
            "objects": int(matrix[:last].sum()),
            "predictions": int(matrix[:, :last].sum()),
            "right": right,
            "swapped": inner - right,
            "missed": int(matrix[:last, last].sum()),
            "made_up": int(matrix[last, :last].sum()),
        }

    @property
    def metrics(self) -> dict[str, float | None]:
        """Precision, recall and F1 of all classes together; None where undefined."""
        counts = self.counts
        hits, true, predicted = counts["right"], counts["objects"], counts["predictions"]
        occurs = true + predicted > 0
        return {
            "precision": hits / predicted if predicted else (0.0 if occurs else None),
            "recall": hits / true if true else None,
            "f1": 2 * hits / (true + predicted) if occurs else None,
        }


def hits(objects: MatchedObjects, iou: float) -> NDArray[np.bool_]:
    """Whether each prediction is taken for an object of its class, if it counts at all."""
    partner = objects.partner(iou)
    same = np.append(objects.true_class, NOBODY)[partner] == objects.class_id
    return np.asarray(same, np.bool_)

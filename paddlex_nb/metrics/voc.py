"""Average precision as PASCAL VOC counts it since 2010.

Everingham et al., "The PASCAL Visual Object Classes Challenge: A Retrospective" (2015), 3.2: each
prediction, best first, belongs to the true object of its class that it overlaps most; if that
object has one already, it is a false alarm. The precision is the area under the whole curve, made
to fall. Objects that the data set calls difficult, and groups, count neither way, as in
PaddleDetection unless one sets ``evaluate_difficult``. COCO's figures know no difficult objects.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics.pairs import Pairs, most_overlapping


class Ranked:
    """Predictions and the objects of their classes that they overlap most, the best first.

    Args:
        truth: The true objects.
        predicted: The predicted ones.
        classes: Number of classes.
        pairs: Which of them overlap, groups as any object; nothing is found below the least of it.
        order: Places of the predictions, the likeliest first.
    """

    def __init__(
        self,
        truth: Objects,
        predicted: Objects,
        classes: int,
        pairs: Pairs,
        order: NDArray[np.int64],
    ) -> None:
        self._classes = classes
        self._beside = truth.crowd | truth.difficult
        self._wanted = np.bincount(truth.class_id[~self._beside], minlength=classes)
        same = predicted.class_id[pairs.predicted] == truth.class_id[pairs.true]
        overlap, nearest = most_overlapping(pairs.where(same), len(predicted))
        short = np.min_scalar_type(classes)  # which sorts in a tenth of the time
        by_class = np.argsort(predicted.class_id[order].astype(short), kind="stable")
        places = order[by_class]
        self._class_id = predicted.class_id[places]
        self._nearest, self._overlap = nearest[places], overlap[places]

    def average_precision(self, overlap: float) -> list[float | None]:
        """Of each class the average precision from 0 to 1; None if it does not occur.

        Args:
            overlap: Least IoU of boxes, from 0 to 1.
        """
        found = self._overlap >= overlap
        beside = found & np.append(self._beside, False)[self._nearest]
        # the first that finds an object is right; who comes later is a false alarm
        right = np.zeros(len(found), np.bool_)
        finds = np.flatnonzero(found & ~beside)
        _, first = np.unique(self._nearest[finds], return_index=True)
        right[finds[first]] = True
        right, class_id = right[~beside], self._class_id[~beside]
        ends = np.searchsorted(class_id, np.arange(self._classes + 1))
        return [
            _area(right[ends[number] : ends[number + 1]], int(wanted)) if wanted else None
            for number, wanted in enumerate(self._wanted)
        ]


def _area(right: NDArray[np.bool_], wanted: int) -> float:
    hits = np.cumsum(right)
    recall = np.concatenate([[0.0], hits / wanted])
    precision = hits / np.arange(1, len(right) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall) * falling).sum())

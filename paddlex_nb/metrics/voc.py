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

from paddlex_nb.data.store.coco_masks import overlaps
from paddlex_nb.data.store.image_objects import Objects


def voc_average_precision(
    truth: Objects, predicted: Objects, classes: int, overlap: float
) -> list[float | None]:
    """Of each class the average precision from 0 to 1; None if it does not occur.

    Args:
        truth: The true objects.
        predicted: The predicted ones.
        classes: Number of classes.
        overlap: Least IoU of boxes, from 0 to 1.
    """
    return [_of_class(truth, predicted, number, overlap) for number in range(classes)]


def _of_class(truth: Objects, predicted: Objects, number: int, overlap: float) -> float | None:
    true = np.flatnonzero(truth.class_id == number)
    beside = truth.crowd[true] | truth.difficult[true]
    wanted = int((~beside).sum())
    if not wanted:
        return None
    mine = np.flatnonzero(predicted.class_id == number)
    mine = mine[np.argsort(-predicted.score[mine], kind="stable")]
    true_boxes, boxes = truth.xywh[true], predicted.xywh[mine]
    counts = np.zeros(len(mine), np.int8)  # 1 right, 0 false alarm, -1 neither
    where = _places(truth.image[true])
    taken = np.zeros(len(true), np.bool_)
    for image, places in _places(predicted.image[mine]).items():
        here = where.get(image)
        if here is None:
            continue
        shared = overlaps(boxes[places], true_boxes[here])
        best = shared.argmax(axis=1)
        for row, place in enumerate(places):
            at = here[best[row]]
            if shared[row, best[row]] < overlap:
                continue
            if beside[at]:
                counts[place] = -1
            elif not taken[at]:
                counts[place], taken[at] = 1, True
    return _area(counts[counts >= 0] == 1, wanted)


def _places(images: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """The places of each image, rising."""
    order = np.argsort(images, kind="stable")
    numbers, starts = np.unique(images[order], return_index=True)
    # of no images `split` makes one part
    return dict(zip(numbers.tolist(), np.split(order, starts[1:]), strict=False))


def _area(right: NDArray[np.bool_], wanted: int) -> float:
    hits = np.cumsum(right)
    recall = np.concatenate([[0.0], hits / wanted])
    precision = hits / np.arange(1, len(right) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall) * falling).sum())

"""Which true object a predicted one is taken for, image by image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import RLE, Regions, filled, overlaps

OVERLAP = 0.5
"""Least overlap (IoU) of a match, as in the confusion matrix."""


def match_objects(
    truth: tuple[NDArray[np.int64], Regions],
    found: tuple[NDArray[np.int64], Regions],
    classes: int,
) -> list[tuple[int, int]]:
    """Pairs of true and predicted class, as the confusion matrix of the evaluation counts them.

    The likeliest prediction chooses first: the true object that it overlaps most, of any class.
    What finds no partner is paired with the background, whose number is ``classes``.

    Args:
        truth: Class numbers and regions of the true objects.
        found: The same of the predicted ones, the likeliest first.
        classes: Number of classes.
    """
    (true_ids, true_regions), (found_ids, found_regions) = truth, found
    pairs: list[tuple[int, int]] = []
    free = np.ones(len(true_ids), np.bool_)
    shared = overlaps(found_regions, true_regions)
    for number, class_id in enumerate(found_ids):
        row = np.where(free, shared[number], 0.0) if len(true_ids) else np.zeros(0)
        best = int(row.argmax()) if len(row) else -1
        if best >= 0 and row[best] >= OVERLAP:
            free[best] = False
            pairs.append((int(true_ids[best]), int(class_id)))
        else:
            pairs.append((classes, int(class_id)))
    return pairs + [(int(class_id), classes) for class_id in true_ids[free]]


def codes(outlines: Sequence[Sequence[Sequence[float]]], size: Sequence[int]) -> list[RLE]:
    """Run-length codes of objects given by outlines (each x0, y0, x1, ... in pixels).

    Args:
        outlines: Those of each object.
        size: Width and height of the image in pixels.
    """
    width, height = (int(side) for side in size)
    return [filled(one, height, width) for one in outlines]

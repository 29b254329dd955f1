"""Which true object a predicted one is taken for, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import RLE, Regions, filled, overlaps
from paddlex_nb.metrics.overlap import MATCH_IOU
from paddlex_nb.metrics.pairs import NOBODY, Pairs, best_first, ranks, taken_for


@dataclass(frozen=True)
class Match:
    """Which true object each prediction of one image is taken for.

    Attributes:
        counted: Whether each prediction has the least score, of shape (predictions,).
        partner: Place of its true object, or `NOBODY`; of shape (predictions,).
        missed: Places of the true objects that no prediction is taken for, groups left out; of
            shape (missed,).
    """

    counted: NDArray[np.bool_]
    partner: NDArray[np.int64]
    missed: NDArray[np.int64]

    def pairs(
        self, truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: int
    ) -> NDArray[np.int64]:
        """The (true, predicted) class pairs that the image adds to the confusion matrix.

        Args:
            truth: Class numbers of the true objects.
            predicted: Class numbers of the predictions.
            classes: Number of classes, which is also the number of the background.

        Returns:
            True and predicted class, of shape (pairs, 2).
        """
        true_ids = np.append(truth, classes)[self.partner][self.counted]
        missed = truth[self.missed]
        background = np.full(len(missed), classes)
        return np.stack(
            [np.append(true_ids, missed), np.append(predicted[self.counted], background)], axis=1
        )


def match(
    truth: Regions,
    predicted: Regions,
    crowd: NDArray[np.bool_],
    scores: NDArray[np.floating[Any]],
    threshold: float,
) -> Match:
    """Match predictions with true objects, as COCO's confusion matrix does.

    The likeliest prediction chooses first: the true object that it overlaps most, of any class.

    Args:
        truth: Boxes or masks of the true objects.
        predicted: The same of the predictions.
        crowd: Which true objects are groups, with which nothing is matched.
        scores: Those of the predictions.
        threshold: Least score of a prediction that counts.
    """
    counted = np.asarray(scores >= threshold, np.bool_)
    free = np.flatnonzero(~crowd)
    shared = overlaps(predicted, _some(truth, free))
    shared[~counted] = 0
    rows, columns = np.nonzero(shared >= MATCH_IOU)
    pairs = Pairs(rows, columns, shared[rows, columns])
    taken = taken_for(pairs, ranks(best_first(np.asarray(scores, np.float64))), len(free))
    partner = np.append(free, NOBODY)[taken]
    return Match(counted, partner, np.setdiff1d(free, partner))


def _some(regions: Regions, places: NDArray[np.int64]) -> Regions:
    return regions[places] if isinstance(regions, np.ndarray) else [regions[i] for i in places]


def codes(outlines: Sequence[Sequence[Sequence[float]]], size: Sequence[int]) -> list[RLE]:
    """Run-length codes of objects given by outlines (each x0, y0, x1, ... in pixels).

    Args:
        outlines: Those of each object.
        size: Width and height of the image in pixels.
    """
    width, height = (int(side) for side in size)
    return [filled(one, height, width) for one in outlines]

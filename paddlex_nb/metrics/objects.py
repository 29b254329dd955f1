"""The predictions and true objects of an evaluation, matched at any IoU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import Regions
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics.pairs import LEAST, NOBODY, Pairs, best_first, pairs_of, ranks, taken_for

MOST = 100
"""Predictions of a class in an image that count for precision over recall, as COCO has it."""


@dataclass(frozen=True, eq=False)
class MatchedObjects:
    """Predictions, true objects and which of them overlap; places are numbered over all images.

    Attributes:
        classes: Number of classes, which is also the number of the background.
        images: Number of images.
        image: Image of each prediction, int64 of shape (predictions,).
        class_id: Class of each prediction, likewise.
        score: Score of each prediction from 0 to 1, float64 of shape (predictions,).
        true_image: Image of each true object, int64 of shape (objects,).
        true_class: Class of each true object, likewise.
        number: Which each is in its image, as corrections call it, likewise.
        crowd: Whether each is a group, with which nothing is matched; bool of shape (objects,).
        pairs: Predictions and objects that overlap by `LEAST` or more.
    """

    classes: int
    images: int
    image: NDArray[np.int64]
    class_id: NDArray[np.int64]
    score: NDArray[np.float64]
    true_image: NDArray[np.int64]
    true_class: NDArray[np.int64]
    number: NDArray[np.int64]
    crowd: NDArray[np.bool_]
    pairs: Pairs

    @classmethod
    def of(
        cls,
        truth: Objects,
        predicted: Objects,
        images: int,
        classes: int,
        regions: Callable[[Objects], Regions],
    ) -> MatchedObjects:
        """Those of images.

        Args:
            truth: The true objects of all images.
            predicted: The predictions in all images.
            images: Number of images.
            classes: Number of classes.
            regions: Boxes or masks of some objects, whichever are to be compared.
        """
        return cls(
            classes=classes,
            images=images,
            image=predicted.image,
            class_id=predicted.class_id,
            score=predicted.score,
            true_image=truth.image,
            true_class=truth.class_id,
            number=truth.number,
            crowd=truth.crowd,
            pairs=pairs_of(truth, predicted, images, regions),
        )

    @cached_property
    def best_first(self) -> NDArray[np.int64]:
        """Places of the predictions in the order of their scores; of equals the first is first."""
        return best_first(self.score)

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """Place of each prediction among all, the likeliest first."""
        return ranks(self.best_first)

    @cached_property
    def _partners(self) -> dict[float, NDArray[np.int64]]:
        return {}

    def partner(self, iou: float) -> NDArray[np.int64]:
        """The object that each prediction is taken for, whatever the classes; or `NOBODY`.

        As the likeliest chooses first, it is the same at each threshold that a prediction reaches.

        Args:
            iou: Least overlap, from `LEAST` to 1.
        """
        known = self._partners
        if iou not in known:
            fits = (self.pairs.iou >= max(iou, LEAST)) & ~self.crowd[self.pairs.true]
            if len(known) > 8:  # a slider passes many
                known.clear()
            known[iou] = taken_for(self.pairs.where(fits), self.rank, len(self.true_class))
        return known[iou]

    def best_score(self, iou: float) -> NDArray[np.float64]:
        """Score of the prediction that is taken for each object; -inf if none is."""
        partner = self.partner(iou)
        has = np.flatnonzero(partner != NOBODY)
        scores = np.full(len(self.true_class), -np.inf)
        scores[partner[has]] = self.score[has]
        return scores

    def missed(self, threshold: float, iou: float) -> NDArray[np.int64]:
        """Places of the objects that no prediction of at least the threshold is taken for."""
        return np.flatnonzero(~self.crowd & ~(self.best_score(iou) >= threshold))

    @cached_property
    def among_best(self) -> NDArray[np.bool_]:
        """Whether each prediction is among the `MOST` likeliest of its class in its image."""
        group = self.image * self.classes + self.class_id
        order = self.best_first[np.argsort(group[self.best_first], kind="stable")]
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        within = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
        inside = np.empty(len(order), np.bool_)
        inside[order] = within < MOST
        return inside

    def partner_in_class(self, iou: float) -> NDArray[np.int64]:
        """The object of its own class that each prediction is taken for, as COCO's figures have it.

        A prediction without one that lies in a group of its class has the group's place.
        """
        pairs = self.pairs
        same = self.class_id[pairs.predicted] == self.true_class[pairs.true]
        fits = same & (pairs.iou >= max(iou, LEAST)) & self.among_best[pairs.predicted]
        crowd = self.crowd[pairs.true]
        partner = taken_for(pairs.where(fits & ~crowd), self.rank, len(self.true_class))
        groups = pairs.where(fits & crowd)
        alone = partner[groups.predicted] == NOBODY
        partner[groups.predicted[alone]] = groups.true[alone]
        return partner

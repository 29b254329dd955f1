"""Which predictions overlap which true objects, over all images, and who is taken for whom.

Of most predictions and objects nothing needs to be known of each other: only the pairs that
overlap are kept, as three columns. Everything that is matched later, at whatever threshold, is
found in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import Regions, overlaps
from paddlex_nb.data.store.image_objects import Objects

LEAST = 0.1
"""Overlap (IoU) below which a prediction has nothing to do with an object, as TIDE has it."""

NOBODY = -1
"""Stands in place of a true object for a prediction that is taken for none."""


@dataclass(frozen=True)
class Pairs:
    """Predictions and true objects of the same image that overlap; n is their number.

    They are in the order of the predictions, those of one in the order of the objects.

    Attributes:
        predicted: Places of the predictions, numbered over all images; int64 of shape (n,).
        true: Places of the objects, likewise.
        iou: How much they overlap, from 0 to 1; with a group, how much of the prediction lies in
            it. Float64 of shape (n,).
    """

    predicted: NDArray[np.int64]
    true: NDArray[np.int64]
    iou: NDArray[np.float64]

    def where(self, kept: NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.predicted[kept], self.true[kept], self.iou[kept])


def pairs_of(
    truth: Objects,
    predicted: Objects,
    images: int,
    regions: Callable[[Objects], Regions],
    *,
    groups: bool = True,
) -> Pairs:
    """The pairs of at least `LEAST` overlap.

    Args:
        truth: The true objects of all images.
        predicted: The predictions in all images.
        images: Number of images.
        regions: Boxes or masks of some objects.
        groups: Whether groups overlap by the share of the prediction that lies in them, as COCO
            has it; else as any object.
    """
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    true, guess = regions(truth), regions(predicted)
    starts = [np.searchsorted(of.image, np.arange(images + 1)) for of in (predicted, truth)]
    for low, high, left, right in zip(*(s[i:] for s in starts for i in (0, 1)), strict=False):
        if low < high and left < right:
            crowd = truth.crowd[left:right] if groups else None
            shared = overlaps(guess[low:high], true[left:right], crowd)
            rows, columns = np.nonzero(shared >= LEAST)
            parts.append((rows + low, columns + left, shared[rows, columns]))
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Pairs(nothing, nothing, np.zeros(0))
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def most_overlapping(
    pairs: Pairs, predictions: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The largest overlap of each prediction, 0 if none, and the first object that has it.

    Args:
        pairs: Those that count.
        predictions: Number of predictions.

    Returns:
        Both of shape (predictions,); `NOBODY` in place of no object.
    """
    overlap, place = np.zeros(predictions), np.full(predictions, NOBODY)
    starts = np.flatnonzero(np.diff(pairs.predicted, prepend=-1))
    if len(starts):
        largest = np.maximum.reduceat(pairs.iou, starts)
        overlap[pairs.predicted[starts]] = largest
        reached = np.flatnonzero(pairs.iou == overlap[pairs.predicted])
        first = reached[np.diff(pairs.predicted[reached], prepend=-1) > 0]
        place[pairs.predicted[first]] = pairs.true[first]
    return overlap, place


def best_first(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Predictions in the order of their scores; of equals the first is first."""
    return np.argsort(-scores, kind="stable")


def ranks(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each prediction in an order, as `best_first` gives it."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def taken_for(pairs: Pairs, rank: NDArray[np.int64], objects: int) -> NDArray[np.int64]:
    """The object that each prediction is taken for if the likeliest chooses first.

    Each takes the object that it overlaps most (of equals the last, as COCO's evaluator has it)
    of those that no likelier prediction has taken. All choose at once here; who finds a likelier
    one in place goes on to its next best, until nobody has to (Gale and Shapley, "College
    Admissions and the Stability of Marriage", 1962: as all objects prefer the likeliest, what
    comes of it is the same).

    Args:
        pairs: Those that may be matched.
        rank: Place of each prediction among all, from `ranks`.
        objects: Number of true objects.

    Returns:
        Places of objects, or `NOBODY`; of shape (predictions,).
    """
    partner = np.full(len(rank), NOBODY)
    if not len(pairs.predicted):
        return partner
    order = np.lexsort((-pairs.true, -pairs.iou, pairs.predicted))
    chooser, wanted = pairs.predicted[order], pairs.true[order]
    first = np.flatnonzero(np.diff(chooser, prepend=-1))
    last = np.append(first[1:], len(chooser)) - 1
    nobody = len(rank)
    # of each object the rank of who has it; where in their lists the choosers are
    held = np.full(objects, nobody)
    by_rank = np.full(nobody + 1, -1)
    by_rank[rank[chooser[first]]] = np.arange(len(first))
    at, asking = first.copy(), np.arange(len(first))
    while len(asking):
        asked, mine = wanted[at[asking]], rank[chooser[first[asking]]]
        before = held[asked]
        np.minimum.at(held, asked, mine)
        now = held[asked]
        left = np.unique(before[(before != now) & (before < nobody)])
        again = np.concatenate([asking[mine != now], by_rank[left]])
        asking = again[at[again] < last[again]]
        at[again] += 1
    has = np.flatnonzero(held < nobody)
    chooser_of = np.empty(nobody, np.int64)
    chooser_of[rank] = np.arange(nobody)
    partner[chooser_of[held[has]]] = has
    return partner

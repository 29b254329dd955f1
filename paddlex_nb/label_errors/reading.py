"""What the predictions for one image say of its labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.coco_masks import Regions, overlaps
from paddlex_nb.label_errors.suggestion import Kind
from paddlex_nb.metrics.overlap import MATCH_IOU

NEAR = 0.1
"""Least overlap (IoU) of a prediction with a label that it may mean if that is in the wrong place;
one that it meets overlaps by `MATCH_IOU`. A prediction that overlaps labels less lies alone."""

WORTH = 0.25
"""Predictions that are right less often tell nothing about labels."""


@dataclass(frozen=True)
class Compared:
    """Labels and predictions of one image; too large to be held of all images.

    Attributes:
        truth: Classes of the labels, of shape (labels,).
        crowd: Whether each label is a group, of shape (labels,).
        predicted: Classes of the predictions, of shape (predictions,).
        score: Their scores, from 0 to 1.
        overlap: IoU of each prediction with each label, of shape (predictions, labels).
        regions: Reads the boxes or masks of the predictions; how they overlap is asked of few.
    """

    truth: NDArray[np.int64]
    crowd: NDArray[np.bool_]
    predicted: NDArray[np.int64]
    score: NDArray[np.float64]
    overlap: NDArray[np.float64]
    regions: Callable[[], Regions]


@dataclass(frozen=True)
class Suspect:
    """A label of an image that is likely wrong, or one that is likely missing.

    Attributes:
        image: Number of the image.
        kind: What is thought to be wrong.
        score: How likely, from 0 to 1.
        label: Place of the label in its image; None if it is missing.
        prediction: Place of the prediction that tells so; None if none does.
    """

    image: int
    kind: Kind
    score: float
    label: int | None
    prediction: int | None


class Reading:
    """What the predictions for one image say of its labels; of overlaps only what is needed.

    Attributes:
        truth: Classes of the labels, of shape (labels,).
        crowd: Whether each label is a group, of shape (labels,).
        predicted: Classes of the predictions, of shape (predictions,).
        score: Their scores, from 0 to 1.
        met: The label of its class that each prediction meets, the surest first; -1 if none.
        on: The surest prediction that lies on each label, of any class; -1 if none.
        about: The surest prediction of its class about each label, which meets no other; likewise.
        worth: How often predictions like each one meet a label of their class, from 0 to 1.
        classed: How often the one ``on`` each label has the label's class.
        placed: How often the one ``about`` each label lies on it.
    """

    def __init__(self, one: Compared) -> None:
        self.truth, self.crowd = one.truth, one.crowd
        self.predicted, self.score = one.predicted, one.score
        self.met = _met(one)
        same = one.predicted[:, None] == one.truth[None, :]
        labels = np.arange(len(one.truth))[None, :]
        free = (self.met[:, None] < 0) | (self.met[:, None] == labels)
        # what is another label's says nothing of this one
        self.on = _surest(one, (one.overlap >= MATCH_IOU) & free)
        self.about = _surest(one, (one.overlap >= NEAR) & same & free)
        self.worth = np.zeros(len(one.predicted))
        self.classed = np.zeros(len(one.truth))
        self.placed = np.zeros(len(one.truth))
        near = one.overlap >= NEAR
        self._near = [np.flatnonzero(near[:, label]) for label in range(len(one.truth))]
        self._in_group = near[:, one.crowd].sum(axis=1) > 0
        closest = one.overlap.max(axis=1, initial=0.0)
        # objects that touch have boxes that overlap a little, which explains nothing
        self._alone = np.where(closest < NEAR, 1.0, 1 - closest)
        self._regions = one.regions

    def suspects(self, number: int, found: NDArray[np.float64]) -> Iterator[Suspect]:
        """The suspects of the image.

        Args:
            number: Number of the image.
            found: How often objects of each class are found, of shape (classes,).
        """
        told = np.zeros(len(self.predicted), np.bool_)
        belief = np.zeros(len(self.truth))  # that each label is right as it is
        belief[self.met[self.met >= 0]] = self.worth[self.met >= 0]
        for label in np.flatnonzero(~self.crowd & (belief < WORTH)).tolist():
            kind, doubt, prediction = self._of_label(label, found)
            if prediction is not None:
                told[prediction] = True
            yield Suspect(number, kind, doubt * float(1 - belief[label]), label, prediction)
        regions: Regions | None = None
        for place in np.argsort(-self.worth, kind="stable").tolist():
            if self.worth[place] < WORTH:
                break
            if self.met[place] >= 0 or told[place] or self._in_group[place]:
                continue
            regions = self._regions() if regions is None else regions
            if self._explained(place, told, regions):
                continue
            told[place] = True
            score = float(self.worth[place] * self._alone[place])
            yield Suspect(number, "missed", score, None, place)

    def _of_label(self, label: int, found: NDArray[np.float64]) -> tuple[Kind, float, int | None]:
        """What is likeliest wrong with a label that no prediction worth believing meets."""
        seen = float(self.worth[self._near[label]].max(initial=0.0))
        choices: list[tuple[Kind, float, int | None]] = [
            ("superfluous", float(found[self.truth[label]]) * (1 - seen), None)
        ]
        if (about := int(self.about[label])) >= 0 and self.met[about] < 0:
            choices.append(("misplaced", float(self.placed[label]), about))
        if (on := int(self.on[label])) >= 0 and self.met[on] < 0:
            choices.append(("swapped", float(self.classed[label]), on))
        return max(choices, key=lambda choice: choice[1])

    def _explained(self, place: int, told: NDArray[np.bool_], regions: Regions) -> bool:
        """Whether a surer prediction of the object has told of it."""
        surer = (self.met >= 0) & (self.score >= self.score[place])
        one, others = (_at(regions, places) for places in ([place], np.flatnonzero(surer | told)))
        return bool((overlaps(one, others) >= MATCH_IOU).any())


def _at(regions: Regions, places: Sequence[int] | NDArray[np.int64]) -> Regions:
    return regions[places] if isinstance(regions, np.ndarray) else [regions[at] for at in places]


def _met(one: Compared) -> NDArray[np.int64]:
    """The label of its class that each prediction meets, the surest first; -1 if none."""
    met = np.full(len(one.predicted), -1)
    fits = (one.overlap >= MATCH_IOU) & (one.predicted[:, None] == one.truth[None, :])
    free = ~one.crowd
    order = np.argsort(-one.score, kind="stable")
    for place in order[fits[order].any(axis=1)].tolist():
        shares = np.where(fits[place] & free, one.overlap[place], 0.0)
        if shares.max() > 0:
            met[place] = shares.argmax()
            free[met[place]] = False
    return met


def _surest(one: Compared, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The surest of the wanted predictions for each label, -1 if there is none.

    Args:
        one: The labels and predictions.
        wanted: Of shape (predictions, labels).
    """
    if not len(one.predicted):
        return np.full(len(one.truth), -1)
    scores = np.where(wanted, one.score[:, None], -1.0)
    return np.where(wanted.any(axis=0), scores.argmax(axis=0), -1)

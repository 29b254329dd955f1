"""What kind of error each false prediction and each missed object is, as TIDE defines it.

Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection Errors" (ECCV 2020), 2.2
and 2.3. hotcoco's ``tide_errors`` gives the same sums, but not which predictions and objects they
are, whose images are to be looked at; and of predictions that lie in groups it makes errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.overlap import MATCH_IOU
from paddlex_nb.metrics.pairs import LEAST, NOBODY, most_overlapping

KINDS = ("cls", "loc", "both", "dupe", "bkg", "miss")
"""Wrong class, badly placed, both of it, found twice, nothing there, not found at all."""

_NONE = -1
_CLS, _LOC, _BOTH, _DUPE, _BKG = range(5)


@dataclass(frozen=True, eq=False)
class ErrorKinds:
    """The errors of an evaluation by their kind.

    Attributes:
        objects: The predictions and true objects.
        kind: Place in `KINDS` of each prediction's error; -1 where it is none, or lies in a group;
            int64 of shape (predictions,).
        mended: The object that each prediction would be right about if its error, a wrong class or
            place, were mended, or `NOBODY`; of those for the same object the likeliest only.
            Int64 of shape (predictions,).
        right: Whether each prediction is right; bool of shape (predictions,).
        unfound: Whether each true object is found by none; bool of shape (objects,).
    """

    objects: MatchedObjects
    kind: NDArray[np.int64]
    mended: NDArray[np.int64]
    right: NDArray[np.bool_]
    unfound: NDArray[np.bool_]

    @property
    def missed(self) -> NDArray[np.bool_]:
        """Whether each object is found by none, even if errors were mended; shape (objects,)."""
        missed: NDArray[np.bool_] = self.unfound.copy()
        missed[self.mended[self.mended != NOBODY]] = False
        return missed

    @property
    def counts(self) -> dict[str, int]:
        """How many errors there are of each of `KINDS`."""
        return self.counts_at(0.0)

    def counts_at(self, threshold: float) -> dict[str, int]:
        """How many errors there are of each of `KINDS`.

        Args:
            threshold: Least score of the predictions among them. As with TIDE, ``miss`` is of
                objects that predictions of no score find; `AtThreshold.counts` has those missed at
                a threshold.
        """
        counted = (self.kind != _NONE) & (self.objects.score >= threshold)
        found = np.bincount(self.kind[counted], minlength=len(KINDS))
        return {**dict(zip(KINDS, found.tolist(), strict=True)), "miss": int(self.missed.sum())}

    def in_images(self, kind: str, threshold: float = 0.0) -> NDArray[np.int64]:
        """How many errors of a kind each image has, of shape (images,).

        Args:
            kind: One of `KINDS`.
            threshold: As in `counts_at`.
        """
        images = self._images_of(kind, threshold)
        return np.bincount(images, minlength=self.objects.images)

    def _images_of(self, kind: str, threshold: float) -> NDArray[np.int64]:
        """Image of each error of a kind."""
        of = self.objects
        if kind == "miss":
            return of.true_image[self.missed]
        mine: NDArray[np.bool_] = (self.kind == KINDS.index(kind)) & (of.score >= threshold)
        return of.image[mine]


def error_kinds(objects: MatchedObjects, iou: float = MATCH_IOU) -> ErrorKinds:
    """Tell the errors apart.

    Args:
        objects: The predictions and true objects.
        iou: Least overlap with which a prediction is right; `LEAST` is the one from which on it
            has to do with an object at all.
    """
    partner, among = objects.partner_in_class(iou), objects.among_best
    used = np.zeros(len(objects.true_class), np.bool_)
    used[partner[partner != NOBODY]] = True
    pairs = objects.pairs.where(~objects.crowd[objects.pairs.true])
    same = objects.class_id[pairs.predicted] == objects.true_class[pairs.true]
    own, own_object = most_overlapping(pairs.where(same), len(partner))
    other, other_object = most_overlapping(pairs.where(~same), len(partner))
    twice, _ = most_overlapping(pairs.where(same & used[pairs.true]), len(partner))
    wrong = among & (partner == NOBODY)
    kind = np.select(
        [
            ~wrong,
            (own >= LEAST) & (own < iou),
            other >= iou,
            twice >= iou,
            np.maximum(own, other) < LEAST,
        ],
        [_NONE, _LOC, _CLS, _DUPE, _BKG],
        _BOTH,
    )
    unfound = ~objects.crowd & ~used
    aim = np.select([kind == _LOC, kind == _CLS], [own_object, other_object], NOBODY)
    right = among & (partner != NOBODY) & ~np.append(objects.crowd, False)[partner]
    return ErrorKinds(objects, kind, _likeliest(aim, unfound, objects.rank), right, unfound)


def _likeliest(
    aim: NDArray[np.int64], unfound: NDArray[np.bool_], rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What each aims at, if that is an unfound object and no likelier one aims at it."""
    aiming = np.flatnonzero(np.append(unfound, False)[aim])
    aiming = aiming[np.argsort(rank[aiming])]
    _, first = np.unique(aim[aiming], return_index=True)
    mended = np.full(len(aim), NOBODY)
    mended[aiming[first]] = aim[aiming[first]]
    return mended

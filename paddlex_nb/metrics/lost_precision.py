"""Precision over recall at any IoU, and how much average precision each kind of error costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.metrics.error_kinds import KINDS, ErrorKinds
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.overlap import MATCH_IOU
from paddlex_nb.metrics.pairs import NOBODY

RECALLS: NDArray[np.float64] = np.linspace(0, 1, 101).round(2)
"""The recalls at which precision is told, as COCO has it."""


def precision_over_recall(objects: MatchedObjects, iou: float = MATCH_IOU) -> NDArray[np.float64]:
    """Precision of each class at `RECALLS`, as COCO's evaluator has it; (classes, 101).

    NaN of a class that does not occur. Its mean over recalls is the class's average precision.
    """
    partner = objects.partner_in_class(iou)
    group = np.append(objects.crowd, False)[partner]
    counted = objects.among_best & ~group
    return _precision(objects, counted, partner != NOBODY, objects.class_id, _true(objects))


def lost_precision(kinds: ErrorKinds) -> dict[str, float | None]:
    """How much mean average precision would be won without the errors of each kind.

    Each kind is mended alone, as TIDE has it: a wrong class or place is put right for the
    likeliest prediction of an object that nobody finds, all other errors are taken away, and a
    missed object is not asked for.

    Args:
        kinds: The errors at some IoU, which is that of the precision too.

    Returns:
        ``ap`` as it is, from 0 to 1; what is won without each of `KINDS`, without any false
        prediction (``fp``) and without any object that is not found (``fn``), likewise. None
        if there is no object to be found.
    """
    of, kind, true = kinds.objects, kinds.kind, _true(kinds.objects)
    if not true.any():
        return dict.fromkeys(("ap", *KINDS, "fp", "fn"))
    counted, right = kinds.right | (kind != NOBODY), kinds.right

    def mean(
        kept: NDArray[np.bool_],
        right: NDArray[np.bool_] = right,
        ids: NDArray[np.int64] = of.class_id,
        less: NDArray[np.bool_] | None = None,
    ) -> float:
        gone = 0 if less is None else np.bincount(of.true_class[less], minlength=of.classes)
        precision = _precision(of, kept, right, ids, true - gone)
        # of a class that nothing is left to ask of, there is nothing to be had
        return float(np.nan_to_num(precision[true > 0]).mean())

    def mended(name: str) -> float:
        mine = kind == KINDS.index(name)
        again = mine & (kinds.mended != NOBODY)
        ids = of.class_id.copy()
        ids[again] = of.true_class[kinds.mended[again]]
        return mean(counted & (~mine | again), right | again, ids)

    ap = mean(counted)
    found = {name: mended(name) for name in KINDS if name != "miss"}
    found |= {
        "miss": mean(counted, less=kinds.missed),
        "fp": mean(right),
        "fn": mean(counted, less=kinds.unfound),
    }
    return {"ap": ap, **{name: max(0.0, value - ap) for name, value in found.items()}}


def _true(objects: MatchedObjects) -> NDArray[np.int64]:
    """Objects to be found, of each class."""
    return np.bincount(objects.true_class[~objects.crowd], minlength=objects.classes)


def _precision(
    objects: MatchedObjects,
    kept: NDArray[np.bool_],
    right: NDArray[np.bool_],
    class_id: NDArray[np.int64],
    true: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Precision at `RECALLS` of some predictions that count as of some classes; (classes, 101)."""
    best_first = objects.best_first[kept[objects.best_first]]
    ids = class_id[best_first]
    short = np.min_scalar_type(objects.classes)  # which sorts in a tenth of the time
    by_class = np.argsort(ids.astype(short), kind="stable")
    ids, right = ids[by_class], right[best_first[by_class]]
    ends = np.searchsorted(ids, np.arange(objects.classes + 1))
    found = np.full((objects.classes, len(RECALLS)), np.nan)
    for number in np.flatnonzero(true > 0):
        mine = right[ends[number] : ends[number + 1]]
        found[number] = _interpolated(mine, int(true[number]))
    return found


def _interpolated(right: NDArray[np.bool_], true: int) -> NDArray[np.float64]:
    """Precision at `RECALLS` of a ranked list; it never rises."""
    found = np.cumsum(right)
    precision = found / np.arange(1, len(right) + 1)
    falling = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    return falling[np.searchsorted(found / true, np.linspace(0, 1, 101), side="left")]

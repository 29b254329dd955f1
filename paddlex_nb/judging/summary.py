"""The verdict's first sentences: what a model gets right, and where it is weakest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.judging.evidence import Evidence

_WEAKER = 0.1
"""So much below the average a class must be to be named."""

_LEAST = 3
"""Errors of a class below which it is not named: they may be chance."""

_NEVER = 0.01
"""IoU below which a class is as good as never found."""

_SMALL = 0.75
"""Share of the missed objects that the size is said to be below of."""


def summary(evidence: Evidence) -> Iterator[Message]:
    """What a model gets right, and the class that it gets wrong most, a sentence each."""
    if evidence.task is Task.SEGMENTATION:
        yield from _pixels(evidence)
    elif evidence.task is Task.CLASSIFICATION:
        yield from _images(evidence)
    else:
        yield from _objects(evidence)


def _objects(evidence: Evidence) -> Iterator[Message]:
    matrix, classes = evidence.matrix, len(evidence.classes)
    hits, count = matrix.diagonal()[:classes], matrix.sum(axis=1)[:classes]
    predicted = int(matrix[:, :classes].sum())
    if not count.sum():
        return
    right = int(hits.sum())
    if not predicted:
        said = {"count": int(count.sum()), "threshold": f"{evidence.result['threshold']:.2f}"}
        yield Message("judging.no_objects", said)
        return
    values = {"count": int(count.sum()), "right": right, "predicted": predicted}
    yield Message("judging.objects", {**values, "wrong": predicted - right})
    recall = hits / np.maximum(1, count)
    missed = matrix[:classes, classes]
    weak = _weakest(recall, float(hits.sum() / count.sum()), missed)
    if weak is None:
        return
    said = {"name": evidence.classes[weak], "missed": int(missed[weak]), "count": int(count[weak])}
    side = _size_of_most(evidence, weak)
    if side is None:
        yield Message("judging.weakest_objects", said)
    else:
        yield Message("judging.weakest_small_objects", {**said, "side": side})


def _size_of_most(evidence: Evidence, class_id: int) -> int | None:
    """The size in pixels below which most missed objects of a class are, if the found are not."""
    missed = evidence.missed
    if missed is None:
        return None
    sides = missed.side[(missed.class_id == class_id) & np.isfinite(missed.side)]
    if len(sides) < _LEAST:
        return None
    side = float(np.quantile(sides, _SMALL))
    others = evidence.sides_of(class_id)
    # a size that is most objects' own explains nothing
    return int(np.ceil(side)) if others.size and (others <= side).mean() < 0.6 else None


def _images(evidence: Evidence) -> Iterator[Message]:
    matrix = evidence.matrix
    hits, count = matrix.diagonal(), matrix.sum(axis=1)
    if not count.sum():
        return
    yield Message("judging.images", {"right": int(hits.sum()), "count": int(count.sum())})
    recall = hits / np.maximum(1, count)
    weak = _weakest(recall, float(hits.sum() / count.sum()), count - hits)
    if weak is None:
        return
    wrong = matrix[weak].copy()
    wrong[weak] = -1
    other = evidence.classes[int(wrong.argmax())]
    said = {"name": evidence.classes[weak], "right": int(hits[weak]), "count": int(count[weak])}
    yield Message("judging.weakest_images", {**said, "other": other})


def _pixels(evidence: Evidence) -> Iterator[Message]:
    matrix = evidence.matrix
    if not matrix.sum():
        return
    share = f"{matrix.trace() / matrix.sum():.0%}"
    yield Message("judging.pixels", {"share": share})
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - matrix.diagonal()
    present = matrix.sum(axis=1) > 0
    overlap = np.where(present, matrix.diagonal() / np.maximum(1, union), np.nan)
    if present.sum() < 2:
        return
    never = [name for name, iou in zip(evidence.classes, overlap, strict=True) if iou < _NEVER]
    if len(never) > 1:
        values = {"classes": never, "count": len(never), "of": int(present.sum())}
        yield Message("judging.never_pixels", values)
        return
    weak = int(np.nanargmin(overlap))
    if overlap[weak] < np.nanmean(overlap) - _WEAKER:
        values = {"name": evidence.classes[weak], "iou": f"{overlap[weak]:.2f}"}
        yield Message("judging.weakest_pixels", values)


def _weakest(
    recall: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    average: float,
    errors: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> int | None:
    """The class with the lowest recall, if clearly below the average; of equals by errors."""
    below = np.flatnonzero((recall < average - _WEAKER) & (errors >= _LEAST))
    return int(below[np.lexsort((-errors[below], recall[below]))[0]]) if len(below) else None

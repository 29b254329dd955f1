"""Which images two evaluations have in common, with the same labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import Message
from paddlex_nb.results.evaluated import Evaluated


@dataclass(frozen=True)
class SameImages:
    """The images that two evaluations have in common.

    Attributes:
        rows: Rows in both of those whose labels are the same, of shape (n, 2).
        notes: What is to be said of those whose labels are not; empty without any.
    """

    rows: NDArray[np.int64]
    notes: list[Message]


def same_images(first: Evaluated, second: Evaluated) -> SameImages:
    """The images that both have, paired.

    Only classes that both know are looked at. Where an early version has stored one of them, only
    the counts of labels by class are compared: a box that was moved is not noticed.
    """
    place = {path: row for row, path in enumerate(second.paths)}
    pairs = [(row, place[path]) for row, path in enumerate(first.paths) if path in place]
    rows = np.array(pairs, np.int64).reshape(-1, 2)
    if first.labels is None or second.labels is None:
        same = _same_counts(first, second, rows)
    else:
        same = _same_labels((first, first.labels), (second, second.labels), rows)
    values = {"count": int((~same).sum()), "first": first.run, "second": second.run}
    notes = [] if same.all() else [Message("display.compare.relabelled", values)]
    return SameImages(rows[same], notes)


def _common(first: Evaluated, second: Evaluated) -> list[tuple[int, int]]:
    """The numbers in both of the classes that both know."""
    known = {name: number for number, name in enumerate(second.classes)}
    return [(at, known[name]) for at, name in enumerate(first.classes) if name in known]


def _same_counts(first: Evaluated, second: Evaluated, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    numbers = _common(first, second)
    one, other = (
        of.counts.chosen(rows[:, at], [pair[at] for pair in numbers]).truth()
        for at, of in enumerate((first, second))
    )
    return np.isclose(one, other)


def _same_labels(
    first: tuple[Evaluated, NDArray[np.uint64]],
    second: tuple[Evaluated, NDArray[np.uint64]],
    rows: NDArray[np.int64],
) -> NDArray[np.bool_]:
    numbers, sides = _common(first[0], second[0]), []
    for at, (of, labels) in enumerate((first, second)):
        pair, number = np.full(len(of.paths), -1), np.full(len(of.classes), -1)
        pair[rows[:, at]] = np.arange(len(rows))
        number[[one[at] for one in numbers]] = np.arange(len(numbers))
        image, class_id, code = labels.T
        where, what = pair[image.astype(np.int64)], number[class_id.astype(np.int64)]
        both = np.stack([where.astype(np.uint64), what.astype(np.uint64), code], axis=1)
        sides.append(both[(where >= 0) & (what >= 0)])
    # what both have is there twice
    told, times = np.unique(np.concatenate(sides), axis=0, return_counts=True)
    same = np.ones(len(rows), np.bool_)
    same[told[times == 1, 0].astype(np.int64)] = False
    return same

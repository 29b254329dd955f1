"""How the split of a run comes about again: before which changes, and with which moves.

A split says its plan and which images are where, not when it was made nor what was moved by
hand. So the plan is carried out on the data set as it was between its changes, until the outcome
is the recorded one; what is left over are moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.edits import Entry
from paddlex_nb.data.splitting.grouping import groups_of
from paddlex_nb.data.splitting.split import given_split, planned_split
from paddlex_nb.data.store.changes.apply import apply
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import SPLITS, DatasetRecord
from paddlex_nb.data.store.split_file import Splits
from paddlex_nb.data.store.versions import version_classes, version_table

_TRIES = 4
"""Moments between changes at which a split is tried; each is a split of all images."""

_ORDER = ("val", "train", "test")
"""Splits that images are moved to, one after another: none of train and val is emptied so."""

Sides = NDArray[np.int8]
"""The split of each image as its number in `SPLITS`, -1 for none; of shape (images,)."""


class SplitOrigin(msgspec.Struct):
    """The steps from which a split comes about again.

    Attributes:
        before: How many of the changes came first.
        moves: Rows that are then moved, by split, in this order; one of those that stay together,
            since the others move with it.
        astray: How many images end up in another split than the recorded one all the same.
    """

    before: int
    moves: dict[str, list[int]] = {}
    astray: int = 0


def explain(
    folder: Path, record: DatasetRecord, splits: Splits, base: Index, entries: Sequence[Entry]
) -> SplitOrigin:
    """Find out how a split came about.

    Args:
        folder: The data set's folder.
        record: Its description.
        splits: The split.
        base: The index without changes.
        entries: The changes of the version that was divided.

    Raises:
        UserError: The data set is damaged.
    """
    wanted = _sides(splits, len(base))
    if record.base:  # its images came in an order that no import gives again
        return _moved(SplitOrigin(len(entries)), np.full_like(wanted, -1), wanted, base, splits)
    if splits.plan.given:
        return _moved(SplitOrigin(0), _sides(given_split(base)[0], len(base)), wanted, base, splits)
    best: tuple[int, int, Sides] | None = None
    for before, index in _moments(folder, record, base, entries, wanted):
        with suppress(UserError):  # it could not be divided then
            sides = _sides(planned_split(index, splits.plan), len(base))
            off = int((sides != wanted).sum())
            if best is None or off < best[0]:
                best = off, before, sides
            if not off:
                break
    if best is None:
        return _moved(SplitOrigin(len(entries)), np.full_like(wanted, -1), wanted, base, splits)
    return _moved(SplitOrigin(best[1]), best[2], wanted, base, splits)


def _moments(
    folder: Path,
    record: DatasetRecord,
    base: Index,
    entries: Sequence[Entry],
    wanted: Sides,
) -> Iterator[tuple[int, Index]]:
    """The data set after some of its changes; first where as many images were left as divided."""
    divided = wanted >= 0
    off = [
        int((~state.excluded != divided).sum()) for state in _states(folder, record, base, entries)
    ]
    likely = sorted(range(len(off)), key=lambda before: (off[before], -before))[:_TRIES]
    for before in likely:
        *_, labels = _states(folder, record, base, entries[:before])
        yield before, labels.changed_index()


def _states(
    folder: Path, record: DatasetRecord, base: Index, entries: Sequence[Entry]
) -> Iterator[Labels]:
    """The labels without changes, and after each."""
    classes = version_classes(folder, record, record.base)
    table = version_table(folder, record, record.base)
    labels = Labels.from_index(base, classes, base.numbers("excluded"), table)
    yield labels
    for entry in entries:
        apply(entry.change, labels)
        yield labels


def _moved(
    origin: SplitOrigin, sides: Sides, wanted: Sides, base: Index, splits: Splits
) -> SplitOrigin:
    """A split with the moves from one to another; what stays together moves together."""
    sides = sides.copy()
    groups = groups_of(base, splits.plan.together)
    moves = {}
    for name in _ORDER:
        number = SPLITS.index(name)
        rows = np.flatnonzero((wanted == number) & (sides != number))
        if len(rows):
            moves[name] = _one_of_each(groups, rows, base)
            sides[np.isin(groups, groups[rows])] = number
    origin.moves, origin.astray = moves, int((sides != wanted).sum())
    return origin


def _one_of_each(groups: NDArray[np.int32], rows: NDArray[np.int64], base: Index) -> list[int]:
    """One row of each group, ascending; of an image that is still there, if there is one."""
    gone_last = rows[np.argsort(base.numbers("excluded")[rows], kind="stable")]
    first = np.unique(groups[gone_last], return_index=True)[1]
    return sorted(gone_last[first].tolist())


def _sides(splits: Splits, images: int) -> Sides:
    numbers = np.full(images, -1, np.int8)
    for number, name in enumerate(SPLITS):
        rows = np.array(getattr(splits, name), np.int64)
        numbers[rows[rows < images]] = number
    return numbers

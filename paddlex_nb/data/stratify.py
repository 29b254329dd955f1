"""Dividing images so that every class is divided alike and copies stay together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

_TRAIN, _VAL = 0, 1


class _Unit(msgspec.Struct):
    """Images that stay together.

    Attributes:
        rows: Their rows.
        classes: How many of them show each class.
    """

    rows: list[int]
    classes: dict[int, int]


def assign(
    present: Sequence[Sequence[int]], groups: NDArray[np.int32], shares: Sequence[float], seed: int
) -> NDArray[np.int8]:
    """Divide images.

    Iterative stratification (Sechidis et al., 2011, "On the Stratification of Multi-Label Data"):
    the rarest class first, each image to the split that lacks most of that class. Where every
    image has exactly one class, what a split is to get of each class is first rounded so that
    both its sum and every class are within one image of their share. Every class has an image in
    train, and one in val if it has two.

    Args:
        present: Class numbers in each image.
        groups: First row of the group that each image belongs to, of shape (images,).
        shares: Share of train, val and test, adding up to 1.
        seed: Seed of the shuffle.

    Returns:
        0, 1 or 2 for train, val or test, of shape (images,).
    """
    random = np.random.default_rng(seed)
    units = _units(present, groups)
    random.shuffle(units)
    units.sort(key=lambda u: -len(u.rows))  # stable: the large ones while there is room
    part = np.asarray(shares, np.float64)
    counts = Counter(c for classes in present for c in classes)
    room = _totals(len(present), part)
    if all(len(classes) == 1 for classes in present):
        wanted = _rounded(counts, part, room)
        room = np.sum(list(wanted.values()), axis=0)
    else:
        wanted = {c: n * part for c, n in counts.items()}
    chosen = _distribute(units, counts, wanted, room.astype(np.float64), part > 0)
    _repair(units, counts, chosen, part)
    result = np.empty(len(present), np.int8)
    for unit, split in zip(units, chosen, strict=True):
        result[unit.rows] = split
    return result


def _units(present: Sequence[Sequence[int]], groups: NDArray[np.int32]) -> list[_Unit]:
    units: dict[int, _Unit] = {}
    for row, group in enumerate(groups.tolist()):
        unit = units.get(group)
        if unit is None:
            units[group] = _Unit([row], dict.fromkeys(present[row], 1))
            continue
        unit.rows.append(row)
        for number in present[row]:
            unit.classes[number] = unit.classes.get(number, 0) + 1
    return list(units.values())


def _totals(images: int, part: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers that add up to ``images``, by largest remainder; no wanted split is empty."""
    exact = part * images
    totals = np.floor(exact + 1e-9).astype(np.int64)
    for i in np.argsort((totals - exact).round(9), kind="stable")[: images - int(totals.sum())]:
        totals[i] += 1
    for split in (_TRAIN, _VAL):
        if totals[split] == 0:
            totals[np.argmax(totals)] -= 1
            totals[split] = 1
    return totals


def _rounded(
    counts: Counter[int], part: NDArray[np.float64], totals: NDArray[np.int64]
) -> dict[int, NDArray[np.float64]]:
    """How many images of each class each split gets: whole, adding up both ways where possible."""
    wanted: dict[int, NDArray[np.float64]] = {}
    for number, count in counts.items():
        least = np.array([1, count >= 2, 0])
        floors = np.maximum(np.floor(count * part + 1e-9), least)
        while floors.sum() > count:
            floors[np.argmax(floors - least)] -= 1
        wanted[number] = floors
    lacking = totals - np.sum(list(wanted.values()), axis=0)
    left = {c: int(counts[c] - floors.sum()) for c, floors in wanted.items()}
    for number in sorted(left, key=lambda c: -left[c]):
        fraction = np.where(part > 0, counts[number] * part - wanted[number], -np.inf)
        for _ in range(left[number]):
            # the most lacking split first, else no split might be left for the last classes
            split = max(
                np.flatnonzero(part > 0), key=lambda s: (fraction[s] > -1, lacking[s], fraction[s])
            )
            wanted[number][split] += 1
            lacking[split] -= 1
            fraction[split] -= 2
    return wanted


def _distribute(
    units: list[_Unit],
    counts: Counter[int],
    wanted: dict[int, NDArray[np.float64]],
    room: NDArray[np.float64],
    allowed: NDArray[np.bool_],
) -> list[int]:
    """The split of each unit."""
    chosen = [-1] * len(units)
    # lists, not arrays: three numbers are looked at a million times
    left, lacking = room.tolist(), {c: want.tolist() for c, want in wanted.items()}
    splits = np.flatnonzero(allowed).tolist()

    def put(position: int, want: list[float]) -> None:
        unit = units[position]
        size = len(unit.rows)
        options = [s for s in splits if left[s] >= size] or splits
        split = max(options, key=lambda s: (want[s], left[s]))
        chosen[position] = split
        left[split] -= size
        for number, images in unit.classes.items():
            lacking[number][split] -= images

    by_class: dict[int, list[int]] = {c: [] for c in counts}
    for position, unit in enumerate(units):
        for number in unit.classes:
            by_class[number].append(position)
    together = [p for p, unit in enumerate(units) if len(unit.rows) > 1]
    for position in together:
        classes = units[position].classes
        rarest = min(classes, key=lambda c: (counts[c], c), default=None)
        put(position, left if rarest is None else lacking[rarest])
    for number in sorted(by_class, key=lambda c: (counts[c], c)):
        for position in by_class[number]:
            if chosen[position] < 0:
                put(position, lacking[number])
    for position, split in enumerate(chosen):
        if split < 0:
            put(position, left)
    return chosen


def _repair(
    units: list[_Unit], counts: Counter[int], chosen: list[int], part: NDArray[np.float64]
) -> None:
    """Move single units so that no class misses train, nor val if it has two images."""
    have = {c: [0, 0, 0] for c in counts}
    for unit, split in zip(units, chosen, strict=True):
        for number, images in unit.classes.items():
            have[number][split] += images
    for target in (_TRAIN, _VAL):
        for number in sorted(counts):
            if have[number][target] or counts[number] <= target or not part[target]:
                continue
            position = _movable(units, chosen, have, number, target)
            if position is not None:
                source, chosen[position] = chosen[position], target
                for moved, images in units[position].classes.items():
                    have[moved][source] -= images
                    have[moved][target] += images


def _movable(
    units: list[_Unit],
    chosen: list[int],
    have: dict[int, list[int]],
    number: int,
    target: int,
) -> int | None:
    """The smallest unit with the class whose going leaves no class without train (or val)."""
    for position in sorted(range(len(units)), key=lambda p: len(units[p].rows)):
        source, classes = chosen[position], units[position].classes
        guarded = target == _VAL and source == _TRAIN
        lonely = guarded and any(have[c][source] <= n for c, n in classes.items())
        if number in classes and source != target and not lonely:
            return position
    return None

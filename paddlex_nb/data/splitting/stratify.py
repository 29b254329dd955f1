"""Dividing images so that every class is divided alike and copies stay together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, takewhile

import msgspec
import numpy as np
from numpy.typing import NDArray

_TRAIN, _VAL = 0, 1


class _Units(msgspec.Struct):
    """Images that stay together, in the order in which they are divided.

    Attributes:
        sizes: How many images each is.
        classes: How many images of it show each class.
    """

    sizes: list[int]
    classes: list[dict[int, int]]


def assign(
    present: Sequence[Sequence[int]], groups: NDArray[np.int32], shares: Sequence[float], seed: int
) -> NDArray[np.int8]:
    """Assign images to splits, stratified by class.

    Iterative stratification (Sechidis et al., 2011, "On the Stratification of Multi-Label Data"):
    the rarest class first, each image to the split that lacks most of that class. Where every
    image has exactly one class, what a split is to get of each class is first rounded so that
    both its sum and every class are within one image of their share. Every class has an image in
    train, and one in val if it has two; if nothing is left for val by that, it gets one image.

    Args:
        present: Class numbers in each image.
        groups: First row of the group that each image belongs to, of shape (images,).
        shares: Share of train, val and test, adding up to 1.
        seed: Seed of the shuffle.

    Returns:
        0, 1 or 2 for train, val or test, of shape (images,).
    """
    units, unit = _units(present, groups, np.random.default_rng(seed))
    part = np.asarray(shares, np.float64)
    counts = Counter(chain.from_iterable(present))
    room = _totals(len(present), part)
    if all(len(classes) == 1 for classes in present):
        wanted = _rounded(counts, part, room)
        room = np.sum(list(wanted.values()), axis=0)
    else:
        wanted = {c: n * part for c, n in counts.items()}
    assigned = _distribute(units, counts, wanted, room.astype(np.float64), part > 0)
    _repair(units, counts, assigned, part)
    if part[_VAL]:
        _fill_val(units, assigned)
    return np.array(assigned, np.int8)[unit]


def _units(
    present: Sequence[Sequence[int]], groups: NDArray[np.int32], random: np.random.Generator
) -> tuple[_Units, NDArray[np.int64]]:
    """The units, and which of them each image is in."""
    _, first, unit, sizes = np.unique(
        groups, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)
    random.shuffle(order)
    order = order[np.argsort(-sizes[order], kind="stable")]  # large ones while there is room
    classes = [dict.fromkeys(present[row], 1) for row in first[order].tolist()]
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    unit = place[unit]
    others = np.ones(len(groups), np.bool_)
    others[first] = False
    for row in np.flatnonzero(others).tolist():
        shown = classes[unit[row]]
        for number in present[row]:
            shown[number] = shown.get(number, 0) + 1
    return _Units(sizes[order].tolist(), classes), unit


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
    missing = {c: int(counts[c] - floors.sum()) for c, floors in wanted.items()}
    for number in sorted(missing, key=lambda c: -missing[c]):
        fraction = np.where(part > 0, counts[number] * part - wanted[number], -np.inf)
        for _ in range(missing[number]):
            # the most lacking split first, else no split might be left for the last classes
            split = max(
                np.flatnonzero(part > 0), key=lambda s: (fraction[s] > -1, lacking[s], fraction[s])
            )
            wanted[number][split] += 1
            lacking[split] -= 1
            fraction[split] -= 2
    return wanted


def _distribute(
    units: _Units,
    counts: Counter[int],
    wanted: dict[int, NDArray[np.float64]],
    room: NDArray[np.float64],
    allowed: NDArray[np.bool_],
) -> list[int]:
    """The split of each unit."""
    sizes, classes = units.sizes, units.classes
    assigned = [-1] * len(sizes)
    # lists, not arrays: three numbers are looked at a million times
    free, lacking = room.tolist(), {c: want.tolist() for c, want in wanted.items()}
    splits = np.flatnonzero(allowed).tolist()

    def put(unit: int, want: list[float]) -> None:
        size, split = sizes[unit], -1
        for s in splits:  # the one that lacks most, of those that have room
            if free[s] >= size and (split < 0 or (want[s], free[s]) > (want[split], free[split])):
                split = s
        if split < 0:
            split = max(splits, key=lambda s: (want[s], free[s]))
        assigned[unit] = split
        free[split] -= size
        for number, images in classes[unit].items():
            lacking[number][split] -= images

    by_class: dict[int, list[int]] = {c: [] for c in counts}
    for unit, numbers in enumerate(classes):
        for number in numbers:
            by_class[number].append(unit)
    for unit in takewhile(lambda unit: sizes[unit] > 1, range(len(sizes))):
        rarest = min(classes[unit], key=lambda c: (counts[c], c), default=None)
        put(unit, free if rarest is None else lacking[rarest])
    for number in sorted(by_class, key=lambda c: (counts[c], c)):
        for unit in by_class[number]:
            if assigned[unit] < 0:
                put(unit, lacking[number])
    for unit, split in enumerate(assigned):
        if split < 0:
            put(unit, free)
    return assigned


def _repair(
    units: _Units, counts: Counter[int], assigned: list[int], part: NDArray[np.float64]
) -> None:
    """Move single units so that no class misses train, nor val if it has two images."""
    have = {c: [0, 0, 0] for c in counts}
    for classes, split in zip(units.classes, assigned, strict=True):
        for number, images in classes.items():
            have[number][split] += images
    for target in (_TRAIN, _VAL):
        for number in sorted(counts):
            if have[number][target] or counts[number] <= target or not part[target]:
                continue
            unit = _movable(units, assigned, have, number, target)
            if unit is not None:
                source, assigned[unit] = assigned[unit], target
                for moved, images in units.classes[unit].items():
                    have[moved][source] -= images
                    have[moved][target] += images


def _fill_val(units: _Units, assigned: list[int]) -> None:
    """Move a unit to val if that has none: nothing can be trained without.

    A class with a single image may miss train by that.
    """
    if len(assigned) < 2 or _VAL in assigned:
        return
    have = Counter(chain.from_iterable(units.classes))
    lost = [sum(have[c] == 1 for c in classes) for classes in units.classes]
    train = [unit for unit, split in enumerate(assigned) if split == _TRAIN]
    assigned[min(train, key=lambda unit: (lost[unit], units.sizes[unit]))] = _VAL


def _movable(
    units: _Units,
    assigned: list[int],
    have: dict[int, list[int]],
    number: int,
    target: int,
) -> int | None:
    """The smallest unit with the class whose going leaves no class without train (or val)."""
    for unit in sorted(range(len(assigned)), key=lambda u: units.sizes[u]):
        source, classes = assigned[unit], units.classes[unit]
        guarded = target == _VAL and source == _TRAIN
        lonely = guarded and any(have[c][source] <= n for c, n in classes.items())
        if number in classes and source != target and not lonely:
            return unit
    return None

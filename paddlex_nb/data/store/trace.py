"""The outlines of a mask's pixels, exactly: along their edges, parts and holes alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.int64]
"""Corners (x, y) of a closed line along the edges of pixels, of shape (corners, 2); the last corner
is joined to the first. No corner is there twice, and each is a turn by 90 degrees."""

Point = tuple[int, int]
"""x and y in pixels."""


def trace(x: NDArray[np.int64], top: NDArray[np.int64], bottom: NDArray[np.int64]) -> list[Ring]:
    """The rings around runs of pixels.

    What is inside of an odd number of rings is the mask (the even-odd rule): rings around its
    parts, rings around the holes of these, and so on. Rings may touch each other in a corner, but
    never cross. Going along a ring, the mask is at the left hand as the image is shown: rings
    around a part go down at its left side, rings around a hole go up there.

    Args:
        x: Column of each run, of shape (runs,).
        top: First pixel of each run; runs of a column neither overlap nor touch.
        bottom: The pixel after its last one.
    """
    if not len(x):
        return []
    corners, horizontal, right = _corners(x, top, bottom)
    places = [(x, y) for x, y in corners.tolist()]
    partners, inside = horizontal.tolist(), right.tolist()
    todo = [True] * len(places)
    rings: list[Ring] = []
    for first in range(len(places)):
        line: list[Point] = []
        at = first if inside[first] else first ^ 1
        while todo[at]:
            # corners 2k and 2k + 1 are the ends of a vertical edge
            line += [places[at], places[at ^ 1]]
            todo[at] = todo[at ^ 1] = False
            at = partners[at ^ 1]
        if line:
            rings += [np.array(ring, np.int64) for ring in _simple(line)]
    return rings


def _corners(
    x: NDArray[np.int64], top: NDArray[np.int64], bottom: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """The corners in the order of x and y, and of each the other end of its horizontal edge.

    In this order two corners after one another are the ends of a vertical edge, since the edges
    of a line do not overlap. Where two pixels touch in nothing but a corner, there are two. Of the
    upper ends it is also said whether the mask is at the right of the edge.
    """
    # at its left side an end of a run turns the line one way, at its right side the other; ends
    # that go on from column to column cancel out, and pixels that touch in a corner add up
    xs = np.concatenate([x, x + 1, x, x + 1])
    ys = np.concatenate([top, top, bottom, bottom])
    turns = np.repeat([1, -1, -1, 1], len(x))
    order = np.lexsort((ys, xs))
    xs, ys, turns = xs[order], ys[order], turns[order]
    first = np.flatnonzero((np.diff(xs, prepend=-1) != 0) | (np.diff(ys, prepend=-1) != 0))
    xs, ys, turns = xs[first], ys[first], np.add.reduceat(turns, first)
    copies = np.abs(turns)
    corners = np.repeat(np.stack([xs, ys], axis=1), copies, axis=0)
    # of two pixels that touch, each has the edge above or below with the one at its own side
    swapped = np.repeat(turns == -2, copies)
    number = np.arange(len(corners))
    second = np.zeros(len(corners), np.bool_)
    second[1:] = (np.diff(corners, axis=0) == 0).all(axis=1)
    along = np.lexsort((second ^ swapped, corners[:, 0], corners[:, 1]))
    partners = np.empty_like(number)
    partners[along] = along[number ^ 1]
    return corners, partners, np.repeat(turns > 0, copies)


def _simple(line: list[Point]) -> Iterator[list[Point]]:
    """A closed line cut into rings where it touches itself."""
    if len(set(line)) == len(line):
        yield line
        return
    ring: list[Point] = []
    places: dict[Point, int] = {}
    for point in line:
        if point in places:
            loop = ring[places[point] :]
            yield loop
            for corner in loop[1:]:
                del places[corner]
            del ring[places[point] + 1 :]
        else:
            places[point] = len(ring)
            ring.append(point)
    yield ring

"""Masks as run lengths, COCO's way, and the polygons that are the same area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.images.decode import MAX_PIXELS


def counts_of(text: bytes) -> NDArray[np.int64]:
    """Run lengths from COCO's compressed text.

    Five bits a character from ``0`` on, the sixth says that more follow; each run from the fourth
    on is the difference to the one before the last (``rleFrString`` of pycocotools' ``maskApi.c``).

    Raises:
        ValueError: It is no such text.
    """
    codes = np.frombuffer(text, np.uint8).astype(np.int64) - 48
    if not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        raise ValueError("no run lengths")
    last = np.flatnonzero((codes & 32) == 0)
    first = np.concatenate([[0], last[:-1] + 1])
    place = np.arange(len(codes)) - np.repeat(first, last - first + 1)
    if place.max() > 6:  # 35 bits are more than any image needs
        raise ValueError("a run is too long")
    values = np.add.reduceat((codes & 31) << (5 * place), first)
    negative = (codes[last] & 16) != 0
    values[negative] -= np.int64(1) << (5 * (place[last][negative] + 1))
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def polygons_of(counts: NDArray[np.int64], height: int, width: int) -> list[list[float]]:
    """Polygons whose union is exactly the area of a mask.

    Their corners are corners of pixels. Holes are cut open, because polygons cannot have any.

    Args:
        counts: Lengths of the runs down the columns, in turn outside and inside.
        height: Height of the mask in pixels.
        width: Its width.

    Raises:
        ValueError: The runs do not fill the mask, or it is absurdly large.
    """
    if not 0 < height * width <= MAX_PIXELS or min(height, width) < 1:
        raise ValueError(f"a mask of {width}x{height} is not possible")
    within = not len(counts) or (counts.min() >= 0 and counts.max() <= height * width)
    if not within or counts.sum() != height * width:
        raise ValueError(f"the runs do not fill a mask of {width}x{height}")
    edges = np.cumsum(counts)
    start, end = edges[:-1:2], edges[1::2]
    start, end = start[: len(end)][end > start[: len(end)]], end[end > start[: len(end)]]
    boxes = list(_boxes(start, end, height))
    if not boxes:
        return []
    left, top, right, bottom = np.concatenate(boxes).T
    whole = shapely.union_all(shapely.box(left, top, right, bottom))
    pieces = (piece for part in shapely.get_parts(whole) for piece in _without_holes(part))
    return [shapely.get_coordinates(piece.exterior)[:-1].ravel().tolist() for piece in pieces]


def outlines_of_mask(inside: NDArray[np.bool_]) -> list[list[float]]:
    """Polygons whose union is exactly the area of a mask of shape (height, width)."""
    height, width = inside.shape
    line = np.concatenate([[False], inside.T.ravel(), [False]])
    edges = np.flatnonzero(line[1:] != line[:-1])
    return polygons_of(np.diff(edges, prepend=0, append=height * width), height, width)


def _boxes(
    start: NDArray[np.int64], end: NDArray[np.int64], height: int
) -> Iterator[NDArray[np.int64]]:
    """Each run as at most three boxes: its first column, whole columns, its last column."""
    first, last = start // height, (end - 1) // height
    top, bottom = start % height, (end - 1) % height + 1
    same = first == last
    yield np.stack([first, top, first + 1, np.where(same, bottom, height)], axis=1)
    more = ~same
    first, last, bottom = first[more], last[more], bottom[more]
    zeros = np.zeros_like(first)
    yield np.stack([last, zeros, last + 1, bottom], axis=1)
    between = last - first > 1
    full = np.full(int(between.sum()), height)
    yield np.stack([first[between] + 1, zeros[between], last[between], full], axis=1)


def _without_holes(polygon: shapely.Polygon) -> Iterator[shapely.Polygon]:
    """The polygon cut through its holes, until none is left."""
    if not polygon.interiors:
        yield polygon
        return
    left, top, right, bottom = polygon.bounds
    hole = polygon.interiors[0].bounds
    cut = (hole[0] + hole[2]) // 2
    for part in (shapely.box(left, top, cut, bottom), shapely.box(cut, top, right, bottom)):
        for piece in shapely.get_parts(polygon.intersection(part)):
            if piece.geom_type == "Polygon":
                yield from _without_holes(piece)

"""Masks as run lengths, COCO's way, and the outlines that are the same area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from paddlex_nb.data.store.trace import Ring, trace

_MAX_PIXELS = 1_000_000_000
"""Of a mask; run lengths take no room for pixels, so that it may be that of an image which is only
read in tiles."""


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


def text_of(counts: NDArray[np.int64]) -> bytes:
    """COCO's compressed text of run lengths: what `counts_of` reads."""
    values = counts.copy()
    values[3:] -= counts[1:-2]
    # a character takes the low five bits; the last one's highest bit is the sign
    rest, going = values, np.ones(len(values), np.bool_)
    digits, used = [], []
    while going.any():
        digit, rest = rest & 31, rest >> 5
        more = np.where(digit & 16, rest != -1, rest != 0)
        digits.append(digit + np.where(more, 80, 48))
        used.append(going)
        going = going & more
    every, kept = np.stack(digits, axis=1), np.stack(used, axis=1)
    return every[kept].astype(np.uint8).tobytes()


def runs_of(mask: NDArray[Any]) -> NDArray[np.int64]:
    """Run lengths of a mask of shape (height, width) that is not 0 where the object is."""
    return runs_in_image(mask, (0, 0), mask.shape[1], mask.shape[0])


def runs_in_image(
    piece: NDArray[Any], corner: tuple[int, int], width: int, height: int
) -> NDArray[np.int64]:
    """Run lengths of a mask of an image that is empty outside of a piece.

    It takes as long as the piece is large, however large the image.

    Args:
        piece: Not 0 where the object is; of shape (h, w).
        corner: x and y of the piece's first pixel in the image, which holds all of the piece.
        width: Width of the image in pixels.
        height: Its height.
    """
    h, w = piece.shape
    columns = np.zeros((w, h + 2), np.bool_)
    columns[:, 1:-1] = piece.T != 0
    edges = np.flatnonzero(columns[:, 1:] != columns[:, :-1])
    column, row = np.divmod(edges, h + 1)
    edges = (column + corner[0]) * height + row + corner[1]
    start, end = edges[::2], edges[1::2]
    # a run down to the lowest pixel goes on at the top of the next column
    edges = np.stack(_merged(start, end), axis=1).ravel()
    counts = np.diff(edges, prepend=0, append=height * width)
    return counts if counts[-1] else counts[:-1]


def rings_of(counts: NDArray[np.int64], height: int, width: int) -> list[Ring]:
    """The outlines of a mask, which are exactly its area if filled by the even-odd rule.

    Their corners are corners of pixels. See `trace`.

    Args:
        counts: Lengths of the runs down the columns, in turn outside and inside.
        height: Height of the mask in pixels.
        width: Its width.

    Raises:
        ValueError: The runs do not fill the mask, or it is absurdly large.
    """
    return trace(*_columns_of(counts, height, width))


def piece_of(
    counts: NDArray[np.int64], height: int, width: int
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The part of a mask around which it is empty: what `runs_in_image` takes.

    The arguments and errors are those of `rings_of`.

    Returns:
        Of shape (h, w), 1 where the object is, else 0, and x and y of its first pixel in the
        mask; of shape (0, 0) if all of it is empty.
    """
    x, top, bottom = _columns_of(counts, height, width)
    if not len(x):
        return np.zeros((0, 0), np.uint8), (0, 0)
    left, upper = int(x.min()), int(top.min())
    # a run begins where 1 is added, and ends where it is taken off
    edges = np.zeros((int(x.max()) + 1 - left, int(bottom.max()) + 1 - upper), np.int8)
    np.add.at(edges, (x - left, top - upper), 1)
    np.add.at(edges, (x - left, bottom - upper), -1)
    return np.cumsum(edges, axis=1, dtype=np.int8)[:, :-1].T.astype(np.uint8), (left, upper)


def polygons_of(counts: NDArray[np.int64], height: int, width: int) -> list[list[float]]:
    """Polygons without holes whose union is exactly the area of a mask.

    Holes are cut open, for formats whose polygons cannot have any. The arguments and errors are
    those of `rings_of`.
    """
    pieces = (p for part in _parts(rings_of(counts, height, width)) for p in _without_holes(part))
    return [shapely.get_coordinates(piece.exterior)[:-1].ravel().tolist() for piece in pieces]


def outlines_of_mask(inside: NDArray[np.bool_]) -> list[list[float]]:
    """Polygons whose union is exactly the area of a mask of shape (height, width)."""
    height, width = inside.shape
    return polygons_of(runs_of(inside), height, width)


def _columns_of(
    counts: NDArray[np.int64], height: int, width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Column, first pixel and end of the runs of a mask, those over several columns cut.

    Raises:
        ValueError: The runs do not fill the mask, or it is absurdly large.
    """
    if not 0 < height * width <= _MAX_PIXELS or min(height, width) < 1:
        raise ValueError(f"a mask of {width}x{height} is not possible")
    within = not len(counts) or (counts.min() >= 0 and counts.max() <= height * width)
    if not within or counts.sum() != height * width:
        raise ValueError(f"the runs do not fill a mask of {width}x{height}")
    edges = np.cumsum(counts)
    start, end = edges[:-1:2], edges[1::2]
    start = start[: len(end)]
    some = end > start
    return _by_column(*_merged(start[some], end[some]), height)


def _merged(
    start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of runs, those that touch made one."""
    apart = np.ones(len(start) + 1, np.bool_)
    apart[1:-1] = start[1:] != end[:-1]
    return start[apart[:-1]], end[apart[1:]]


def _by_column(
    start: NDArray[np.int64], end: NDArray[np.int64], height: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Column, first pixel and end of the runs, those over several columns cut."""
    first, last = start // height, (end - 1) // height
    columns = last - first + 1
    run = np.repeat(np.arange(len(start)), columns)
    x = first[run] + np.arange(len(run)) - np.repeat(np.cumsum(columns) - columns, columns)
    return (
        x,
        np.where(x == first[run], start[run] % height, 0),
        np.where(x == last[run], (end[run] - 1) % height + 1, height),
    )


def _parts(rings: Sequence[Ring]) -> list[shapely.Polygon]:
    """The rings as polygons with their holes."""
    shapes = [shapely.Polygon(ring) for ring in rings]
    solid = [not shape.exterior.is_ccw for shape in shapes]
    parts = [shape for shape, one in zip(shapes, solid, strict=True) if one]
    holes: list[list[Ring]] = [[] for _ in parts]
    inner = [ring for ring, one in zip(rings, solid, strict=True) if not one]
    # a pixel in the hole; of the parts around it, it is in the smallest
    corners = [ring[np.lexsort(ring.T[::-1])[0]] for ring in inner]
    inside = shapely.points(np.reshape(corners, (-1, 2)) + 0.5)
    hole, part = shapely.STRtree(parts).query(inside, "within")
    order = np.argsort(-shapely.area(parts)[part], kind="stable")
    owner = dict(zip(hole[order].tolist(), part[order].tolist(), strict=True))
    for number, ring in enumerate(inner):
        holes[owner[number]].append(ring)
    return [shapely.Polygon(one.exterior, own) for one, own in zip(parts, holes, strict=True)]


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

"""Objects in maps that give the pixels of each a value of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.data.store.rle import outlines_of_mask

_SINGLE = {"1", "L", "P", "I;16", "I;16B", "I;16L", "I"}


def map_values(image: Image.Image) -> NDArray[np.int64]:
    """The value of every pixel, of shape (height, width); of colours red, green and blue packed."""
    if image.mode in _SINGLE:
        return np.asarray(image).astype(np.int64)
    red, green, blue = np.moveaxis(np.asarray(image.convert("RGB")).astype(np.int64), -1, 0)
    packed: NDArray[np.int64] = red << 16 | green << 8 | blue
    return packed


def objects_in(
    values: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> Iterator[tuple[int, NDArray[np.intp], list[list[float]]]]:
    """Each value among the wanted pixels, where these are, and their outlines.

    It takes as long as the objects are large, however many there are.

    Args:
        values: Of shape (height, width).
        wanted: Which pixels are of any object, of the same shape.

    Yields:
        The value, its places in the flattened map, and polygons in pixels.
    """
    width = values.shape[1]
    places = np.flatnonzero(wanted)
    if not len(places):
        return
    order = np.argsort(values.ravel()[places], kind="stable")
    places = places[order]
    ordered = values.ravel()[places]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    for first, last in zip(starts, [*starts[1:], len(places)], strict=True):
        inside = places[first:last]
        yield int(ordered[first]), inside, _outlines(inside, width)


def _outlines(places: NDArray[np.intp], width: int) -> list[list[float]]:
    rows, columns = np.divmod(places, width)
    top, left = int(rows.min()), int(columns.min())
    piece = np.zeros((int(rows.max()) - top + 1, int(columns.max()) - left + 1), np.bool_)
    piece[rows - top, columns - left] = True
    offset: Any = np.array([left, top])
    return [
        (np.reshape(polygon, (-1, 2)) + offset).ravel().tolist()
        for polygon in outlines_of_mask(piece)
    ]

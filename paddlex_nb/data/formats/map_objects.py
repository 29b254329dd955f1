"""Objects in maps that give the pixels of each a value of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.images.deep import GREY
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.store.rle import outlines_of_mask

_SINGLE = {"1", "L", "P", "I;16", "I;16B", "I;16L", "I"}

_LOOKED_AT = 8
_LEAST, _MANY = 3, 10
"""Values of a map from which they may number objects, and from which they do in every image."""

_WHOLE = 1.1
"""Regions for each value up to which values are objects, a few of which are cut by others."""


def map_values(image: Image.Image) -> NDArray[np.int64]:
    """The value of every pixel, of shape (height, width); of colours red, green and blue packed."""
    if image.mode in _SINGLE:
        return np.asarray(image).astype(np.int64)
    red, green, blue = np.moveaxis(np.asarray(image.convert("RGB")).astype(np.int64), -1, 0)
    packed: NDArray[np.int64] = red << 16 | green << 8 | blue
    return packed


def is_numbered(tree: FileTree, maps: Sequence[str]) -> bool:
    """Whether maps of 16 bits number objects: values are many, and each is one region.

    Classes are few, and one of them has regions in several places of an image; numbers of
    objects are others in each image.
    """
    seen: list[frozenset[int]] = []
    for file in maps[:_LOOKED_AT]:
        try:
            with open_image(tree.root / file) as image:
                if image.mode not in GREY:
                    return False
                values = map_values(image)
        except DECODE_ERRORS:
            continue
        numbers = np.unique(values[values > 0])
        if len(numbers) and _regions(values) > _WHOLE * len(numbers):
            return False
        seen.append(frozenset(numbers.tolist()))
    most = max(map(len, seen), default=0)
    return most >= _LEAST and (most >= _MANY or len(set(seen)) > 1)


def _regions(values: NDArray[np.int64]) -> int:
    """How many regions of one value there are besides those of 0."""
    flat = np.flatnonzero(values)
    order = flat[np.argsort(values.flat[flat], kind="stable")]
    edges = np.flatnonzero(np.diff(values.flat[order])) + 1
    total = 0
    for places in np.split(order, edges):
        rows, columns = np.divmod(places, values.shape[1])
        rows, columns = rows - rows.min(), columns - columns.min()
        inside = np.zeros((rows.max() + 1, columns.max() + 1), np.uint8)
        inside[rows, columns] = 1
        total += cv2.connectedComponents(inside, connectivity=8)[0] - 1
    return total


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

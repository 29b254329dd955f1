"""Whole images as the model sees them at full resolution: in windows of its input; no Paddle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.images.tile_maps import MapMerger
from paddlex_nb.data.images.tiles import WINDOW_OVERLAP, Tile, Tiling
from paddlex_nb.suites.images import MEAN, Pixels, normalise
from paddlex_nb.suites.seg.masks import LabelMap

PADDING = tuple(round(255 * mean) for mean in MEAN)
"""What the model sees as zero."""


class Windows:
    """The windows of an image, row by row; an image that fits into one is seen whole.

    Args:
        image: The image as it is.
        size: Side of a window in pixels.
    """

    def __init__(self, image: Pixels, size: int) -> None:
        self._image = image
        self._size = size
        height, width = image.shape[:2]
        self._tiles = Tiling(size, WINDOW_OVERLAP).tiles(width, height)

    def middle(self) -> NDArray[np.float32]:
        """One of them as the model takes it, of shape (3, size, size)."""
        return self._input(self._tiles[len(self._tiles) // 2])

    def label_map(
        self, predict: Callable[[NDArray[np.float32]], NDArray[np.uint8]], batch_size: int
    ) -> LabelMap:
        """The class of each pixel of the image; what two windows see is halved between them.

        Args:
            predict: From inputs of shape (N, 3, size, size) to class numbers (N, size, size).
            batch_size: Windows at once.
        """
        height, width = self._image.shape[:2]
        merged = MapMerger(self._tiles, width, height)
        for some in _chunks(self._tiles, batch_size):
            found = predict(np.stack([self._input(tile) for tile in some]))
            for tile, part in zip(some, found, strict=True):
                merged.add(tile, part)
        return merged.label_map

    def _input(self, tile: Tile) -> NDArray[np.float32]:
        piece = self._image[tile.top : tile.bottom, tile.left : tile.right]
        if piece.shape[:2] != (self._size, self._size):
            whole = np.full((self._size, self._size, 3), PADDING, np.uint8)
            whole[: piece.shape[0], : piece.shape[1]] = piece
            piece = whole
        return normalise(piece)


def windows_step(size: int) -> dict[str, Any]:
    """The cutting into windows, as the preprocessing of an exported model describes it."""
    return {"op": "windows", "size": size, "overlap": WINDOW_OVERLAP, "padding": list(PADDING)}


def _chunks(tiles: Sequence[Tile], size: int) -> Iterator[Sequence[Tile]]:
    for start in range(0, len(tiles), size):
        yield tiles[start : start + size]

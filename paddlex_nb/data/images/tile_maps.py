"""One label map from those of tiles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.images.tiles import Tile


class MapMerger:
    """The label map of an image from those of its tiles: each overlap is halved.

    Args:
        tiles: All tiles of the image.
        width: Width of the image in pixels.
        height: Its height.
    """

    def __init__(self, tiles: Sequence[Tile], width: int, height: int) -> None:
        self.label_map = np.zeros((height, width), np.uint8)
        self._across = _spans({(t.left, t.right) for t in tiles})
        self._down = _spans({(t.top, t.bottom) for t in tiles})

    def add(self, tile: Tile, part: NDArray[np.uint8]) -> None:
        """Put in what was predicted for a tile."""
        left, right = self._across[tile.left]
        top, bottom = self._down[tile.top]
        inside = part[top - tile.top : bottom - tile.top, left - tile.left : right - tile.left]
        self.label_map[top:bottom, left:right] = inside


def _spans(sides: set[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Which pixels of a row of tiles come from each, by its start."""
    rows = sorted(sides)
    middles = [(right + left) // 2 for (_, right), (left, _) in pairwise(rows)]
    ends = [rows[0][0], *middles, rows[-1][1]]
    return {row[0]: (ends[i], ends[i + 1]) for i, row in enumerate(rows)}

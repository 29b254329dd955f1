"""Reading the tiles of an image, however large it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from paddlex_nb.data.images.decode import (
    MAX_PIXELS,
    as_rgb,
    has_plain_band,
    open_image,
    shown_size,
    turn_of,
)
from paddlex_nb.data.images.deep import GREY, WHITE, deep_values, is_deep_colour, write_png
from paddlex_nb.data.images.tiles import Tile
from paddlex_nb.hosts.processor import memory

_MAX_TILED = 1_000_000_000
_BYTES = 8
"""Memory for a pixel: Pillow has four bytes for it, and as many again while it turns or converts
an image."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How an image is turned for each value of the EXIF tag, as Pillow does it."""


def most_pixels() -> int:
    """The most pixels of an image that is read for its tiles: as many as the free memory holds.

    Raising the limit is safe here, since whoever asks for tiles expects large images, and only
    one of them is decoded at a time.
    """
    return max(MAX_PIXELS, min(_MAX_TILED, memory()[1] // _BYTES))


class TileReader:
    """An image that was decoded, of which tiles are read.

    Args:
        image: The image; it must stay open.

    Attributes:
        width: Pixels as shown.
        height: Likewise.
        deep: It has 16 bits, grey or in colour, of which whoever reads a tile says what is white.
    """

    def __init__(self, image: Image.Image) -> None:
        self.width, self.height = shown_size(image)
        self._plain_band = has_plain_band(image)
        turn = turn_of(image)
        if image.mode == "F":  # its scale is that of the whole image
            image, turn = as_rgb(image), 1
        image.load()
        self._colours = deep_values(image) if is_deep_colour(image) else None
        self.deep = image.mode in GREY or self._colours is not None
        self._image, self._turn = image, _TURNS.get(turn)

    def tile(self, tile: Tile) -> Image.Image:
        """The pixels of a tile as shown: RGB (see `as_rgb`), or 16-bit grey; any thread may ask.

        Only the tile is converted and turned: for the image it would take its memory twice.
        """
        piece = self._image.crop(self._stored(tile))
        piece.info = {k: v for k, v in piece.info.items() if k == "transparency"}
        if self._plain_band:
            piece = Image.merge("RGB", piece.split()[:3])
        shown = piece if piece.mode in GREY else as_rgb(piece)
        return self._turned(shown)

    def save(self, tile: Tile, path: Path, **options: Any) -> None:
        """Write a tile as shown: with 16 bits, to a PNG, where the image has them.

        Args:
            tile: The tile.
            path: The file; its suffix says the format.
            options: Of Pillow, for that format.

        Raises:
            OSError: It cannot be written.
        """
        if self._colours is None:
            self.tile(tile).save(path, **options)
            return
        stored = left, top, right, bottom = self._stored(tile)
        bands = [
            Image.fromarray(b) for b in self._colours[top:bottom, left:right].transpose(2, 0, 1)
        ]
        if self._image.mode in {"RGBA", "LA"} and not self._plain_band:
            alpha = np.asarray(self._image.crop(stored).getchannel("A"), np.uint16)
            bands.append(Image.fromarray(alpha * (WHITE // 255)))
        write_png(path, np.dstack([np.asarray(self._turned(band)) for band in bands]))

    def _turned(self, piece: Image.Image) -> Image.Image:
        return piece if self._turn is None else piece.transpose(self._turn)

    def _stored(self, tile: Tile) -> tuple[int, int, int, int]:
        """Where a tile is in the image as it is stored."""
        left, top, right, bottom = tile
        how = Image.Transpose
        if self._turn in {how.TRANSPOSE, how.ROTATE_270, how.TRANSVERSE, how.ROTATE_90}:
            left, top, right, bottom = top, left, bottom, right
        width, height = self._image.size
        if self._turn in {how.FLIP_LEFT_RIGHT, how.ROTATE_180, how.TRANSVERSE, how.ROTATE_90}:
            left, right = width - right, width - left
        if self._turn in {how.FLIP_TOP_BOTTOM, how.ROTATE_180, how.TRANSVERSE, how.ROTATE_270}:
            top, bottom = height - bottom, height - top
        return left, top, right, bottom


@contextmanager
def tile_reader(path: Path) -> Iterator[TileReader]:
    """Decode an image, which may have up to `most_pixels`, to read its tiles.

    Raises:
        DECODE_ERRORS: It is not an image, too large or damaged.
    """
    with open_image(path, most_pixels()) as image:
        yield TileReader(image)

"""The tiles that images are cut into, and where they are written."""

from __future__ import annotations

import msgspec

from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.images.tiles import Tile, Tiling, tile_path
from paddlex_nb.data.importing.pipeline import Examined

LOSSY = {"JPEG", "MPO", "WEBP", "HEIF"}
"""Formats of images whose tiles are saved as JPEG: as PNG they would be ten times as large."""


class Piece(msgspec.Struct):
    """One tile of an image, its number being its place among all.

    Attributes:
        photo: Row of the image.
        tile: Where it is in it.
        whole: The image is no larger than a tile.
        values: Values of the mask in it.
    """

    photo: int
    tile: Tile
    whole: bool
    values: list[int]


def tiles_of(examined: Examined, photo: int, tiling: Tiling) -> list[tuple[str, Tile]]:
    """The tiles of an image with the paths that they are written to if they are kept."""
    pieces = pieces_of(photo, examined.probes[photo], tiling)
    return [(path_of(examined, piece), piece.tile) for piece in pieces]


def pieces_of(photo: int, probe: Probe, tiling: Tiling) -> list[Piece]:
    """The tiles of an image, row by row; the values of its mask are not known yet.

    Args:
        photo: Row of the image.
        probe: What is known of it.
        tiling: How it is cut.
    """
    size = probe.width, probe.height
    whole = not tiling.cuts(*size)
    return [Piece(photo, tile, whole, []) for tile in tiling.tiles(*size)]


def path_of(examined: Examined, piece: Piece) -> str:
    """The path of a tile; an image that is no larger keeps its own."""
    path = examined.draft.images[piece.photo].path
    lossy = examined.probes[piece.photo].format in LOSSY
    return path if piece.whole else tile_path(path, piece.tile, ".jpg" if lossy else ".png")

"""The files of tiles: pieces of images and of masks."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.images.decode import DECODE_ERRORS
from paddlex_nb.data.images.tile_reader import TileReader, most_pixels, tile_reader
from paddlex_nb.data.images.tiles import Tile
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.importing.tile_pieces import Piece
from paddlex_nb.data.source.parsed import DraftImage
from paddlex_nb.data.store.label_maps import IGNORE, MaskCode, read_values, save
from paddlex_nb.data.store.own_files import copy_file

_QUALITY = 95
"""Of JPEG: tiles of what was compressed before are hardly the worse for it."""


def look_at_mask(pieces: Sequence[Piece], path: Path) -> None:
    """Find out which values of a mask occur in each tile.

    Args:
        pieces: The tiles of an image, whose ``values`` are set.
        path: Its mask.

    Raises:
        UserError: The mask cannot be read any more.
    """
    values = _mask_values(path)
    for piece in pieces:
        inside = np.bincount(_crop(values, piece.tile).ravel(), minlength=IGNORE + 1)
        piece.values = np.flatnonzero(inside[:IGNORE]).tolist()


def _mask_values(path: Path) -> NDArray[np.uint8]:
    """The pixels of a mask; what is no value of a class becomes that of no class."""
    try:
        values = read_values(path, MaskCode(), most_pixels())
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=path) from error
    if values.dtype in (np.uint8, np.bool_):
        return values.astype(np.uint8, copy=False)
    return np.where((values >= 0) & (values < IGNORE), values, IGNORE).astype(np.uint8)


def _crop(values: NDArray[np.uint8], tile: Tile) -> NDArray[np.uint8]:
    return values[tile.top : tile.bottom, tile.left : tile.right]


def write_images(
    examined: Examined,
    pieces: Sequence[Piece],
    images: Sequence[DraftImage],
    files: Path,
    pool: ThreadPoolExecutor,
) -> None:
    """Write the tiles of one image; one that is no larger than a tile is copied as it is.

    Args:
        examined: The data set that they are cut from.
        pieces: The tiles.
        images: The images that they become.
        files: Folder that the paths of these are relative to.
        pool: Writes them at the same time.

    Raises:
        UserError: The image cannot be read any more, or the disk refuses.
    """
    source = examined.root / examined.draft.images[pieces[0].photo].path
    try:
        if pieces[0].whole:
            with disk_errors(files):
                copy_file(source, files / images[0].path)
            return
        with tile_reader(source) as reader:
            pairs = zip(pieces, images, strict=True)
            jobs = [pool.submit(_save, reader, p.tile, files / i.path) for p, i in pairs]
            for job in jobs:
                job.result()
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=source) from error


def _save(reader: TileReader, tile: Tile, path: Path) -> None:
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".jpg":
            reader.save(tile, path, quality=_QUALITY, subsampling=0)
        else:
            # at 3 it takes four times as long, and three hundredths less room
            reader.save(tile, path, compress_level=1)


def write_masks(
    source: Path, pieces: Sequence[Piece], images: Sequence[DraftImage], folder: Path
) -> None:
    """Write the tiles of one mask.

    Args:
        source: The mask.
        pieces: The tiles.
        images: The images that they become.
        folder: Folder that the paths of their masks are relative to.

    Raises:
        UserError: The mask cannot be read any more, or the disk refuses.
    """
    values = _mask_values(source)
    with disk_errors(folder):
        for piece, image in zip(pieces, images, strict=True):
            save(np.ascontiguousarray(_crop(values, piece.tile)), folder / image.mask)

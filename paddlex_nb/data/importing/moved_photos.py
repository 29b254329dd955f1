"""Whether the photos of a tiled data set are those that its tiles were cut from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from PIL import Image

from paddlex_nb.data.checks.duplicates import same_picture
from paddlex_nb.data.checks.images import SIGNATURE
from paddlex_nb.data.images.decode import DECODE_ERRORS, EXTENSIONS, as_rgb, open_image
from paddlex_nb.data.images.tile_reader import tile_reader
from paddlex_nb.data.images.tiles import Tile, photo_name, tile_corner

PHOTOS_COMPARED = 8
"""Photos are large: to decode a few takes as long as many tiles."""


def photo_path(path: str) -> str:
    """The photo that an image of a tiled data set was cut from; itself if it was not cut."""
    photo = photo_name(path)
    # a photo that is no larger than a tile keeps its name, whatever that looks like
    return photo if PurePosixPath(photo).suffix.lower() in EXTENSIONS else path


def different_photos(
    root: Path, photos: Sequence[str], files: Path, tiles: Iterable[str]
) -> list[str]:
    """Those of the photos that do not show what a tile of theirs shows.

    Args:
        root: Folder of the photos.
        photos: Their paths in it; they are there.
        files: Folder of the tiles.
        tiles: Paths of all tiles in it.
    """
    of = {photo_path(tile): tile for tile in tiles}
    return [photo for photo in photos if not _shows(root / photo, files, of[photo])]


def _shows(photo: Path, files: Path, tile: str) -> bool:
    left, top = (0, 0) if photo_path(tile) == tile else tile_corner(tile)
    try:
        with open_image(files / tile) as image:
            known = as_rgb(image)
        right, bottom = left + known.width, top + known.height
        with tile_reader(photo) as reader:
            if right > reader.width or bottom > reader.height:
                return False
            now = as_rgb(reader.tile(Tile(left, top, right, bottom)))
    except DECODE_ERRORS:
        return False
    return same_picture(_signature(known), _signature(now))


def _signature(image: Image.Image) -> bytes:
    return image.resize((SIGNATURE, SIGNATURE), Image.Resampling.BILINEAR).tobytes()

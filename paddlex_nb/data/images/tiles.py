"""Tiles: pieces of one size into which large images are cut."""

from __future__ import annotations

import re
from hashlib import sha1
from os import fsencode
from typing import NamedTuple, TypeGuard

import msgspec

from paddlex_nb.core.errors import UserError

LEAST, MOST = 32, 8192
"""Sides of a tile in pixels that are taken."""

MOST_OVERLAP = 0.5
OVERLAP, KEEP = 0.2, 0.4
"""What overlap and kept share are where nothing else is said."""

WINDOW_OVERLAP = 1 / 8
"""Share of its side by which the windows overlap in which a model at full resolution sees an image:
half of it is what a window sees beyond the pixels that it decides about."""

_LONGEST = 200
"""Bytes of a name; longer ones are cut, and told apart by a hash."""

_NAME = re.compile(r"(.+)_(\d+)_(\d+)\.(?:jpg|png)", re.DOTALL)


class Tile(NamedTuple):
    """A tile in its image: left, top, right and bottom in pixels as shown."""

    left: int
    top: int
    right: int
    bottom: int


class Tiling(msgspec.Struct, frozen=True):
    """How images are cut into tiles.

    Attributes:
        size: Side of a tile in pixels.
        overlap: Share of the side by which neighbours overlap at least, 0 to `MOST_OVERLAP`.
        keep: Share of an object that lies in a tile from which it is labelled there, above 0 to 1.
    """

    size: int
    overlap: float = OVERLAP
    keep: float = KEEP

    def cuts(self, width: int, height: int) -> bool:
        """Whether an image is larger than a tile."""
        return max(width, height) > self.size

    def tiles(self, width: int, height: int) -> list[Tile]:
        """The tiles of an image, row by row.

        They are all of one size, unless the image is smaller: the last of a row and of a column
        end with the image, and overlap their neighbours the more.
        """
        return [
            Tile(left, top, min(left + self.size, width), min(top + self.size, height))
            for top in self._starts(height)
            for left in self._starts(width)
        ]

    def _starts(self, length: int) -> list[int]:
        step = max(1, int(self.size * (1 - self.overlap)))
        return [*range(0, max(length - self.size, 0), step), max(length - self.size, 0)]


def as_tiling(size: object, overlap: object = OVERLAP, keep: object = KEEP) -> Tiling:
    """A way of cutting images, once it is checked.

    Raises:
        UserError: One of the values is out of its limits; says which.
    """
    if not (_is_number(size) and int(size) == size and LEAST <= size <= MOST):
        raise UserError("data.tile_size", value=str(size), least=LEAST, most=MOST)
    if not (_is_number(overlap) and 0 <= overlap <= MOST_OVERLAP):
        raise UserError("data.tile_overlap", value=str(overlap), most=MOST_OVERLAP)
    if not (_is_number(keep) and 0 < keep <= 1):
        raise UserError("data.tile_keep", value=str(keep))
    return Tiling(int(size), float(overlap), float(keep))


def tile_path(path: str, tile: Tile, extension: str) -> str:
    """The path of a tile: beside others of its image, named by it and by its left upper corner."""
    return f"{_short(path)}_{tile.left}_{tile.top}{extension}"


def photo_name(path: str) -> str:
    """What the names of an image and of its tiles have in common, of either's path.

    It is the path of the image, or begins with a hash where its name is too long for a file.
    """
    match = _NAME.fullmatch(path)
    return match[1] if match else _short(path)


def tile_corner(path: str) -> tuple[int, int]:
    """Left and top of a tile in its image, of its path; 0 and 0 of what is none."""
    match = _NAME.fullmatch(path)
    return (int(match[2]), int(match[3])) if match else (0, 0)


def _short(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    if len(fsencode(name)) > _LONGEST:
        name = sha1(fsencode(name), usedforsecurity=False).hexdigest()
    return f"{folder}{slash}{name}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

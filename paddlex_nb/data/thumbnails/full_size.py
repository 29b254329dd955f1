"""A picture with all its pixels, as a browser can show it."""

from __future__ import annotations

import io
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import DECODE_ERRORS, MAX_PIXELS, open_image
from paddlex_nb.data.thumbnails.making import thumbnail

LARGEST = 4096
"""Longest side in pixels of a picture that has to be encoded anew."""

_HEAVIEST = 8_000_000
_PLAIN = {"RGB", "L"}


def whole_picture(path: Path, most: int = MAX_PIXELS) -> bytes:
    """A JPEG of an image as shown (rotated, first frame, on white).

    A file that browsers show just so is given as it is; others are encoded anew, no larger than
    `LARGEST`.

    Args:
        path: The image.
        most: The most pixels that it may have.

    Raises:
        UserError: The file is gone, not an image or declares too many pixels.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_HEAVIEST + 1)
        if len(data) <= _HEAVIEST:
            with open_image(io.BytesIO(data), most) as image:
                plain = image.format == "JPEG" and image.mode in _PLAIN
                if plain and image.width * image.height <= MAX_PIXELS:
                    return data
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=path) from error
    return thumbnail(path, LARGEST, most)

"""Images for the model: read, brought to size, kept in memory where they fit.

Decoding dominates at small input sizes, so what training asks for again and again is kept as it
is after shrinking, within a fixed share of the free memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import DECODE_ERRORS, as_rgb, open_image, read_rgb
from paddlex_nb.data.images.deep import white_of

Pixels = NDArray[np.uint8]
"""Height, width, RGB."""

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of ImageNet's RGB values in 0..1; published weights were trained with them."""


def read_image(path: Path, short: int | None = None, grey_bits: int | None = None) -> Pixels:
    """Decode an image as shown.

    Args:
        path: The file.
        short: Shrink it so that its short side has this many pixels; a JPEG is decoded at a
            lower resolution then, which is several times as fast.
        grey_bits: The bits that the values of 16-bit images fill; all if None.

    Raises:
        UserError: It cannot be decoded.
    """
    try:
        if short is None:
            return read_rgb(path, white_of(grey_bits))
        with open_image(path) as image:
            scale = short / min(image.size)
            if scale < 1:
                image.draft(image.mode, (int(image.width * scale), int(image.height * scale)))
            return resize_short(
                np.asarray(as_rgb(image, white_of(grey_bits))), short, enlarge=False
            )
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        raise UserError("training.unreadable_image", path=path, reason=reason) from error


def resize_short(image: Pixels, short: int, *, enlarge: bool = True) -> Pixels:
    """Scale an image so that its short side has ``short`` pixels, averaging when it shrinks."""
    height, width = image.shape[:2]
    scale = short / min(height, width)
    if scale == 1 or (scale > 1 and not enlarge):
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def center_crop(image: Pixels, size: int) -> Pixels:
    """The middle ``size`` x ``size`` pixels of an image that is at least so large."""
    top, left = (image.shape[0] - size) // 2, (image.shape[1] - size) // 2
    return image[top : top + size, left : left + size]


def normalise(image: Pixels) -> NDArray[np.float32]:
    """RGB bytes of shape (H, W, 3) to normalised floats of shape (3, H, W)."""
    scaled = (image - _OFFSET) * _FACTOR
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


_OFFSET = np.array(MEAN, np.float32) * 255
_FACTOR = 1 / (np.array(STD, np.float32) * 255)


class ImageCache:
    """Images by key, as long as they fit; what does not fit is simply not kept.

    Args:
        budget: Bytes that may be used.
    """

    def __init__(self, budget: int) -> None:
        self._left = budget
        self._images: dict[Any, Pixels] = {}

    def get(self, key: Any) -> Pixels | None:
        """The image, if it is kept; not to be written to."""
        return self._images.get(key)

    def put(self, key: Any, image: Pixels) -> None:
        """Keep the image if there is room."""
        if key not in self._images and image.nbytes <= self._left:
            self._left -= image.nbytes
            self._images[key] = np.ascontiguousarray(image)

"""JPEG decoded at a fraction of its size: most of what a thumbnail of a photo takes."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.data.images.decode import ORIENTATION
from paddlex_nb.data.images.opencv import opencv

_FACTORS = (8, 4, 2)
_LEAST = 1.5
"""How many times the size asked for is decoded at least: with less, edges get jagged."""

_MAX_FILE = 1 << 28
"""Bytes; a JPEG of more is left to Pillow, which reads it in parts."""


def reduced_jpeg(path: Path, image: Image.Image, size: int, quality: int) -> bytes | None:
    """A JPEG as shown (rotated, RGB) at a size, by OpenCV, in two thirds of Pillow's time.

    Args:
        path: The file.
        image: The same, its header read by `open_image`, whose limits hold here too.
        size: Longest side in pixels.
        quality: Of the JPEG, 1 to 100.

    Returns:
        A JPEG; nothing where this way does not fit: other formats and colours, an image too small
        to gain by it, damage, or no OpenCV. `as_rgb` then does it, or says what is wrong.
    """
    longest = max(image.size)
    factor = next((f for f in _FACTORS if longest >= _LEAST * size * f), None)
    known = image.format in {"JPEG", "MPO"} and image.mode in {"RGB", "L"}
    cv2 = opencv() if known and factor else None
    if cv2 is None or factor is None or path.stat().st_size > _MAX_FILE:
        return None
    # turned below, by what Pillow reads of the EXIF tags: one opinion on them is enough
    flags = getattr(cv2, f"IMREAD_REDUCED_COLOR_{factor}") | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), flags)
    except cv2.error:
        return None
    width, height = image.size
    if pixels is None or pixels.shape != (ceil(height / factor), ceil(width / factor), 3):
        return None
    wanted = [max(1, round(side * size / longest)) for side in image.size]
    # averaging areas takes seven times as long, and shows only where more is left out
    how = cv2.INTER_LINEAR if longest < 2 * size * factor else cv2.INTER_AREA
    small = _upright(cv2.resize(pixels, wanted, interpolation=how), image.getexif())
    jpeg: bytes = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    return jpeg


def _upright(pixels: NDArray[np.uint8], exif: Image.Exif) -> NDArray[np.uint8]:
    orientation = exif.get(ORIENTATION)
    if orientation in {5, 6, 7, 8}:
        pixels = pixels.swapaxes(0, 1)
    down = -1 if orientation in {3, 4, 7, 8} else 1
    right = -1 if orientation in {2, 3, 6, 7} else 1
    return np.ascontiguousarray(pixels[::down, ::right])

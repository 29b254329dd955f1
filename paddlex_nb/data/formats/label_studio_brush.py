"""Brush strokes of Label Studio: run lengths of RGBA pixels, packed by the bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from paddlex_nb.data.images.decode import MAX_PIXELS
from paddlex_nb.data.store.rle import outlines_of_mask

_CHANNELS = 4


def brush_outlines(code: list[Any], width: int, height: int) -> list[list[float]]:
    """The outlines of a brush stroke.

    The bits say how many values there are (32), the size of a value less 1 (5), four sizes of
    lengths less 1 (4 each); then, until all values are there: whether values are equal (1), which
    size their number has (2), their number less 1, and the value, or each of them. The last of the
    four channels is the stroke (``label_studio_sdk.converter.brush``).

    Args:
        code: Bytes.
        width: Width of the image in pixels.
        height: Its height.

    Raises:
        ValueError: It is no such code, or of another size.
    """
    if not 0 < width * height <= MAX_PIXELS or len(code) > _CHANNELS * 2 * MAX_PIXELS:
        raise ValueError("absurdly large")
    bits = np.unpackbits(np.array([int(byte) & 255 for byte in code], np.uint8))
    place = 0

    def read(count: int) -> int:
        nonlocal place
        if place + count > len(bits):
            raise ValueError("cut short")
        value = 0
        for bit in bits[place : place + count].tolist():
            value = value << 1 | bit
        place += count
        return value

    total = read(32)
    if total != width * height * _CHANNELS:
        raise ValueError("of another size")
    word = read(5) + 1
    lengths = [read(4) + 1 for _ in range(4)]
    values = np.zeros(total, np.uint8)
    at = 0
    while at < total:
        equal = read(1)
        end = min(at + 1 + read(lengths[read(2)]), total)
        if equal:
            values[at:end] = read(word) & 255
        else:
            values[at:end] = [read(word) & 255 for _ in range(end - at)]
        at = end
    return outlines_of_mask(values.reshape(height, width, _CHANNELS)[..., -1] > 0)

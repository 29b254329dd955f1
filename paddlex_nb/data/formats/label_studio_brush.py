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
    if not 0 < width * height <= MAX_PIXELS or len(code) > 8 * _CHANNELS * width * height + 64:
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
    inside = np.zeros(width * height, np.bool_)
    at = 0
    while at < total:
        equal = read(1)
        end = min(at + 1 + read(lengths[read(2)]), total)
        if equal:
            inside[at // _CHANNELS : end // _CHANNELS] = read(word) > 0
        else:
            for place_of_value in range(at, end):
                value = read(word)
                if place_of_value % _CHANNELS == _CHANNELS - 1:
                    inside[place_of_value // _CHANNELS] = value > 0
        at = end
    return outlines_of_mask(inside.reshape(height, width))

"""Masks in the colours of their classes."""

from __future__ import annotations

import io

from PIL import Image

from paddlex_nb.core.palette import CATEGORICAL, RIGHT, SPLIT_COLOURS, WRONG, colour, rgb

__all__ = ["CATEGORICAL", "RIGHT", "SPLIT_COLOURS", "WRONG", "colour", "coloured", "rgb"]


def coloured(mask: bytes) -> bytes:
    """A grey PNG of class numbers in their colours; 255 is transparent. Empty if it is damaged."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(mask), formats=("PNG",)) as image:
            picture = image.convert("L").convert("P")
    except (OSError, SyntaxError, ValueError):
        return b""
    picture.putpalette([part for number in range(256) for part in rgb(number)])
    picture.save(out, "PNG", transparency=bytes([255] * 255 + [0]))
    return out.getvalue()

"""Numbers as label files say them, which may be anything."""

from __future__ import annotations

import math

_MOST_DIGITS = 9
"""Of a class number, a line number and the like; Python reads thousands of digits slowly or not."""


def parse_float(value: object) -> float:
    """The number that a value of a label file means, also as text; maybe infinite or NaN.

    Raises:
        ValueError: It is none: missing, a truth value, a list, a text that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, bytes)):
        raise ValueError(f"{type(value).__name__} is no number")
    try:
        return float(value)
    except OverflowError:  # whole numbers are unlimited
        return math.inf if isinstance(value, int) and value > 0 else -math.inf


def said_whole(text: str) -> int | None:
    """The number that a text is: 0 or more, at most nine ASCII digits; None if it is none."""
    known = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if known else None

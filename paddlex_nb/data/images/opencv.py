"""OpenCV, for what Pillow does not do or does more slowly."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def opencv() -> Any:
    """OpenCV, which takes a tenth of a second to load; None where `setup` has not brought it."""
    try:
        import cv2
    except ImportError:
        return None
    return cv2

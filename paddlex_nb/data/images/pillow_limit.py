"""Pillow's own limit of pixels, which holds for the whole process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

_limit = threading.Lock()


@contextmanager
def allowed(most: int, usual: int) -> Iterator[None]:
    """Lift the limit for a moment if need be.

    What others of ours open meanwhile is measured by their own limit.

    Args:
        most: The most pixels of an image that is opened meanwhile.
        usual: Up to which nothing need be lifted.
    """
    if most <= usual:
        yield
        return
    with _limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, most
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before

"""How far apart two runtimes' objects of one image are; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_LEAST = 0.05
"""Score from which an object counts."""


def unlike(own: Sequence[Array], theirs: Sequence[Array], size: int) -> float:
    """The largest difference between objects, each compared with the one most like it.

    Args:
        own: Class, score and perhaps corners in pixels, of shape (n, 2) or (n, 6); perhaps
            masks of shape (n, h, w).
        theirs: Likewise.
        size: Pixels that corners are divided by.
    """
    return max(_one_way(own, theirs, size), _one_way(theirs, own, size))


def _one_way(own: Sequence[Array], theirs: Sequence[Array], size: int) -> float:
    largest = 0.0
    for number in np.flatnonzero(own[0][:, 1] >= _LEAST):
        # another class is as unlike as can be
        apart = (theirs[0][:, 0] != own[0][number, 0]).astype(np.float64)
        apart = np.maximum(apart, np.abs(theirs[0][:, 1] - own[0][number, 1]))
        corners = np.abs(theirs[0][:, 2:] - own[0][number, 2:]) / size
        apart = np.maximum(apart, corners.max(axis=1, initial=0))
        for one, other in zip(own[1:], theirs[1:], strict=True):
            apart = np.maximum(apart, np.abs(other - one[number]).max(axis=(1, 2)))
        largest = max(largest, float(apart.min(initial=1.0)))
    return largest

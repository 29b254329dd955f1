"""What is counted for figures and plots alike: pairs of classes, places in the image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = 16
"""Cells a side of the grid of positions."""


def grid_cells(across: NDArray[Any], down: NDArray[Any]) -> NDArray[np.int32]:
    """The cell of the grid in which each point lies, row by row from the top.

    Args:
        across: Positions from the left as shares of the image's width, of shape (points,).
        down: Positions from the top as shares of its height, of the same shape.

    Returns:
        Numbers from 0 to ``GRID * GRID - 1``, of shape (points,); a point beyond the image is in
        the nearest cell.
    """
    column, row = (np.clip(v * GRID, 0, GRID - 1).astype(np.int32) for v in (across, down))
    cells: NDArray[np.int32] = row * GRID + column
    return cells


def shown_classes(
    images: NDArray[Any], classes: NDArray[Any], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Which image shows which class, 1 or 0, of shape (images, classes).

    Args:
        images: Rows of images, one for each class that occurs in one.
        classes: The class numbers, of the same shape.
        shape: How many images and classes there are.
    """
    shown = np.zeros(shape, np.float32)  # the product of floats is a fast one
    shown[images, classes] = 1
    return shown


def shown_together(shown: NDArray[np.float32]) -> NDArray[np.int64]:
    """Images in which both classes of a pair occur, of shape (classes, classes).

    Args:
        shown: As from `shown_classes`, or some rows of it.
    """
    together: NDArray[np.int64] = (shown.T @ shown).astype(np.int64)
    return together

"""Label maps: a class number for every pixel; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.image import DECODE_ERRORS
from paddlex_nb.data.label_maps import IGNORE, read_label_map
from paddlex_nb.errors import UserError

LabelMap = NDArray[np.uint8]
"""Height, width; class numbers, `IGNORE` where nothing is known."""

_ENOUGH = 500
"""Label maps that say how frequent the classes are."""


def read_mask(path: Path, classes: int) -> LabelMap:
    """Decode a label map; numbers that are no class become `IGNORE`.

    Args:
        path: The file.
        classes: Number of classes.

    Raises:
        UserError: It cannot be decoded.
    """
    try:
        return read_label_map(path, classes)
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        raise UserError("training.unreadable_image", path=path, reason=reason) from error


def resize_mask(mask: LabelMap, width: int, height: int) -> LabelMap:
    """Bring a label map to a size; every pixel takes the class of the nearest one."""
    if mask.shape == (height, width):
        return mask
    return np.asarray(
        cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8
    )


def balanced_weights(paths: Sequence[Path], classes: int, seed: int = 0) -> NDArray[np.float32]:
    """How much each class is to count: its rarity, by the median class.

    Median frequency balancing (Eigen and Fergus, 2015, 6.3.2): the median of the classes'
    frequencies by the frequency of the class, which is its share of the pixels of the images in
    which it occurs. A class that does not occur counts 1.

    Args:
        paths: Label maps; of many a random part is read.
        classes: Number of classes.
        seed: Of the random choice.

    Returns:
        Of shape (classes,).
    """
    if len(paths) > _ENOUGH:
        chosen = np.random.default_rng(seed).choice(len(paths), _ENOUGH, replace=False)
        paths = [paths[row] for row in np.sort(chosen)]
    pixels, around = np.zeros(classes), np.zeros(classes)
    for path in paths:
        mask = read_mask(path, classes)
        counts = np.bincount(mask.ravel(), minlength=IGNORE + 1)[:classes]
        pixels += counts
        around += np.where(counts > 0, counts.sum(), 0)
    seen = pixels > 0
    frequency = pixels[seen] / around[seen]
    weights = np.ones(classes, np.float32)
    if seen.any():
        weights[seen] = np.median(frequency) / frequency
    return weights

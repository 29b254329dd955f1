"""Label maps: a class number for every pixel; no Paddle."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.label_maps import IGNORE

LabelMap = NDArray[np.uint8]
"""Height, width; class numbers, `IGNORE` where nothing is known."""

_ENOUGH = 500
"""Label maps that say how frequent the classes are."""


def resize_mask(mask: LabelMap, width: int, height: int) -> LabelMap:
    """Bring a label map to a size; every pixel takes the class of the nearest one."""
    if mask.shape == (height, width):
        return mask
    return np.asarray(
        cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST_EXACT), np.uint8
    )


def balanced_weights(
    label_map: Callable[[int], LabelMap], images: int, classes: int, seed: int = 0
) -> NDArray[np.float32]:
    """How much each class is to count: its rarity, by the median class.

    Median frequency balancing (Eigen and Fergus, 2015, 6.3.2): the median of the classes'
    frequencies by the frequency of the class, which is its share of the pixels of the images in
    which it occurs. A class that does not occur counts 1.

    Args:
        label_map: Gives the label map of an image by its position.
        images: How many there are; of many a random part is read.
        classes: Number of classes.
        seed: Of the random choice.

    Returns:
        Of shape (classes,).
    """
    rows = np.arange(images)
    if images > _ENOUGH:
        rows = np.sort(np.random.default_rng(seed).choice(images, _ENOUGH, replace=False))
    pixels, around = np.zeros(classes), np.zeros(classes)
    for row in rows.tolist():
        counts = np.bincount(label_map(row).ravel(), minlength=IGNORE + 1)[:classes]
        pixels += counts
        around += np.where(counts > 0, counts.sum(), 0)
    seen = pixels > 0
    frequency = pixels[seen] / around[seen]
    weights = np.ones(classes, np.float32)
    if seen.any():
        weights[seen] = np.median(frequency) / frequency
    return weights

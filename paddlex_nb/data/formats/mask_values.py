"""What the values of mask files mean where nothing says so: background and foreground, or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.store.label_maps import IGNORE, MaskCode, WrongMode, read_grey

_LOOKED_AT = 20
"""Masks that are decoded, from all over the data set."""

_LEVELS = 256
_LOW_MODE, _LEAST_BETWEEN = 32, 64
"""Background is darker than the first; foreground is brighter than it by the second."""

_CLUSTERS = 0.75
"""Least share of the pixels that are background or foreground, not of the border between."""

_PEAK = 0.7
"""Least share of either cluster's pixels that are close to its most frequent value."""

_NEAR = 12
_FEW_BETWEEN = 6
"""Values between the clusters that a smooth border has at least; class numbers have none there."""

_MOST_OF_BETWEEN = 0.4
"""A value of more of the pixels between is a class, not a border."""

_MOST_CLASSES = 64
"""Different values of one mask that can be classes without names."""


class MaskValues(msgspec.Struct):
    """The values of some masks.

    Attributes:
        counts: How many pixels have each value.
        most: The largest number of different values in one mask.
        example: That mask.
        lossy: All are JPEG, which keeps no class numbers.
        palette: Some have a palette of colours.
    """

    counts: dict[int, int] = {}
    most: int = 0
    example: str = ""
    lossy: bool = False
    palette: bool = False

    @property
    def too_many(self) -> bool:
        """Whether these cannot be class numbers."""
        return self.most > _MOST_CLASSES or (self.lossy and self.most > 2)


def sampled_values(root: Path, masks: Sequence[str]) -> MaskValues:
    """The values of some of the masks; none at all if they are colour pictures.

    Args:
        root: Folder of all.
        masks: Their paths.
    """
    sample = MaskValues()
    formats = set()
    for path in masks[:: max(1, len(masks) // _LOOKED_AT)][:_LOOKED_AT]:
        try:
            with open_image(root / path) as image:
                formats.add(image.format)
                # colours of a palette are for the eye, the numbers are meant
                sample.palette |= image.mode == "P" and not _is_grey(image)
                values, counts = np.unique(read_grey(image), return_counts=True)
        except WrongMode:
            return MaskValues()
        except DECODE_ERRORS:
            continue
        if len(values) > sample.most:
            sample.most, sample.example = len(values), path
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            sample.counts[int(value)] = sample.counts.get(int(value), 0) + count
    sample.lossy = formats == {"JPEG"}
    return sample


def _is_grey(image: Image.Image) -> bool:
    """Whether the first two colours of a palette are black and white, as of carved-out objects."""
    first = (image.getpalette("RGB") or [])[:6]
    return first in ([0, 0, 0, 255, 255, 255], [0, 0, 0, 1, 1, 1])


def two_classes(sample: MaskValues) -> MaskCode | None:
    """The code of masks of background and foreground; None if they are not that.

    There are only two values, 0 and a bright one; or two clusters, as in JPEG or with smooth
    borders, between which lies little.
    """
    values = sorted(sample.counts)
    if sample.palette and values != [0, IGNORE]:
        return None
    if len(values) == 2 and values[0] == 0 and values[1] >= _LEAST_BETWEEN:
        return MaskCode({0: 0, values[1]: 1})
    if not values or values[0] < 0 or values[-1] >= _LEVELS:
        return None
    counts = np.zeros(_LEVELS, np.int64)
    counts[values] = [sample.counts[value] for value in values]
    border = _border(counts, smooth=not sample.lossy)
    if border is None:
        return None
    return MaskCode({value: int(value >= border) for value in range(_LEVELS)})


def _border(counts: NDArray[np.int64], *, smooth: bool) -> float | None:
    """The value that parts two clusters; None if these do not explain the counts.

    Args:
        counts: Pixels of each value, of shape (256,).
        smooth: There must be values in between.
    """
    low = int(counts[:_LOW_MODE].argmax())
    high = low + _LEAST_BETWEEN + int(counts[low + _LEAST_BETWEEN :].argmax())
    step = (high - low) / 5
    value = np.arange(_LEVELS)
    dark, bright = value < low + step, value > high - step
    between = ~dark & ~bright
    total, rest = counts.sum(), counts[between].sum()
    if not counts[low] or not counts[high] or rest > (1 - _CLUSTERS) * total:
        return None
    for cluster, mode in ((dark, low), (bright, high)):
        if counts[cluster & (np.abs(value - mode) <= _NEAR)].sum() < _PEAK * counts[cluster].sum():
            return None
    if smooth:
        thirds = np.array_split(counts[between] > 0, 3)
        if np.count_nonzero(counts[between]) < _FEW_BETWEEN or not all(t.any() for t in thirds):
            return None
    if rest and counts[between].max() > _MOST_OF_BETWEEN * rest and rest > 0.01 * total:
        return None
    return (low + high) / 2


def is_two_toned(grey: NDArray[np.uint8]) -> bool:
    """Whether a grey picture, of shape (height, width), is of two tones with a soft border."""
    counts = np.bincount(grey.ravel(), minlength=_LEVELS)
    return _border(counts, smooth=False) is not None

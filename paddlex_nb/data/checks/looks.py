"""Whether an image shows anything: blank, dark and blurred ones teach nothing.

Judged by contrast, not by brightness: a microscope's fluorescence image, an X-ray or a night scene
is mostly black, and shows plainly what it is about.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

Look: TypeAlias = Literal["", "blank", "dark", "faint", "blurred"]
"""What is wrong with how an image looks; ``faint`` is as dark, but something stands out from its
noise, so that whoever labelled it may have seen it with more brightness."""

_SIDE = 128
"""Short side in pixels at which images are judged, so that their size does not matter."""

_BLANK, _BLANK_SPAN = 2.0, 6.0
"""Standard deviation of the grey levels (of 255) of an image that is all of one colour, and the
largest difference of two places of it: one small thing hardly adds to the deviation."""

_DARK = 16.0
"""Mean grey level of an image that may be too dark; whether it is depends on its contrast."""

_VISIBLE = 16.0
"""Grey levels between darkest and brightest places below which nothing is seen on a screen.
Measured on 664 microscope images (the nuclei of the 2018 Data Science Bowl), of which 381 have a
mean below 16, and those of the least contrast still show their nuclei plainly: it is 23."""

_STRUCTURE = 3.0
"""Likewise, levels below which there is nothing even once the image is brightened."""

_NOISE = 4.0
"""Contrast by the noise's standard deviation below which it is nothing but noise: means of nine
pixels of noise alone span 2."""

_ENDS = (0.1, 99.9)
"""Percentiles that count as darkest and brightest: single pixels of a sensor are always bright."""

_BLUR = 8.0
"""Variance of the Laplacian below which an image may be blurred. Measured on 5 real sets (710
images of clothes, blood cells, balloons, fruits and streets): the least of any is 15.8, the median
66 to 2,200; after a Gaussian blur of 2 % of the short side the median is 3 to 7, of 4 % it is 2 to
3. It falls with the square of the contrast too: sharp microscope images reach down to 5."""

_WINDOW = 17
"""Side in pixels of the places in which edges are held against the contrast."""

_SHARP = 0.34
"""The largest step between neighbours by the contrast around it, from which on edges are sharp;
reached in a tenth of the places. Measured on the same sets, the microscope images and 55 X-rays:
sharp ones have at least 0.348, after a blur of 3 % of the short side at most 0.333."""


def grey_levels(image: Image.Image) -> NDArray[np.float32]:
    """The grey levels of an image, at the size at which images are judged.

    Args:
        image: The decoded image; a smaller one than the file's will do.

    Returns:
        Of shape (height, width), 0 to 255; the short side has 128 pixels, or those of the image.
    """
    grey = image.convert("L")
    scale = _SIDE / min(grey.size)
    if scale < 1:
        size = (max(3, round(grey.width * scale)), max(3, round(grey.height * scale)))
        grey = grey.resize(size, Image.Resampling.BOX)
    return np.asarray(grey, np.float32)


def look(levels: NDArray[np.float32]) -> Look:
    """What is wrong with how an image looks, if anything.

    Blur is told by the variance of the Laplacian (Pech-Pacheco et al., 2000), noise by the median
    of its size.

    Args:
        levels: The image's `grey_levels`.
    """
    if levels.std() < _BLANK and np.ptp(_means(levels)) < _BLANK_SPAN:
        return "blank"
    if levels.mean() < _DARK and (dark := _darkness(levels)):
        return dark
    if min(levels.shape) < _SIDE // 2:  # too small to be told
        return ""
    return "blurred" if _laplacian(levels).var() < _BLUR and not _sharp(levels) else ""


def brightness_and_sharpness(levels: NDArray[np.float32]) -> tuple[float, float]:
    """Two numbers by which images differ.

    Args:
        levels: The image's `grey_levels`.

    Returns:
        The mean grey level, 0 to 255, and the variance of the Laplacian, 0 in images of fewer than
        three pixels a side.
    """
    sharpness = float(_laplacian(levels).var()) if min(levels.shape) >= 3 else 0.0
    return float(levels.mean()), sharpness


def _darkness(levels: NDArray[np.float32]) -> Look:
    """Whether anything is to be seen in a dark image."""
    low, high = np.percentile(_means(levels), _ENDS)
    noise = 0.0
    if min(levels.shape) >= 3:
        noise = 1.4826 * float(np.median(np.abs(_laplacian(levels)))) / 20**0.5
    if high - low < max(_STRUCTURE, _NOISE * noise):
        return "dark"
    return "faint" if high - low < _VISIBLE else ""


def _means(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of three by three pixels, in which noise is a third; of tiny images the pixels."""
    if min(levels.shape) < 3:
        return levels
    rows = levels[:-2] + levels[1:-1] + levels[2:]
    means: NDArray[np.float32] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return means


def _laplacian(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    around = levels[1:-1, :-2] + levels[1:-1, 2:] + levels[:-2, 1:-1] + levels[2:, 1:-1]
    laplacian: NDArray[np.float32] = around - 4 * levels[1:-1, 1:-1]
    return laplacian


def _sharp(levels: NDArray[np.float32]) -> bool:
    """Whether edges are steep for their contrast, where there is any."""
    steps = np.zeros_like(levels)
    steps[:, 1:] = np.abs(np.diff(levels, axis=1))
    steps[1:] = np.maximum(steps[1:], np.abs(np.diff(levels, axis=0)))
    places = sliding_window_view(levels, (_WINDOW, _WINDOW))[::4, ::4]
    contrast = np.ptp(places, axis=(2, 3))
    steepest = sliding_window_view(steps, (_WINDOW, _WINDOW))[::4, ::4].max(axis=(2, 3))
    some = contrast >= max(1.0, float(np.ptp(levels)) / 4)
    return bool(some.any() and np.percentile(steepest[some] / contrast[some], 90) >= _SHARP)

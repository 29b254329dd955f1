"""Label maps: an image's class number for every pixel, from a mask file or drawn from outlines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.data.images.decode import MAX_PIXELS, open_image
from paddlex_nb.data.store.coco_masks import decode, filled

IGNORE = 255
"""Value of pixels that belong to no class and do not count."""

BACKGROUND = "background"
"""Name of class 0 where only the other classes are labelled."""

_BACKGROUND = {BACKGROUND, "_background_", "__background__", "bg", "背景"}

_GREY = {"1", "L", "P", "I;16", "I"}
_BANDS = {"RGB", "RGBA", "LA"}
_NEARLY = 8


class MaskCode(msgspec.Struct, frozen=True):
    """How pixel values of a data set's mask files map to classes.

    Attributes:
        classes: Class number (or `IGNORE`) by pixel value; if empty, values are class numbers.
        colours: Pixels are colours, and their values ``red << 16 | green << 8 | blue``.
    """

    classes: dict[int, int] = {}
    colours: bool = False


def read_values(path: Path, code: MaskCode, most: int = MAX_PIXELS) -> NDArray[Any]:
    """The pixels of a mask file as values of its code, of shape (height, width).

    Args:
        path: The file.
        code: What its pixels mean.
        most: As for `open_image`.

    Raises:
        DECODE_ERRORS: It cannot be decoded.
        WrongMode: It is a colour picture, and the code knows no colours.
    """
    with open_image(path, most) as image:
        if code.colours:
            red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), np.int32), -1, 0)
            return np.asarray(red << 16 | green << 8 | blue)
        return read_grey(image)


def read_grey(image: Image.Image) -> NDArray[Any]:
    """The pixels of a mask that is grey, or saved as a colour picture of greys, of one band.

    Of a picture with transparency that is of one colour, transparency is the mask; else what is
    transparent is 0.

    Raises:
        DECODE_ERRORS: It cannot be decoded.
        WrongMode: It has colours.
    """
    if image.mode in _GREY:
        return np.asarray(image)
    if image.mode not in _BANDS:
        raise WrongMode(image.mode)
    bands = np.asarray(image)
    alpha = bands[..., -1] if image.mode.endswith("A") else None
    colours = bands[..., :-1] if alpha is not None else bands
    grey: NDArray[Any] = colours[..., 0]
    # JPEG keeps greys only nearly
    tolerance = _NEARLY if image.format == "JPEG" else 0
    for other in np.moveaxis(colours, -1, 0)[1:]:
        if int(np.abs(grey.astype(np.int16) - other).max(initial=0)) > tolerance:
            raise WrongMode(image.mode)
    if alpha is None or alpha.min(initial=255) == 255:
        return grey
    if grey.min(initial=255) == grey.max(initial=0):
        return alpha
    return np.where(alpha < 128, np.uint8(0), grey)


class WrongMode(ValueError):  # noqa: N818 - told to the user as a finding
    """A mask is a colour picture; as a ValueError one of `DECODE_ERRORS`."""


def read_label_map(
    path: Path,
    table: NDArray[np.uint8],
    size: int | None = None,
    most: int = MAX_PIXELS,
) -> NDArray[np.uint8]:
    """The class of every pixel of a mask file, of shape (height, width).

    Args:
        path: The file.
        table: Class number (or `IGNORE`) by pixel value, of shape (256,); larger values are of no
            class.
        size: Longest side in pixels to which it is shrunk; as it is if None.
        most: Pixels that it may have.

    Raises:
        DECODE_ERRORS: It cannot be decoded.
    """
    values = read_values(path, MaskCode(), most)
    if size is not None:
        values = shrunk(values, size)
    if values.dtype == np.uint8 or values.dtype == np.bool_:
        return table[values.astype(np.uint8)]
    inside = (values >= 0) & (values <= IGNORE)
    return np.where(inside, table[np.where(inside, values, 0)], np.uint8(IGNORE))


def shrunk(labels: NDArray[Any], size: int) -> NDArray[Any]:
    """A label map no larger than asked, without mixing class numbers.

    Args:
        labels: Of shape (height, width).
        size: Longest side in pixels; a smaller map keeps its size.
    """
    height, width = labels.shape
    scale = size / max(height, width)
    if scale >= 1:
        return labels
    rows, columns = (
        ((np.arange(small := max(1, round(side * scale))) + 0.5) * (side / small)).astype(np.intp)
        for side in (height, width)
    )
    small_map: NDArray[Any] = labels[rows[:, None], columns]
    return small_map


def own_numbers(classes: int) -> NDArray[np.uint8]:
    """The table of masks whose values are class numbers, of shape (256,)."""
    values = np.arange(IGNORE + 1, dtype=np.uint8)
    return np.where(values < classes, values, np.uint8(IGNORE))


def is_background(name: str) -> bool:
    """Whether a class name means background."""
    return name.strip().lower() in _BACKGROUND


def class_numbers(
    values: NDArray[Any], code: MaskCode, classes: int
) -> tuple[NDArray[np.uint8], dict[int, int]]:
    """The class of every pixel, and how often each value occurs that stands for none.

    Args:
        values: Pixels of a mask file.
        code: What they mean.
        classes: Number of classes; if 0, every value up to 254 is one.

    Returns:
        Class numbers of the shape of ``values``, `IGNORE` for other values; and the counts.
    """
    if values.dtype == np.uint8 or values.dtype == np.bool_:
        places: NDArray[Any] = values.astype(np.uint8)
        values_in_use = np.arange(IGNORE + 1)  # no need to sort
        counts = np.bincount(places.ravel(), minlength=IGNORE + 1)
    else:
        values_in_use, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    limit = classes or IGNORE
    numbers = np.full(len(values_in_use), IGNORE, np.uint8)
    strangers: dict[int, int] = {}
    for row, value in enumerate(values_in_use.tolist()):
        number = code.classes.get(value) if code.classes else value
        if number is not None and 0 <= number < limit:
            numbers[row] = number
        elif number != IGNORE and counts[row]:
            strangers[value] = int(counts[row])
    return numbers[places].reshape(values.shape), strangers


def draw(
    objects: Sequence[tuple[int, list[list[float]]]], width: int, height: int
) -> NDArray[np.uint8]:
    """The label map of objects, later ones over earlier ones, on class 0.

    Args:
        objects: Class number and polygons of each (x0, y0, x1, ... in pixels); filled as COCO does.
        width: Width of the image in pixels.
        height: Its height.
    """
    label_map = np.zeros((height, width), np.uint8)
    for number, polygons in objects:
        if polygons:
            label_map[decode(filled(polygons, height, width)).astype(np.bool_)] = number
    return label_map


def save(label_map: NDArray[np.uint8], path: Path) -> None:
    """Write a label map as PNG.

    Raises:
        OSError: The disk is full or refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(label_map).save(path, compress_level=3)

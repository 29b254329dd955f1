"""Opening images that may be anything: the one way for checks, thumbnails and training alike."""

from __future__ import annotations

import struct
import warnings
import zlib
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from paddlex_nb.data.images.deep import (
    WHITE,
    between_extremes,
    bits_of,
    deep_values,
    eight_bits,
    is_deep_colour,
    remember,
    white_of,
)
from paddlex_nb.data.images.pillow_limit import allowed

EXTENSIONS = {
    ".bmp": {"BMP", "DIB"},
    ".gif": {"GIF"},
    ".jfif": {"JPEG", "MPO"},
    ".jpe": {"JPEG", "MPO"},
    ".jpeg": {"JPEG", "MPO"},
    ".jpg": {"JPEG", "MPO"},
    ".png": {"PNG"},
    ".tif": {"TIFF"},
    ".tiff": {"TIFF"},
    ".webp": {"WEBP"},
}
"""Extensions of images that are read, and the formats that belong to each."""

FORMATS: tuple[str, ...] = ("JPEG", "PNG", "BMP", "DIB", "GIF", "TIFF", "WEBP")
"""Formats that are read (JPEG covers MPO): no others are tried, so that none of Pillow's rarer
decoders runs."""

MAX_PIXELS = 178_956_970
"""Images that declare more pixels are not decoded (Pillow's own limit, twice its warning)."""

DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow raises for damaged images."""

ORIENTATION = 0x0112
"""The EXIF tag that says how an image is to be turned, 1 to 8."""

_ROTATED = range(5, 9)

_EXTRA = 338
"""TIFF's tag that says what bands beyond three are; 0 is "nothing that is known"."""

# Pillow loads its decoders when first asked, which two threads must not do at once
for _plugin in ("Bmp", "Gif", "Jpeg", "Mpo", "Png", "Tiff", "WebP"):
    import_module(f"PIL.{_plugin}ImagePlugin")
if find_spec("pillow_heif") is not None:  # photos of phones, where the user has installed it
    with suppress(ImportError):
        import_module("pillow_heif").register_heif_opener(thumbnails=False)
        EXTENSIONS |= {".heic": {"HEIF"}, ".heif": {"HEIF"}}
        FORMATS += ("HEIF",)
# the limit above is ours to keep; a warning at half of it would only end up in logs
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def open_image(source: Path | IO[bytes], most: int = MAX_PIXELS) -> Image.Image:
    """Read the header of an image; nothing is decoded yet.

    Args:
        source: The file.
        most: The most pixels that it may have; more than `MAX_PIXELS` only where tiles were
            asked for.

    Raises:
        DECODE_ERRORS: It is not an image of the known formats.
        Image.DecompressionBombError: It declares more than ``most``.
    """
    # paddledet switches this on for the whole process: half an image would pass as a whole one
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with allowed(most, MAX_PIXELS):
        image = Image.open(source, formats=FORMATS)
    if image.width * image.height > most:
        raise Image.DecompressionBombError
    remember(image, source)
    return image


def shown_size(image: Image.Image) -> tuple[int, int]:
    """Width and height in pixels as shown, the EXIF rotation applied."""
    rotated = turn_of(image) in _ROTATED
    return (image.height, image.width) if rotated else image.size


def turn_of(image: Image.Image) -> int:
    """How an image is still to be turned, 1 to 8, as its EXIF tag says.

    Pillow turns a TIFF as it decodes it, and takes the tag away then.
    """
    if image.format == "TIFF" and image.getexif().get(ORIENTATION, 1) != 1:
        image.load()
    return int(image.getexif().get(ORIENTATION) or 1)


def as_rgb(image: Image.Image, white: int | None = None) -> Image.Image:
    """The first frame as shown: rotated by its EXIF tag, RGB, on white where it is transparent.

    16-bit grey and colours are scaled from their full range, as OpenCV does; floating point from
    its own least and greatest value. A fourth band that no tag calls transparency is none.

    Args:
        image: The image.
        white: The 16-bit value that becomes white, if not that of the full range.

    Raises:
        DECODE_ERRORS: It is damaged.
    """
    # of colours that fill their range, the bytes that Pillow keeps are enough
    whole = is_deep_colour(image) and white in {None, WHITE}
    return _shown(image, None if whole else deep_values(image), white or WHITE)


def stretched(image: Image.Image) -> tuple[Image.Image, int]:
    """An image as `as_rgb` shows it, 16 bits scaled from those that its values fill.

    What fills few of 16 bits would look black else.

    Returns:
        The image, and how many bits are filled: 8, 10, 12, 14 or 16; 0 if it has not 16.

    Raises:
        DECODE_ERRORS: It is damaged.
    """
    values = deep_values(image)
    bits = 0 if values is None else bits_of(values)
    return _shown(image, values, white_of(bits) or WHITE), bits


def _shown(image: Image.Image, values: NDArray[np.uint16] | None, white: int) -> Image.Image:
    plain_band = has_plain_band(image)
    if values is not None:
        image = _with(image, eight_bits(values, white))
    image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        image = Image.fromarray(between_extremes(np.asarray(image, np.float32)))
    if plain_band:
        return Image.merge("RGB", image.split()[:3])
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")


def _with(image: Image.Image, pixels: NDArray[np.uint8]) -> Image.Image:
    """An image of other pixels, its transparency and EXIF tags kept."""
    made = Image.fromarray(pixels)
    if image.mode in {"RGBA", "LA"}:
        made.putalpha(image.getchannel("A"))
    # a transparent value of 16 bits is none of eight
    made.info = {name: value for name, value in image.info.items() if name != "transparency"}
    return made


def has_plain_band(image: Image.Image) -> bool:
    """Whether a TIFF has a fourth band that is no transparency: near infrared, perhaps."""
    tags = getattr(image, "tag_v2", None)
    return image.format == "TIFF" and image.mode == "RGBA" and not (tags or {}).get(_EXTRA)


def read_rgb(path: Path, white: int | None = None) -> NDArray[np.uint8]:
    """An image's pixels as shown (see `as_rgb`), of shape (height, width, 3).

    Raises:
        DECODE_ERRORS: It is not an image or damaged.
    """
    with open_image(path) as image:
        return np.asarray(as_rgb(image, white))

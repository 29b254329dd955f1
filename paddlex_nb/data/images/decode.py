"""Opening images that may be anything: the one way for checks, thumbnails and training alike."""

from __future__ import annotations

import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

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

DEEP = frozenset({"I;16", "I;16B", "I;16L", "I"})
"""Pillow's modes of 16-bit grey."""

_WHITE = 65535
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
    with _up_to(most):
        image = Image.open(source, formats=FORMATS)
    if image.width * image.height > most:
        raise Image.DecompressionBombError
    return image


_limit = threading.Lock()


@contextmanager
def _up_to(most: int) -> Iterator[None]:
    """Lift Pillow's own limit, which holds for the whole process, for a moment if need be.

    What others of ours open meanwhile is measured by their own limit.
    """
    if most <= MAX_PIXELS:
        yield
        return
    with _limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, most
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


def shown_size(image: Image.Image) -> tuple[int, int]:
    """Width and height in pixels as shown, the EXIF rotation applied."""
    rotated = image.getexif().get(ORIENTATION) in _ROTATED
    return (image.height, image.width) if rotated else image.size


def as_rgb(image: Image.Image, white: int | None = None) -> Image.Image:
    """The first frame as shown: rotated by its EXIF tag, RGB, on white where it is transparent.

    16-bit grey is scaled from its full range, as OpenCV does; floating point from its own
    least and greatest value. A fourth band that no tag calls transparency is none.

    Args:
        image: The image.
        white: The value of 16-bit grey that becomes white, if not that of its full range.

    Raises:
        DECODE_ERRORS: It is damaged.
    """
    plain_band = has_plain_band(image)
    image = ImageOps.exif_transpose(image)
    if image.mode in DEEP or image.mode == "F":
        image = _eight_bits(image, white or _WHITE)
    if plain_band:
        return Image.merge("RGB", image.split()[:3])
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")


def grey_bits(image: Image.Image) -> int:
    """The bits that the values of a 16-bit grey image fill: 8, 10, 12, 14 or 16; 0 for others.

    Raises:
        DECODE_ERRORS: It is damaged.
    """
    if image.mode not in DEEP:
        return 0
    used = int(np.asarray(image).max(initial=0)).bit_length()
    return min(16, max(8, used + used % 2))


def white_of(bits: int | None) -> int | None:
    """The greatest value of so many bits; None if it is not said how many."""
    return (1 << bits) - 1 if bits else None


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


def _eight_bits(image: Image.Image, white: int) -> Image.Image:
    values: NDArray[Any] = np.asarray(image, dtype=np.float32)
    low, high = (
        (0.0, float(white))
        if image.mode != "F"
        else (float(np.nanmin(values)), float(np.nanmax(values)))
    )
    scaled = np.nan_to_num((values - low) * (255.0 / max(high - low, 1e-12)))
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8))

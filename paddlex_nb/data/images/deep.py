"""16-bit pixels: grey by Pillow; colours by OpenCV, since Pillow keeps one of their two bytes."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.data.images.opencv import opencv
from paddlex_nb.hosts.processor import memory

GREY = frozenset({"I;16", "I;16B", "I;16L", "I"})
"""Pillow's modes of 16-bit grey."""

WHITE = 65535
"""The greatest value of 16 bits."""

_FORMATS = {"PNG", "TIFF"}
_COLOURS = {"RGB", "RGBA", "LA"}
_SOURCE = "paddlex_nb_source"
_BYTES = 24
"""Memory for a pixel of 16-bit colours: Pillow's four, eight for four channels, the file's eight
where nothing of it could be compressed, and what is made of them."""

_ROWS = 256


class NoMemoryError(Image.DecompressionBombError):
    """16-bit colours that the free memory does not hold, however few pixels they are.

    Args:
        needed: Bytes that decoding takes.
        free: Bytes that can be had.
    """

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(f"{needed} bytes are needed, {free} are free")
        self.needed, self.free = needed, free


def remember(image: Image.Image, source: Path | IO[bytes]) -> None:
    """Note where an image of 16-bit colours comes from; once decoded, it does not tell any more.

    Args:
        image: An image of which only the header was read.
        source: What it was opened from.
    """
    if image.format in _FORMATS and image.mode in _COLOURS:
        raw = [tile[3] if isinstance(tile[3], str) else tile[3][0] for tile in image.tile]  # type: ignore[attr-defined]
        if raw and all(";16" in str(mode) for mode in raw) and opencv() is not None:
            setattr(image, _SOURCE, source)  # which no copy of it inherits


def is_deep(image: Image.Image) -> bool:
    """Whether an image has 16-bit values, grey or in colours, that `deep_values` gives."""
    return image.mode in GREY or is_deep_colour(image)


def is_deep_colour(image: Image.Image) -> bool:
    """Whether an image has 16-bit colours; known of those of `open_image`, not of copies."""
    return hasattr(image, _SOURCE)


def deep_values(image: Image.Image) -> NDArray[np.uint16] | None:
    """The 16-bit values of an image as it is stored; None for one of other kinds.

    Returns:
        Of shape (height, width) for grey, (height, width, 3) for RGB; transparency is left to
        Pillow. Where OpenCV does not read the same picture as Pillow, None.

    Raises:
        DECODE_ERRORS: It is damaged.
        NoMemoryError: It has 16-bit colours that the free memory does not hold.
    """
    if image.mode in GREY:
        values: NDArray[Any] = np.asarray(image)
        if values.dtype != np.uint16:
            values = values.clip(0, WHITE).astype(np.uint16)
        return values
    if not is_deep_colour(image):
        return None
    needed, free = image.width * image.height * _BYTES, memory()[1]
    if needed > free:
        raise NoMemoryError(needed, free)
    image.load()  # what is damaged is refused here: OpenCV passes half an image
    colours = _decoded(getattr(image, _SOURCE))
    return colours if colours is not None and _same(colours, image) else None


def _decoded(source: Path | IO[bytes]) -> NDArray[np.uint16] | None:
    cv2 = opencv()
    if isinstance(source, Path):
        data = np.fromfile(source, np.uint8)
    else:
        source.seek(0)
        data = np.frombuffer(source.read(), np.uint8)
    try:
        pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.dtype != np.uint16 or pixels.ndim != 3:
        return None
    colours: NDArray[np.uint16] = pixels[..., 2::-1]  # from BGR and BGRA
    return colours


def _same(colours: NDArray[np.uint16], image: Image.Image) -> bool:
    """Whether two decoders read one picture: Pillow's is the high byte of every value."""
    width, height = image.size
    if colours.shape != (height, width, 3):
        return False
    for top in range(0, height, _ROWS):
        part = image.crop((0, top, width, min(top + _ROWS, height)))
        part = part.convert("RGB") if part.mode == "LA" else part
        known = np.asarray(part)[..., :3]
        if not np.array_equal(colours[top : top + _ROWS] >> 8, known):
            return False
    return True


def bits_of(values: NDArray[np.uint16]) -> int:
    """The bits that 16-bit values fill: 8, 10, 12, 14 or 16."""
    used = int(values.max(initial=0)).bit_length()
    return min(16, max(8, used + used % 2))


def white_of(bits: int | None) -> int | None:
    """The greatest value of so many bits; None if it is not said how many."""
    return (1 << bits) - 1 if bits else None


def eight_bits(values: NDArray[np.uint16], white: int) -> NDArray[np.uint8]:
    """16-bit values as bytes; ``white`` and what is above it become 255."""
    scaled = np.arange(WHITE + 1, dtype=np.float32) * np.float32(255.0 / white)
    pixels: NDArray[np.uint8] = scaled.clip(0, 255).astype(np.uint8)[values]
    return pixels


def between_extremes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Floating point values as bytes, from the least to the greatest; 0 for what is no number."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    scaled = np.nan_to_num((values - low) * (255.0 / max(high - low, 1e-12)))
    pixels: NDArray[np.uint8] = scaled.clip(0, 255).astype(np.uint8)
    return pixels


def write_png(path: Path, values: NDArray[np.uint16]) -> None:
    """Write 16-bit RGB or RGBA, hardly compressed, which is what takes the time.

    Raises:
        OSError: It cannot be written.
    """
    cv2 = opencv()
    order = [2, 1, 0, 3][: values.shape[2]]
    done, data = cv2.imencode(".png", values[..., order], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise OSError
    path.write_bytes(data.tobytes())

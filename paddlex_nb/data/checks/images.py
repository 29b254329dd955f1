"""Whether each image can be decoded to its end, and what it is."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.core.severity import Severity
from paddlex_nb.data.checks.looks import Look, brightness_and_sharpness, grey_levels, look
from paddlex_nb.data.images.decode import (
    DECODE_ERRORS,
    EXTENSIONS,
    MAX_PIXELS,
    open_image,
    shown_size,
    stretched,
)
from paddlex_nb.data.images.deep import NoMemoryError, is_deep
from paddlex_nb.data.store.records import Finding

MAX_FILE = 1 << 30
"""Largest image file that is read, in bytes."""

SIGNATURE = 16
"""Side in pixels of the small picture by which images are compared."""

_DECODE_SIZE = 128
"""JPEG is decoded at the smallest reduced size of at least so many pixels a side: it reads all
the data, so that a truncated file shows, at about a third of the time; and below it signatures
of the same picture at other sizes drift apart."""

NO_MEMORY = "no_memory"
"""The finding of an image that may be readable another time."""

_LARGE_PIXELS = 1 << 25
_large = threading.Lock()  # two such images at once could fill the memory


class Probe(msgspec.Struct):
    """What decoding one image file showed.

    Attributes:
        width: Pixels as shown, the EXIF rotation applied; 0 if the image is unusable.
        height: Likewise.
        format: Pillow's name of its format.
        digest: Hash of the file's bytes.
        signature: The image as shown, at `SIGNATURE` x `SIGNATURE` RGB pixels.
        findings: What is wrong with it or noteworthy.
        bits: How many bits the values of a 16-bit image take; 0 for others.
        look: What is wrong with how it looks, if anything (see `looks.look`).
        brightness: See `looks.brightness_and_sharpness`; NaN where an early version has looked.
        sharpness: Likewise.
    """

    width: int = 0
    height: int = 0
    format: str = ""
    digest: bytes = b""
    signature: bytes = b""
    findings: list[Finding] = []
    bits: int = 0
    look: Look = ""
    brightness: float = np.nan
    sharpness: float = np.nan

    @property
    def usable(self) -> bool:
        """Whether the image can be used for training."""
        return self.width > 0


def probe(root: Path, path: str, most: int = MAX_PIXELS) -> Probe:
    """Decode one image, reduced where its format allows, and describe it."""
    try:
        with (root / path).open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        return _bad("unreadable_file", path, reason=error.strerror or "")
    if not data:
        return _bad("empty_file", path)
    if len(data) > MAX_FILE:
        return _bad("image_too_large", path, limit=f"{MAX_FILE >> 20} MB")
    try:
        image = open_image(io.BytesIO(data), most)
    except Image.DecompressionBombError:
        return _bad("image_too_large", path, limit=f"{most / 1e6:.0f} MP")
    except DECODE_ERRORS:
        return _bad("not_an_image", path)
    try:
        width, height = shown_size(image)
        probe_ = Probe(width, height, image.format or "", findings=_notes(image, path))
        _judge(probe_, image)
    except NoMemoryError as error:
        sizes = {"needed": f"{error.needed / 1e9:.1f} GB", "free": f"{error.free / 1e9:.1f} GB"}
        return _bad(NO_MEMORY, path, **sizes)
    except DECODE_ERRORS:
        return _bad("truncated_image", path)
    probe_.digest = hashlib.blake2b(data, digest_size=16).digest()
    return probe_


def _judge(probe_: Probe, image: Image.Image) -> None:
    """Decode the image, and say in its probe what it looks like.

    For the signature it is shrunk; a triangle filter hides differences of rescaling. What fills
    only some of 16 bits is judged as if these were all: else it would all look black.
    """
    with _decoded(image) as (decoded, probe_.bits):
        small = decoded.resize((SIGNATURE, SIGNATURE), Image.Resampling.BILINEAR, reducing_gap=4.0)
        probe_.signature = np.asarray(small).tobytes()
        levels = grey_levels(decoded)
    probe_.look = look(levels)
    probe_.brightness, probe_.sharpness = brightness_and_sharpness(levels)


def measured(path: Path) -> tuple[float, float]:
    """Brightness and sharpness of an image, as its probe has them; NaN if it is not readable."""
    try:
        with open_image(path) as image, _decoded(image) as (decoded, _):
            return brightness_and_sharpness(grey_levels(decoded))
    except DECODE_ERRORS:
        return np.nan, np.nan


@contextmanager
def _decoded(image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """An image as it is judged, reduced where its format allows, and bits of 16 that it fills."""
    image.draft("RGB", (_DECODE_SIZE, _DECODE_SIZE))
    with _large if image.width * image.height > _LARGE_PIXELS else nullcontext():
        large = image.width * image.height > MAX_PIXELS and image.mode in {"L", "RGB", "RGBA"}
        if large and not is_deep(image):
            image = image.reduce(4)  # converted whole, it would take its memory twice
        yield stretched(image)


def _notes(image: Image.Image, path: str) -> list[Finding]:
    """What is unusual about an image whose header could be read; harms nothing."""
    notes = []
    extension = PurePosixPath(path).suffix.lower()
    kind = image.format or ""
    if kind not in EXTENSIONS[extension]:
        notes.append(Finding("extension_mismatch", Severity.INFO, path, values={"format": kind}))
    # the further pictures of a phone's JPEG are previews, not frames
    frames = 1 if kind in {"JPEG", "MPO"} else getattr(image, "n_frames", 1)
    if frames > 1:
        notes.append(Finding("multiple_frames", Severity.INFO, path, values={"frames": frames}))
        image.seek(0)
    if image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        notes.append(Finding("unusual_mode", Severity.INFO, path, values={"mode": image.mode}))
    return notes


def _bad(code: str, path: str, **values: str) -> Probe:
    return Probe(findings=[Finding(code, Severity.ERROR, path, values=dict(values))])

"""Whether each image can be decoded to its end, and what it is."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.core.severity import Severity
from paddlex_nb.data.checks.looks import Look, look
from paddlex_nb.data.images.decode import (
    DECODE_ERRORS,
    EXTENSIONS,
    MAX_PIXELS,
    open_image,
    shown_size,
    stretched,
)
from paddlex_nb.data.images.deep import NoMemoryError, is_deep
from paddlex_nb.data.source.file_cache import Remembered
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import Finding

MAX_FILE = 1 << 30
"""Largest image file that is read, in bytes."""

SIGNATURE = 16
"""Side in pixels of the small picture by which images are compared."""

_DECODE_SIZE = 128
"""JPEG is decoded at the smallest reduced size of at least so many pixels a side: it reads all
the data, so that a truncated file shows, at about a third of the time; and below it signatures
of the same picture at other sizes drift apart."""

_PURPOSE = "probe 4"
_NO_MEMORY = "no_memory"
"""To be counted up with every change of what a probe finds: kept results are then forgotten."""

_FEW_BITS = 14
"""Of 16; what cameras and microscopes of 10, 12 and 14 bits save."""

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
    """

    width: int = 0
    height: int = 0
    format: str = ""
    digest: bytes = b""
    signature: bytes = b""
    findings: list[Finding] = []
    bits: int = 0
    look: Look = ""

    @property
    def usable(self) -> bool:
        """Whether the image can be used for training."""
        return self.width > 0


def probe_all(
    root: Path,
    paths: list[str],
    report: Report,
    memory: Path | None = None,
    *,
    processes: bool = False,
    most: int = MAX_PIXELS,
) -> list[Probe]:
    """Probe every image on all cores, reporting findings and progress (stage ``check``).

    Args:
        root: Folder of the images.
        paths: The images.
        report: Takes findings and progress.
        memory: File in which results are kept, so that unchanged images are not probed again.
        processes: As for `pool.each`.
        most: The most pixels that an image may have.
    """
    work, total = partial(probe, root, most=most), len(paths)
    known = Remembered(memory, Probe, _PURPOSE)

    def advance(done: int) -> None:
        report.progress("check", done, total, "images")

    probes = known.each(work, root, paths, advance, processes=processes, lasting=_lasting)
    for probe_ in probes:
        for finding in probe_.findings:
            report.add(finding)
        probe_.findings = []
    _report_bits(paths, probes, report)
    return probes


def _report_bits(paths: Sequence[str], probes: Sequence[Probe], report: Report) -> None:
    """Report 16-bit images none of which uses all of its bits."""
    deep = [(path, probe_.bits) for path, probe_ in zip(paths, probes, strict=True) if probe_.bits]
    bits = max((used for _, used in deep), default=16)
    if bits <= _FEW_BITS:
        report.warning("few_bits", images=len(deep), bits=bits, example=deep[0][0])


def _lasting(probe_: Probe) -> bool:
    """Whether it is so as long as the file is the same; memory may be free the next time."""
    return all(finding.code != _NO_MEMORY for finding in probe_.findings)


def known_probes(memory: Path, paths: Sequence[str]) -> dict[str, Probe]:
    """What was found out about images when they were last looked at, their files there or not.

    Args:
        memory: As for `probe_all`.
        paths: The images; those that are not known are left out.
    """
    known = Remembered(memory, Probe, _PURPOSE)
    return {path: probe for path in paths if (probe := known.last(path)) is not None}


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
        notes = _notes(image, path)
        signature, seen_as, bits = _seen(image)
    except NoMemoryError as error:
        sizes = {"needed": f"{error.needed / 1e9:.1f} GB", "free": f"{error.free / 1e9:.1f} GB"}
        return _bad(_NO_MEMORY, path, **sizes)
    except DECODE_ERRORS:
        return _bad("truncated_image", path)
    digest = hashlib.blake2b(data, digest_size=16).digest()
    return Probe(width, height, image.format or "", digest, signature, notes, bits, seen_as)


def _seen(image: Image.Image) -> tuple[bytes, Look, int]:
    """Decode the image: its signature, what is wrong with how it looks, bits of 16 that it fills.

    For the signature it is shrunk; a triangle filter hides differences of rescaling. What fills
    only some of 16 bits is judged as if these were all: else it would all look black.
    """
    image.draft("RGB", (_DECODE_SIZE, _DECODE_SIZE))
    with _large if image.width * image.height > _LARGE_PIXELS else nullcontext():
        large = image.width * image.height > MAX_PIXELS and image.mode in {"L", "RGB", "RGBA"}
        if large and not is_deep(image):
            image = image.reduce(4)  # converted whole, it would take its memory twice
        decoded, bits = stretched(image)
        small = decoded.resize((SIGNATURE, SIGNATURE), Image.Resampling.BILINEAR, reducing_gap=4.0)
        return np.asarray(small).tobytes(), look(decoded), bits


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

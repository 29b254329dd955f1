"""Images that are there twice: the same bytes, or the same picture saved anew."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_bytes
from paddlex_nb.data.checks.images import SIGNATURE, Probe
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import SPLITS

_RMS = 2.0
"""Root mean square difference, in grey levels of 255, up to which two signatures are of one
picture. Measured on the clothing set: re-encoded (quality 30 to 55), resized (33 to 80 %) or as
PNG at most 1.9 (99 % of 150 images each); the two most alike pictures that differ: 7.8."""

_OF_CONTRAST = 0.6
"""The same by the standard deviation of the signatures, which tells dim images apart. Measured on
664 microscope images, mostly black: different ones within `_RMS` differ by 1.75 of it or more; what
is one picture, re-encoded and resized, by at most 0.33, and of photos of low contrast 0.52."""

_NO_CONTRAST = 0.8
"""Standard deviation below which a signature is of one colour: rounding is all that differs."""

_RMS_LIKELY = 7.0
"""The same where two files are likely to be of one picture beforehand."""

_PEAK = 16
"""Largest difference of a single value of the two signatures, likewise (measured: 11)."""

_MANY = 20
"""A larger group is no set of copies but a scene that hardly changes (a camera that stands still,
blank images): it is neither reported image by image nor kept together."""


class _Known(msgspec.Struct):
    """The pairs of the last search, and the images that it covered."""

    purpose: str
    leaders: dict[int, int]


def find_duplicates(
    draft: Draft, probes: list[Probe], report: Report, memory: Path | None = None
) -> NDArray[np.int32]:
    """Report copies and group them (stage ``duplicates``).

    Args:
        draft: The data set; only its usable images.
        probes: What is known of each image.
        report: Takes the findings.
        memory: File in which is kept which pictures are alike, for as long as they are the same.

    Returns:
        For each image the row of the first of its group, of shape (images,); its own row if there
        is no other.
    """
    total = len(probes)
    report.progress("duplicates", 0, total, "images")
    order = sorted(range(total), key=lambda i: (_rank(draft.images[i].split), i))
    first_by_digest: dict[bytes, int] = {}
    groups = np.arange(total, dtype=np.int32)
    for row in order:
        first = first_by_digest.setdefault(probes[row].digest, row)
        if first != row:
            groups[row] = first
            _report(draft, row, first, "exact", report)
    distinct = list(first_by_digest.values())
    signatures = b"".join(probes[row].signature for row in distinct)
    leaders = {
        distinct[i]: distinct[leader] for i, leader in _near_groups(signatures, memory).items()
    }
    by_leader: defaultdict[int, list[int]] = defaultdict(list)
    for row, leader in leaders.items():
        by_leader[leader].append(row)
    for leader, rows in by_leader.items():
        if len(rows) >= _MANY:
            path = draft.images[leader].path
            report.info("many_alike", path, images=len(rows) + 1)
            continue
        for row in rows:
            _report(draft, row, leader, "near", report)
            groups[groups == row] = leader
    report.progress("duplicates", total, total, "images")
    return groups


def _near_groups(signatures: bytes, memory: Path | None) -> dict[int, int]:
    """As `_search`, which is spared when the pictures are those of the last time."""
    limits = f"{SIGNATURE} {_RMS} {_PEAK} {_OF_CONTRAST} {_NO_CONTRAST}"
    purpose = f"{limits} {blake2b(signatures, digest_size=16).hexdigest()}"
    with suppress(OSError, msgspec.MsgspecError):
        if memory is not None:
            known = msgspec.msgpack.decode(memory.read_bytes(), type=_Known)
            if known.purpose == purpose:
                return known.leaders
    leaders = _search(signatures)
    if memory is not None:
        with suppress(UserError):  # a disk that refuses only costs time later
            memory.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(memory, msgspec.msgpack.encode(_Known(purpose, leaders)))
    return leaders


def _search(signatures: bytes) -> dict[int, int]:
    """The leader of each picture that shows nearly the same as an earlier one.

    The distance of low frequencies never exceeds that of whole signatures (the cosine transform
    is orthonormal), so a search tree over few of them finds all pairs. Groups are stars around
    their leader: pictures that change little by little do not chain into one group.
    """
    from scipy.fft import dctn
    from scipy.spatial import cKDTree

    pictures = np.frombuffer(signatures, np.uint8).reshape(-1, SIGNATURE, SIGNATURE, 3)
    if len(pictures) < 2:
        return {}
    low = dctn(pictures.mean(axis=3, dtype=np.float32), axes=(1, 2), norm="ortho")[:, :4, :4]
    points = low.reshape(len(pictures), -1)
    radius = _RMS * SIGNATURE
    tree = cKDTree(points)
    # most images have no neighbour at all: one quick look in compiled code tells which
    nearest, _ = tree.query(points, k=2, distance_upper_bound=radius * 1.0001, workers=-1)
    leaders: dict[int, int] = {}
    for i in np.flatnonzero(np.isfinite(nearest[:, 1])).tolist():
        if i in leaders:
            continue
        near = np.array([j for j in tree.query_ball_point(points[i], radius) if j != i])
        if not len(near):
            continue
        apart = np.abs(pictures[near].astype(np.int16) - pictures[i])
        rms = np.sqrt((apart.astype(np.float32) ** 2).mean(axis=(1, 2, 3)))
        contrast = max(float(pictures[i].std(axis=(0, 1)).mean()), _NO_CONTRAST)
        same = (rms <= min(_RMS, _OF_CONTRAST * contrast)) & (apart.max(axis=(1, 2, 3)) <= _PEAK)
        for j in near[same].tolist():
            leaders.setdefault(j, i)
    return leaders


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether two files under one name hold one picture, perhaps saved anew: likely beforehand.

    Args:
        one: Signature of one (see `Probe`).
        other: Of the other.
    """
    first, second = (np.frombuffer(s, np.uint8).astype(np.float32) for s in (one, other))
    return (
        len(first) == len(second) and float(np.sqrt(((first - second) ** 2).mean())) <= _RMS_LIKELY
    )


def _report(draft: Draft, row: int, first: int, kind: str, report: Report) -> None:
    image, other = draft.images[row], draft.images[first]
    values = {"other": other.path}
    if image.class_id != other.class_id:
        values |= {
            "name": draft.classes[image.class_id],
            "other_name": draft.classes[other.class_id],
        }
        code = "duplicate_conflicting_label" if kind == "exact" else "alike_conflicting_label"
        report.warning(code, image.path, **values)
    elif _leaks(image, other):
        report.warning(f"{kind}_duplicate", image.path, **values)
    else:
        report.info(f"{kind}_duplicate", image.path, **values)


def _leaks(image: DraftImage, other: DraftImage) -> bool:
    """Whether the two are in different splits that the data set came with."""
    return image.split != other.split


def _rank(split: str) -> int:
    return SPLITS.index(split) if split in SPLITS else len(SPLITS)

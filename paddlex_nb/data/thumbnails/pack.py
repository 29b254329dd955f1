"""All thumbnails of a data set in one file, made by a job and read by place.

Two files that only grow: the JPEGs, one behind the other, and for each an entry of fixed size
with its row, place, checksum and the stamp of the image that it was made of. An entry is written
after its JPEG, and what it says is checked when it is read: whatever was torn by a kill or a full
disk, or mixed up by two writers, counts as missing and never shows a wrong picture.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_ENTRY = np.dtype(
    [("row", "<u4"), ("length", "<u4"), ("start", "<u8"), ("stamp", "<u8"), ("crc", "<u4")]
)
_MAX_LENGTH = 1 << 22
"""Bytes; a thumbnail of more is none but damage."""

_RESERVE = 1 << 30
"""Bytes that stay free on the disk: a cache must not take what a training needs."""

_State = tuple[int, int, int]
_Table = tuple[NDArray[Any], NDArray[np.int32]]


class Pack:
    """The thumbnails of one size.

    Args:
        folder: Where the files are; need not exist.
        size: Longest side in pixels.
        images: How many images the data set has.
    """

    def __init__(self, folder: Path, size: int, images: int) -> None:
        self._folder = folder
        self._jpegs = folder / f"{size}.jpegs"
        self._index = folder / f"{size}.index"
        self._images = images
        self._seen: _State | None = None
        self._table = _checked(np.zeros(0, _ENTRY), 0, images)

    @property
    def complete(self) -> bool:
        """Whether every image has its entry, be it that it has changed since."""
        _, places = self._look()
        return bool((places >= 0).all())

    def missing(self, stamps: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Rows without an entry that bears this stamp.

        Args:
            stamps: What the images' files are like now, of shape (images,).
        """
        entries, places = self._look()
        known = places >= 0
        known[known] = entries["stamp"][places[known]] == stamps[known]
        return np.flatnonzero(~known)

    def read(self, rows: Sequence[int], stamps: Sequence[int | None]) -> list[bytes]:
        """The JPEGs of some rows; empty where there is none that bears this stamp, if one is given.

        Args:
            rows: The rows.
            stamps: For each what its file is like now; None takes whatever there is.
        """
        entries, places = self._look()
        entries_of_rows = [entries[places[row]] if places[row] >= 0 else None for row in rows]
        try:
            with self._jpegs.open("rb") as file:
                return [
                    _read(file, *wanted) for wanted in zip(entries_of_rows, stamps, strict=True)
                ]
        except OSError:
            return [b""] * len(rows)

    def add(self, thumbnails: Iterable[tuple[int, int, bytes]]) -> None:
        """Write rows, stamps and JPEGs; an empty JPEG notes that none can be made.

        Raises:
            OSError: The disk refuses.
        """
        rows, stamps, jpegs = zip(*thumbnails, strict=True)
        self._folder.mkdir(exist_ok=True)
        end = _append(self._jpegs, b"".join(jpegs))
        entries = np.zeros(len(rows), _ENTRY)
        entries["row"], entries["stamp"] = rows, stamps
        entries["length"] = lengths = [len(jpeg) for jpeg in jpegs]
        entries["start"] = end - np.cumsum(lengths[::-1])[::-1]
        entries["crc"] = [zlib.crc32(jpeg) for jpeg in jpegs]
        _append(self._index, entries.tobytes())

    def repair(self) -> None:
        """Cut off a torn entry; begin anew if most of what is kept is outdated or all unreadable.

        Raises:
            OSError: The disk refuses.
        """
        entries, places = self._look()
        used = int(entries["length"][places[places >= 0]].sum(dtype=np.int64))
        if self._seen is None or self._jpegs.stat().st_size > 2 * used + _MAX_LENGTH:
            self._index.unlink(missing_ok=True)
            self._jpegs.unlink(missing_ok=True)
        else:
            os.truncate(self._index, self._seen[2] // _ENTRY.itemsize * _ENTRY.itemsize)

    def _look(self) -> _Table:
        """The entries, and each row's place among them or -1; with what others have written."""
        try:
            stat = self._index.stat()
            seen = stat.st_ino, stat.st_mtime_ns, stat.st_size
            if seen != self._seen:
                self._table = _read_table(self._index, seen, self._jpegs, self._images)
                self._seen = seen
        except OSError:
            self._seen = None
            self._table = _checked(np.zeros(0, _ENTRY), 0, self._images)
        return self._table


@lru_cache(maxsize=2)
def _read_table(index: Path, _state: _State, jpegs: Path, images: int) -> _Table:
    """The table of a pack, read anew only when it has grown: every grid that opens needs it."""
    return _checked(np.fromfile(index, _ENTRY), jpegs.stat().st_size, images)


def _checked(entries: NDArray[Any], size: int, images: int) -> _Table:
    good = (entries["row"] < images) & (entries["length"] <= _MAX_LENGTH)
    good &= (entries["start"] <= size) & (entries["start"] + entries["length"] <= size)
    entries = entries if good.all() else entries[good]
    places = np.full(images, -1, np.int32)
    # of several entries of a row the last one counts
    places[entries["row"]] = np.arange(len(entries), dtype=np.int32)
    return entries, places


def has_room(folder: Path) -> bool:
    """Whether the disk has space that a cache may take."""
    return shutil.disk_usage(folder).free > _RESERVE


def _read(file: BinaryIO, entry: Any, stamp: int | None) -> bytes:
    if entry is None or (stamp is not None and entry["stamp"] != stamp):
        return b""
    file.seek(int(entry["start"]))
    data = file.read(int(entry["length"]))
    return data if zlib.crc32(data) == entry["crc"] else b""


def _append(path: Path, data: bytes) -> int:
    """Write at the end in one go, as another process may do the same; where that ended."""
    with path.open("ab", buffering=0) as file:
        if file.write(data) != len(data):
            raise OSError
        return file.tell()

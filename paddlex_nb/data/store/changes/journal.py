"""The journal of a version: what was changed in it, or undone, that no later version holds yet.

Each is one line at the end of one file: that takes a few milliseconds however large the data
set is. Who changes more than labels, or needs a version, has one made of them (`settle`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.store.changes.change import Change, Entry, Undo

_BLOCK = 4096

_encoder = msgspec.json.Encoder()

Written: TypeAlias = Entry | Undo


class _Line(msgspec.Struct):
    """A line: an `Entry`, or one whose change is that another is undone."""

    number: int
    when: float
    change: Change | Undo
    code: str = ""


class Journal:
    """The changes of one version that wait, oldest first.

    Args:
        path: Its file, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def size(self) -> int:
        """Bytes that are written; 0 if nothing waits."""
        try:
            return self._path.stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return 0

    def entries(self, start: int = 0) -> tuple[list[Written], int]:
        """What waits, oldest first.

        Args:
            start: Byte at which to begin, as given by an earlier call.

        Returns:
            What waits, and the byte behind the last of it. A line that is not whole is not read:
            it was never acknowledged.

        Raises:
            UserError: The file cannot be read or is damaged.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(start)
                data = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return [], 0
        except OSError as error:
            reason = error.strerror or ""
            raise UserError("core.file_unreadable", path=self._path, reason=reason) from error
        whole_lines = data[: data.rfind(b"\n") + 1]
        try:
            lines = [msgspec.json.decode(line, type=_Line) for line in whole_lines.splitlines()]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UserError("core.file_damaged", path=self._path, reason=str(error)) from error
        return [_written(line) for line in lines], start + len(whole_lines)

    def append(self, *written: Written) -> int:
        """Write down changes, or that some are undone; when this returns, they are on the disk.

        Only whoever holds the lock of the data set may do so.

        Returns:
            The byte behind the last.

        Raises:
            UserError: The disk is full, or the file may not be written; none of them is there.
        """
        lines = (_Line(0, time.time(), w) if isinstance(w, Undo) else w for w in written)
        data = b"".join(_encoder.encode(line) + b"\n" for line in lines)
        with disk_errors(self._path):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                end = _whole(file)
                try:
                    done = os.pwrite(file, data, end)
                    if done < len(data):  # the disk has just become full: it says so now
                        os.pwrite(file, data[done:], end + done)
                    os.fsync(file)
                except OSError:
                    os.ftruncate(file, end)
                    raise
            finally:
                os.close(file)
        return end + len(data)

    def clear(self) -> None:
        """Forget the changes: a version holds them."""
        with disk_errors(self._path):
            self._path.unlink(missing_ok=True)


def _written(line: _Line) -> Written:
    if isinstance(line.change, Undo):
        return line.change
    return Entry(line.number, line.when, line.change, line.code)


def left(entries: Iterable[Entry], written: Iterable[Written]) -> list[Entry]:
    """The changes that count when what was written after them has been done too, oldest first."""
    counting = {entry.number: entry for entry in entries}
    for one in written:
        if isinstance(one, Undo):
            counting.pop(one.number, None)
        else:
            counting[one.number] = one
    return list(counting.values())


def _whole(file: int) -> int:
    """Where the last whole line ends; what a crash left behind it is cut off."""
    size = end = os.fstat(file).st_size
    while end:
        start = max(0, end - _BLOCK)
        newline = os.pread(file, end - start, start).rfind(b"\n")
        end = start + newline + 1
        if newline >= 0:
            break
    if end < size:
        os.ftruncate(file, end)
    return end

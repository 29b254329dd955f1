"""The journal of a version: changes that were made to it and that no later version holds yet.

A change is one line at the end of one file: that takes a few milliseconds however large the data
set is. Whoever reads the data set next has a version made of them (`settle`).
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.store.changes.change import Entry

_BLOCK = 4096

_encoder = msgspec.json.Encoder()


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

    def entries(self, start: int = 0) -> tuple[list[Entry], int]:
        """The changes that wait.

        Args:
            start: Byte at which to begin, as given by an earlier call.

        Returns:
            The changes, and the byte behind the last of them. A line that is not whole is not
            read: its change was never acknowledged.

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
            entries = [msgspec.json.decode(line, type=Entry) for line in whole_lines.splitlines()]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UserError("core.file_damaged", path=self._path, reason=str(error)) from error
        return entries, start + len(whole_lines)

    def append(self, entry: Entry) -> int:
        """Write a change down; when this returns, it is on the disk.

        Only whoever holds the lock of the data set may do so.

        Returns:
            The byte behind it.

        Raises:
            UserError: The disk is full, or the file may not be written.
        """
        line = _encoder.encode(entry) + b"\n"
        with disk_errors(self._path):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                end = _whole(file)
                try:
                    written = os.pwrite(file, line, end)
                    if written < len(line):  # the disk has just become full: it says so now
                        os.pwrite(file, line[written:], end + written)
                    os.fsync(file)
                except OSError:
                    os.ftruncate(file, end)
                    raise
            finally:
                os.close(file)
        return end + len(line)

    def clear(self) -> None:
        """Forget the changes: a version holds them."""
        with disk_errors(self._path):
            self._path.unlink(missing_ok=True)


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

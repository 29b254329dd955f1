"""The event file of a job: appended by one process, followed by many."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.clock import steady_time
from paddlex_nb.jobs.events import AnyEvent, Event

_decoder = msgspec.json.Decoder(AnyEvent)
_encoder = msgspec.json.Encoder()

_BLOCK = 16 << 20
"""Bytes of events that are read at a time."""

_REPORT = 4 << 20
"""Bytes of a log that are kept."""

_LAST = 16384
"""Bytes of a job's events that hold the last one."""


class EventWriter:
    """Appends events, numbered and timed, one flushed line each.

    Args:
        path: The file, made when missing.
        after: Number of the event that it ends with.
    """

    def __init__(self, path: Path, after: int = 0) -> None:
        self._path = path
        self._seq = after
        with disk_errors(path):
            self._file = path.open("ab")

    def write(self, event: Event) -> None:
        """Number, time and append ``event``.

        Raises:
            UserError: The disk is full or refuses.
        """
        self._seq += 1
        event.seq, event.time = self._seq, steady_time()
        with disk_errors(self._path):
            self._file.write(_encoder.encode(event) + b"\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class EventReader:
    """Follows an event file; any number may follow the same one.

    Args:
        path: The file, which may not exist yet.
        offset: Where to begin, in bytes: the beginning of a line.
    """

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset

    @property
    def offset(self) -> int:
        """How far the file is read, in bytes."""
        return self._offset

    def poll(self) -> list[AnyEvent]:
        """The events written since the last call.

        A last line still being written (or torn by a kill) is left for later. A line of a kind
        that this version does not know is passed over, so that a newer job can be followed; so is
        one that is damaged.
        """
        events = (decoded(line) for block in self.blocks() for line in block.splitlines())
        return [event for event in events if event is not None]

    def blocks(self) -> Iterator[bytes]:
        """The whole lines written since the last call, some megabytes at a time."""
        size = _BLOCK
        while True:
            try:
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    data = file.read(size)
            except OSError:  # not there yet, or something else in its place
                return
            end = data.rfind(b"\n") + 1
            if end:
                self._offset += end
                yield data[:end]
            if len(data) < size:
                return
            size = _BLOCK if end else size * 2  # a line longer than a block


class LogReader:
    """Follows what a job prints.

    Args:
        path: The log, which may not exist yet.
        lines: How many of the lines that are there come first.
    """

    def __init__(self, path: Path, lines: int) -> None:
        self._path = path
        self._first = tail(path, _REPORT).splitlines()[-lines:] if lines > 0 else []
        self._offset = path.stat().st_size if path.exists() else 0

    def poll(self) -> list[str]:
        """The whole lines printed since the last call; of too many at once, the last."""
        lines, self._first = self._first, []
        try:
            with self._path.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(self._offset, end - _REPORT))
                data = file.read()
                self._offset = file.tell() - len(data) + data.rfind(b"\n") + 1
        except OSError:  # not there yet
            return lines
        whole = data[: data.rfind(b"\n") + 1].decode("utf-8", errors="replace")
        return [*lines, *whole.splitlines()]


def kept_report(error: Message) -> Message:
    """An error of a job whose folder is about to be deleted; the log that it names is kept.

    Args:
        error: As the job's status holds it.

    Returns:
        The error, with the path of a copy of the log among the temporary files.
    """
    log = error.values.get("log")
    if not isinstance(log, str) or not Path(log).is_file():
        return error
    handle, name = tempfile.mkstemp(prefix="paddlex-nb-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as report:
        report.write(tail(Path(log), _REPORT))
    return Message(error.key, {**error.values, "log": name})


def last_event(path: Path, *, but: type[Event] | None = None) -> AnyEvent | None:
    """The last event of a file; None if there is none.

    Args:
        path: The file.
        but: A kind of event that does not count.
    """
    for line in reversed(tail(path, _LAST).splitlines()):
        event = decoded(line.encode())
        if event is not None and (but is None or not isinstance(event, but)):
            return event
    return None


def decoded(line: bytes) -> AnyEvent | None:
    """The event of a line; None if it is damaged or of a kind that this version does not know."""
    try:
        event: AnyEvent = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return event


def tail(path: Path, size: int = 65536) -> str:
    """The end of a text file, at most ``size`` bytes, from a line's beginning."""
    try:
        with path.open("rb") as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - size))
            data = file.read()
    except OSError:
        return ""
    if length > size:
        data = data.partition(b"\n")[2]
    return data.decode("utf-8", errors="replace")

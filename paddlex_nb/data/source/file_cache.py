"""What was found out about files, kept in the workspace until they change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from paddlex_nb.core.files import write_bytes
from paddlex_nb.data.source.pool import each

T = TypeVar("T")

_LENGTH = 4
_MAX = 1 << 16
"""Longest entry in bytes: more is no entry but damage."""

_LIST = b"\xdd"
"""What msgpack begins a list with; then follow its length and its values."""

_CHUNK = 1_000
"""Entries that are decoded at once."""

_DAMAGED = (msgspec.MsgspecError, UnicodeDecodeError)

_State = tuple[int, int, int]
"""Size in bytes, times of the last change of content and of status in nanoseconds."""


class Remembered(Generic[T]):
    """Results of work on files: what is known of an unchanged file is not worked out again.

    The file grows while the work goes on, so that work that was stopped goes on where it stopped.

    Args:
        file: Where results are kept; nowhere if None.
        type_: What they are.
        purpose: What they depend on besides the file; others are forgotten.
    """

    def __init__(self, file: Path | None, type_: type[T], purpose: str) -> None:
        self._file = file
        self._purpose = purpose
        entry = tuple[str, str, _State, type_]  # type: ignore[valid-type]
        self._decode = msgspec.msgpack.Decoder(entry).decode
        self._decode_list = msgspec.msgpack.Decoder(list[entry]).decode
        self._encode = msgspec.msgpack.Encoder().encode
        self._known: dict[str, tuple[_State, T]] = self._read()

    def last(self, path: str) -> T | None:
        """The newest result for a path, whatever has become of the file."""
        entry = self._known.get(path)
        return entry[1] if entry else None

    def each(
        self,
        function: Callable[[str], T],
        root: Path,
        paths: Sequence[str],
        advance: Callable[[int], None],
        *,
        processes: bool = False,
        lasting: Callable[[T], bool] = lambda _: True,
    ) -> list[T]:
        """The results of ``function`` for every path, of which only unknown ones are worked out.

        Args:
            function: As for `each`.
            root: Folder that paths are relative to.
            paths: What to call it with.
            advance: Told how many are done; may raise to stop.
            processes: As for `each`.
            lasting: Whether a result is kept for the next time.
        """
        head = os.fspath(root)  # paths as texts: Path objects would take half of the time
        states = [_state(f"{head}/{path}") for path in paths]
        results: list[T | None] = [
            entry[1] if (entry := self._known.get(path)) and entry[0] == state else None
            for path, state in zip(paths, states, strict=True)
        ]
        rows = [row for row, result in enumerate(results) if result is None]
        done = len(paths) - len(rows)
        fresh: list[bytes] = []

        def tell(count: int) -> None:
            self._append(fresh)
            fresh.clear()
            advance(done + count)

        unknown = [paths[row] for row in rows]
        behind = iter(rows)
        for result in each(function, unknown, tell, processes=processes):
            row = next(behind)
            results[row] = result
            state = states[row]
            if state is not None and self._file is not None and lasting(result):
                fresh.append(self._encode((self._purpose, paths[row], state, result)))
        advance(len(paths))
        return results  # type: ignore[return-value]  # none is missing now

    def _append(self, entries: list[bytes]) -> None:
        """Keep entries; a disk that refuses only costs time later."""
        data = b"".join(len(e).to_bytes(_LENGTH, "little") + e for e in entries if len(e) <= _MAX)
        if self._file is None or not data:
            return
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # one write: another process may append to the same file
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                os.write(handle, data)
            finally:
                os.close(handle)

    def _read(self) -> dict[str, tuple[_State, T]]:
        """What whole entries say; a file that is torn or mostly outdated is written anew."""
        try:
            data = self._file.read_bytes() if self._file else b""
        except OSError:
            return {}
        places = _places(data)
        known: dict[str, tuple[_State, T]] = {}
        last: dict[str, tuple[int, int]] = {}
        end = 0
        for place, (purpose, path, state, result) in zip(
            places, self._entries(data, places), strict=False
        ):
            end = place[1]
            if purpose == self._purpose:
                known[path], last[path] = (state, result), place
        kept = sum(end - start + _LENGTH for start, end in last.values())
        if self._file and (end < len(data) or len(data) > 2 * kept):
            with suppress(OSError):
                parts = (data[start - _LENGTH : end] for start, end in last.values())
                write_bytes(self._file, b"".join(parts))
        return known

    def _entries(
        self, data: bytes, places: list[tuple[int, int]]
    ) -> Iterator[tuple[str, str, _State, T]]:
        """The entries up to the first that is damaged."""
        for first in range(0, len(places), _CHUNK):
            chunk = [data[start:end] for start, end in places[first : first + _CHUNK]]
            head = _LIST + len(chunk).to_bytes(4, "big")
            with suppress(*_DAMAGED):  # then one by one
                yield from self._decode_list(head + b"".join(chunk))
                continue
            for entry in chunk:
                try:
                    yield self._decode(entry)
                except _DAMAGED:  # noqa: PERF203 - one by one
                    return


def _places(data: bytes) -> list[tuple[int, int]]:
    """Where the entries are; what was torn by a kill is none."""
    places: list[tuple[int, int]] = []
    end = 0
    while end + _LENGTH <= len(data):
        start = end + _LENGTH
        length = int.from_bytes(data[end:start], "little")
        end = start + length
        if length > _MAX or end > len(data):
            break
        places.append((start, end))
    return places


def _state(path: str) -> _State | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - see above
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns

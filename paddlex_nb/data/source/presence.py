"""Whether files are still there, told quickly.

A folder is listed rather than each of its files asked for: a listing is read in one go, where a
hundred thousand single questions take a hard disk or a network drive minutes. Several folders are
looked at together. The look is bounded: what is not known when time is up counts as there, because
whoever reads it will tell.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

_TOGETHER = 8
"""Folders that are looked at together."""

_FEW = 16
"""Files of a folder up to which each is asked for; the folder may hold a million others."""

_LOOK = 0.2

Folder = tuple[str, list[str]]
"""A folder, and names of files that should be in it."""


class Presence(msgspec.Struct, frozen=True):
    """Which files of a list exist.

    Attributes:
        total: How many files were asked for.
        missing: Those that are gone, sorted.
    """

    total: int
    missing: list[str]


def look_for(
    paths: Sequence[Path], waiting: Callable[[], None] = lambda: None, *, seconds: float = 20.0
) -> Presence:
    """Look whether files exist.

    Args:
        paths: The files.
        waiting: Called now and then; raises to give up.
        seconds: How long the look may take.
    """
    folders: dict[str, list[str]] = {}
    for path in map(str, paths):
        folder, _, name = path.rpartition(os.sep)
        folders.setdefault(folder or os.sep, []).append(name)
    todo: SimpleQueue[Folder] = SimpleQueue()
    results: SimpleQueue[list[str]] = SimpleQueue()
    for one in folders.items():
        todo.put(one)
    end = time.monotonic() + seconds
    # daemons: one that hangs keeps no process from ending
    for _ in range(min(_TOGETHER, len(folders))):
        threading.Thread(target=_work, args=(todo, results, end), daemon=True).start()
    missing: list[str] = []
    seen = 0
    while seen < len(folders) and time.monotonic() < end:
        try:
            missing += results.get(timeout=_LOOK)
            seen += 1
        except Empty:  # noqa: PERF203 - a look now and then
            waiting()
    return Presence(len(paths), sorted(missing))


def _work(todo: SimpleQueue[Folder], results: SimpleQueue[list[str]], end: float) -> None:
    while time.monotonic() < end:
        try:
            folder, names = todo.get_nowait()
        except Empty:
            return
        results.put(list(_missing(folder, names, end)))


def _missing(folder: str, names: Sequence[str], end: float) -> Iterator[str]:
    unlisted: Sequence[str] = names
    if len(names) > _FEW:
        try:
            with os.scandir(folder) as entries:
                # a link may lead nowhere
                listed = {entry.name for entry in entries if not entry.is_symlink()}
        except PermissionError:  # its files may be readable all the same
            pass
        except OSError:
            yield from (os.path.join(folder, name) for name in names)  # noqa: PTH118
            return
        else:
            unlisted = [name for name in names if name not in listed]
    # also for disks that write names differently than the labels do (case, accents)
    for name in unlisted:
        if time.monotonic() > end:
            return
        path = os.path.join(folder, name)  # noqa: PTH118
        if not os.path.exists(path):  # noqa: PTH110 - False, too, where the disk has errors
            yield path

"""A fault at the n-th thing that a process does to the files of a workspace.

What is counted comes from Python's audit hooks (opening for writing, renaming, removing, making
folders) and, for faults in the middle of a write, from two places that write to a file that is
open: an event's line and a checkpoint.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from paddlex_nb.core.files import disk_errors
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.log import EventWriter

_NAMED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Kind(str, Enum):
    """What goes wrong."""

    KILL = "kill -9"
    TORN = "kill -9 in the middle of a line or a checkpoint"
    SOON = "kill -9 at some moment"
    SHORT = "disk full in the middle of a line or a checkpoint"
    FULL = "disk full, once"
    FULL_ON = "disk full from then on"
    READ_ONLY = "read-only from then on"
    BACK = "clock set back by a day"
    AHEAD = "clock set ahead by a day"
    MOVED = "workspace moved away"
    STOPS = "two stops at once"


IN_A_WRITE = frozenset({Kind.TORN, Kind.SHORT})
"""What comes in the middle of a write, not between two changes."""

_DAY = 86400.0


@dataclass
class Fault:
    """A fault at a step, counted from 1; step 0 never comes, and only counts.

    Attributes:
        kind: What goes wrong.
        step: When.
        root: Only files below it count.
        seen: Steps so far.
        job: Folder of the job that is done, if it is one.
    """

    kind: Kind
    step: int
    root: str
    seen: int = 0
    job: Path | None = None

    def install(self) -> None:
        """Watch what this process does from now on; it cannot be taken back."""
        sys.addaudithook(self._audit)
        if self.kind in IN_A_WRITE:
            self._watch_writes()

    def _watch_writes(self) -> None:
        import numpy as np

        write, save = EventWriter.write, np.savez

        def torn(writer: EventWriter, event: Any) -> None:
            if self._comes():
                with disk_errors(writer._path):
                    writer._file.write(b'{"kind":"step","epo')
                    writer._file.flush()
                    self._break()
            write(writer, event)

        def torn_archive(file: Any, **members: Any) -> None:
            save(file, **members)
            if self._comes():
                file.flush()
                os.ftruncate(file.fileno(), file.tell() // 2)
                self._break()

        EventWriter.write = torn  # type: ignore[method-assign,assignment]
        np.savez = torn_archive  # type: ignore[assignment]

    def _comes(self) -> bool:
        self.seen += 1
        return self.seen == self.step

    def _break(self) -> None:
        if self.kind is Kind.TORN:
            _die()
        raise OSError(errno.ENOSPC, "No space left on device")

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _NAMED or self.kind in IN_A_WRITE or not self._is_ours(event, arguments):
            return
        self.seen += 1
        if not self.step or self.seen < self.step:
            return
        if self.kind is Kind.KILL:
            _die()
        if self.kind is Kind.READ_ONLY:
            raise OSError(errno.EROFS, "Read-only file system", str(arguments[0]))
        if self.kind in {Kind.FULL, Kind.FULL_ON}:
            # a full disk lets rename, remove, and write over what is there
            makes = event in {"os.mkdir", "os.link"} or (
                event == "open" and arguments[2] & os.O_CREAT
            )
            if makes and (self.kind is Kind.FULL_ON or self.seen == self.step):
                raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))
        elif self.seen == self.step:
            self._happen()

    def _happen(self) -> None:
        if self.kind is Kind.MOVED:
            Path(self.root).rename(moved_to(Path(self.root)))
        elif self.kind is Kind.STOPS:
            self._stop_twice()
        else:
            _set_clock(-_DAY if self.kind is Kind.BACK else _DAY)

    def _stop_twice(self) -> None:
        """Two other processes stop the job, both at once."""
        assert self.job is not None
        stoppers = []
        for _ in range(2):
            if not (pid := os.fork()):
                try:
                    Job(self.job).stop()
                finally:
                    os._exit(0)
            stoppers.append(pid)
        for pid in stoppers:
            os.waitpid(pid, 0)

    def _is_ours(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITES:
                return False
        else:
            path = arguments[0]
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.root)


def moved_to(root: Path) -> Path:
    """Where a workspace is after it was moved."""
    return root.with_name(f"{root.name} moved")


def _set_clock(by: float) -> None:
    clock = time.time
    time.time = lambda: clock() + by


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_fork(
    work: Callable[[], int], log: Path, begun: Callable[[int], None] = lambda _: None
) -> int:
    """Do something in a process of its own, what it prints in a file.

    Args:
        work: What to do; gives the exit status.
        log: The file.
        begun: Called with the process's id before it does anything, as a launcher would.

    Returns:
        Its exit status, or what has killed it as a negative number.
    """
    ready, go = os.pipe()
    pid = os.fork()
    if pid:
        begun(pid)
        os.close(go)
        os.close(ready)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(go)
    os.read(ready, 1)  # until the other end is closed
    try:
        os.setsid()
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        status = work()
    except BaseException:  # it must not go on as the parent
        traceback.print_exc()
        status = 99
    os._exit(status)

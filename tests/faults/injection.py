"""A fault at the n-th thing that a process does to the files of a workspace.

What is counted comes from Python's audit hooks (opening for writing, renaming, removing, making
folders) and from two places that write to a file that is open: an event's line and a checkpoint.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from paddlex_nb.jobs.log import EventWriter

_NAMED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Kind(str, Enum):
    """What goes wrong."""

    KILL = "kill -9"
    TORN = "kill -9 in the middle of a line or a checkpoint"
    FULL = "disk full, once"
    FULL_ON = "disk full from then on"
    READ_ONLY = "read-only from then on"


@dataclass
class Fault:
    """A fault at a step, counted from 1; step 0 never comes, and only counts.

    Attributes:
        kind: What goes wrong.
        step: When.
        root: Only files below it count.
        seen: Steps so far.
    """

    kind: Kind
    step: int
    root: str
    seen: int = 0

    def install(self) -> None:
        """Watch what this process does from now on; it cannot be taken back."""
        sys.addaudithook(self._audit)
        write = EventWriter.write

        def torn(writer: EventWriter, event: Any) -> None:
            if self._comes(Kind.TORN):
                writer._file.write(b'{"kind":"step","epo')
                writer._file.flush()
                _die()
            write(writer, event)

        EventWriter.write = torn  # type: ignore[method-assign,assignment]
        import numpy as np

        save = np.savez

        def torn_archive(file: Any, **members: Any) -> None:
            if self._comes(Kind.TORN):
                save(file, **members)
                file.flush()
                os.ftruncate(file.fileno(), file.tell() // 2)
                _die()
            save(file, **members)

        np.savez = torn_archive  # type: ignore[assignment]

    def _comes(self, kind: Kind) -> bool:
        if self.kind is not kind:
            return False
        self.seen += 1
        return self.seen == self.step

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _NAMED or self.kind is Kind.TORN or not self._is_ours(event, arguments):
            return
        self.seen += 1
        if not self.step or self.seen < self.step:
            return
        if self.kind is Kind.KILL:
            _die()
        if self.kind is Kind.READ_ONLY:
            raise OSError(errno.EROFS, "Read-only file system", str(arguments[0]))
        # a full disk lets rename, remove, and write over what is there
        makes = event in {"os.mkdir", "os.link"} or (event == "open" and arguments[2] & os.O_CREAT)
        if makes and (self.kind is Kind.FULL_ON or self.seen == self.step):
            raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))

    def _is_ours(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & _WRITES:
                return False
        else:
            path = arguments[0]
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.root)


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

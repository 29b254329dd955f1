"""Which process does a job, and whether it still runs.

A process is known by its boot of the machine, its pid namespace, its pid and the clock ticks
between boot and its start: none of these changes when the clock is set, and no two processes
share them. Where ``/proc`` is missing, host and start time stand in.
"""

from __future__ import annotations

import os
import platform
import signal
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec
import psutil

from paddlex_nb.jobs.heartbeat import boot_id, is_fresh
from paddlex_nb.layout.job import JobFolder

_GONE = frozenset("ZXx")
_SUSPENDED = frozenset("Tt")


class JobProcess(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Which process does the job (``process.json``).

    Attributes:
        pid: Its number in its namespace.
        host: The machine's name, for people.
        started: Its start in seconds since the epoch; follows the clock.
        boot: Id of the machine's boot; empty where the system has none.
        ticks: Clock ticks from the boot to its start; 0 where the system does not say.
        namespace: Its pid namespace: containers on one machine have one each.
        left: Whether it is done with the job; it may live on and do another one.
    """

    pid: int
    host: str
    started: float = 0.0
    boot: str = ""
    ticks: int = 0
    namespace: str = ""
    left: bool = False

    @classmethod
    def from_pid(cls, pid: int) -> JobProcess:
        """The record of a living process of this machine."""
        stat = _stat(pid)
        return cls(
            pid=pid,
            host=platform.node(),
            started=psutil.Process(pid).create_time(),
            boot=boot_id() if stat else "",
            ticks=stat[1] if stat else 0,
            namespace=_namespace() if stat else "",
        )

    @property
    def here(self) -> bool:
        """Whether this process can see that one: same machine, same boot, same container."""
        if self.boot and boot_id():
            # not the host's name, which may change and which containers may share
            return self.boot == boot_id() and self.namespace == _namespace()
        return self.host == platform.node()

    def alive(self, folder: Path) -> bool:
        """Whether the process still does the job in ``folder``."""
        if self.left:
            return False
        runs = self._runs(folder) if self.here else None
        return is_fresh(JobFolder(folder).heartbeat) if runs is None else runs

    @property
    def suspended(self) -> bool:
        """Whether it was halted (SIGSTOP, Ctrl-Z, a debugger), so that it cannot answer."""
        stat = _stat(self.pid)
        return stat is not None and stat[0] in _SUSPENDED

    @property
    def foreign(self) -> bool:
        """Whether it belongs to another user, so that it may not be killed from here."""
        try:
            os.kill(self.pid, 0)
        except PermissionError:
            return True
        except OSError:
            return False
        return False

    def kill(self, folder: Path) -> None:
        """Kill it, its group and all that descends from it, if it is here and may be killed."""
        if not self.here or not self.alive(folder):
            return
        family: list[psutil.Process] = []
        with suppress(psutil.Error):
            family = psutil.Process(self.pid).children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            # a job leads a group of its own; a test's stand-in may not
            if os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        for member in family:
            with suppress(psutil.Error):
                member.kill()

    def _runs(self, folder: Path) -> bool | None:
        """Whether it runs on this machine; None if that cannot be seen."""
        stat = _stat(self.pid)
        if stat is not None and self.ticks:
            return stat[1] == self.ticks and stat[0] not in _GONE
        if stat is None and self.ticks and self.foreign:
            return None  # processes of other users may be hidden
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            # records of before boot ids: the clock may have moved, so its command counts too
            return abs(process.create_time() - self.started) < 1 or _works_in(process, folder)
        except psutil.Error:
            return False


def find_process(folder: Path) -> JobProcess | None:
    """The process that does the job in ``folder``, by its command: when its record is damaged."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if _works_in(process, folder):
                return JobProcess.from_pid(process.pid)
    return None


def _works_in(process: psutil.Process, folder: Path) -> bool:
    command = process.cmdline()
    return "paddlex_nb.jobs.worker" in command and command[-1] == str(folder)


def _stat(pid: int) -> tuple[str, int] | None:
    """State and start ticks (fields 3 and 22 of ``/proc/PID/stat``)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        # the name in field 2 may hold blanks and brackets
        fields = text[text.rindex(")") + 1 :].split()
        return fields[0], int(fields[19])
    except (OSError, ValueError, IndexError):
        return None


@cache
def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""

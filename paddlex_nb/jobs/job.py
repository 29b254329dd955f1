"""A job seen from outside: what it is, how it stands, how to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, cast

import msgspec
from typing_extensions import TypeVar

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, read_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.events import AnyEvent, Ended, Notice
from paddlex_nb.jobs.heartbeat import is_fresh
from paddlex_nb.jobs.identity import JobProcess, find_process
from paddlex_nb.jobs.log import EventReader, LogReader, last_event, tail
from paddlex_nb.jobs.processes import detached
from paddlex_nb.jobs.reserve import spend
from paddlex_nb.jobs.status import JobSpec, JobStatus, State
from paddlex_nb.layout.job import JobFolder

if TYPE_CHECKING:
    from paddlex_nb.jobs.queue import Waiting

__all__ = ["Job", "JobSpec", "JobStatus", "State"]

_JUST_MADE = 10.0
"""Seconds in which a launcher has told which process does the job it has made a folder for."""

ASKED = "PADDLEX_NB_ASKED"
"""Variable of the environment: when the job was asked to stop, by the monotonic clock."""

T = TypeVar("T", default=Any)
"""What `Job.result` gives; by default the plain JSON that the job's work returned."""


class Job(Generic[T]):
    """A job in its folder; any process may hold one, only the worker writes to it.

    Args:
        folder: The job's folder.
        read: Makes the result of the plain JSON that the job's work returned; by default it is
            given as it is.
    """

    def __init__(self, folder: Path, read: Callable[[dict[str, Any]], T] | None = None) -> None:
        self.folder = folder
        self._read = read
        self._files = JobFolder(folder)

    def __repr__(self) -> str:
        status = self.status
        why = f": {status.reason}" if status.reason else ""
        return f"{type(self).__name__}({self.id}, {status.state}{why})"

    @property
    def spec(self) -> JobSpec:
        """The job's specification: kind and arguments."""
        return read_json(self._files.spec, JobSpec)

    @property
    def kind(self) -> str:
        """What kind of job: import, train, evaluate and so on."""
        return self._files.kind

    @property
    def id(self) -> str:
        """The job's id in the workspace: ``datasets/fruit/001-import``."""
        return self._files.id

    @property
    def created(self) -> float:
        """When it was asked for, in seconds since the epoch."""
        try:
            return self.spec.created
        except UserError:  # damaged; its folder is as old
            with suppress(OSError):
                return self.folder.stat().st_mtime
        return 0.0

    @property
    def status(self) -> JobStatus:
        """The job's state, result and error.

        A process that vanished makes it interrupted, or stopped if that was asked for. Nothing is
        raised for a status that is damaged: its error says so.
        """
        status = self._written_status()
        if not status.state.active:
            return status
        if self.alive:
            return msgspec.structs.replace(status, error=None)
        status = self._written_status()  # it may have ended between the two looks
        if status.state.active and self.asked_to_stop:
            status.state, status.error = State.STOPPED, None
        elif status.state.active:
            said = None if status.error else self._last_words()
            status.state = State.INTERRUPTED if said is None else State.FAILED
            status.error = status.error or said or self._vanished()
        return status

    @property
    def state(self) -> State:
        """Where the job is in its life."""
        return self.status.state

    def events(self) -> list[AnyEvent]:
        """All events so far."""
        return EventReader(self._files.events).poll()

    def reader(self) -> EventReader:
        """A follower of the events, from the first one."""
        return EventReader(self._files.events)

    def log(self, size: int = 65536) -> str:
        """The end of what the job printed."""
        return tail(self._files.log, size)

    def log_reader(self, lines: int) -> LogReader:
        """A follower of what the job prints, from so many lines before its end on."""
        return LogReader(self._files.log, lines)

    def stop(self, *, force: bool = False) -> None:
        """Have the job end within ten seconds, and return at once.

        It is asked to stop at its next safe point; a process of its own waits for that, and kills
        the job with all its processes if it does not come to it. A job that is writing a
        checkpoint is given two minutes. Either way it counts as stopped, and what it saved before
        is kept. A job of another machine is asked only: see `unreachable`.

        Args:
            force: Kill it at once; work since the last checkpoint is lost.

        Raises:
            UserError: The workspace cannot be written.
        """
        self._ask()
        if force:
            self.kill()
        elif self.state.active and self.unreachable is None:
            self._watch_the_end()

    def kill(self) -> None:
        """Kill the job with all its processes, if that can be done from here."""
        process = self._process() or find_process(self.folder)
        if process is not None:
            process.kill(self.folder)

    @property
    def asked_to_stop(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._files.stop.exists()

    @property
    def saving(self) -> bool:
        """Whether the job is writing a checkpoint (and was not halted while it does)."""
        return self._files.saving.exists() and not self.halted

    @property
    def halted(self) -> bool:
        """Whether its process is halted (SIGSTOP, a debugger), so that it does nothing."""
        process = self._process()
        return process is not None and process.here and process.suspended

    @property
    def pid(self) -> int:
        """Number of the process that does it, on its machine; 0 if it is not told."""
        process = self._process()
        return 0 if process is None else process.pid

    @property
    def waiting(self) -> Waiting | None:
        """What it waits for in the queue, and its place; None if it does not wait there."""
        from paddlex_nb.jobs.queue import waiting

        return waiting(self)

    def run_next(self) -> None:
        """Put a training that waits before all others that wait; what runs is not stopped.

        Raises:
            UserError: The job does not wait, or the workspace cannot be written.
        """
        from paddlex_nb.jobs.queue import put_first

        put_first(self)

    @property
    def unreachable(self) -> Message | None:
        """Why the job cannot be killed from here; None if it can."""
        process = self._process()
        if process is None or (process.here and not process.foreign):
            return None
        where = {"host": process.host, "pid": process.pid, "job": self.id}
        return Message("jobs.not_yours" if process.here else "jobs.elsewhere", where)

    def wait(self, timeout: float | None = None) -> JobStatus:
        """Wait until the job has ended.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            TimeoutError: The job still runs after ``timeout``.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while (status := self.status).state.active:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"{self.folder.name} still {status.state} after {timeout} s")
            time.sleep(0.1)
        return status

    def result(self, timeout: float | None = None) -> T:
        """Wait for the end, without a progress bar, and give the result.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            TimeoutError: The job still runs after ``timeout``.
            UserError: The job failed, was stopped or interrupted; says why.
        """
        status = self.wait(timeout)
        if status.state is State.DONE:
            return cast(T, status.result) if self._read is None else self._read(status.result)
        if status.error is not None:
            raise UserError(status.error.key, **status.error.values)
        raise UserError(self._remedy("jobs.was_stopped"), kind=Message(f"jobs.kind.{self.kind}"))

    def _ask(self) -> None:
        stop = self._files.stop
        try:
            stop.touch()
        except OSError:
            # a disk without room for another name lets a file be renamed
            if not spend(self.folder, JobFolder.STOP, b""):
                with disk_errors(stop):
                    raise

    def _watch_the_end(self) -> None:
        try:
            # its start takes seconds on a busy machine, which the job is not given on top
            asked = {ASKED: repr(time.monotonic())}
            detached("paddlex_nb.jobs.ending", self.folder, environment=asked)
        except OSError:  # no further process may be started
            from paddlex_nb.jobs.ending import see_to_the_end

            threading.Thread(target=see_to_the_end, args=(self.folder,), daemon=True).start()

    def _written_status(self) -> JobStatus:
        """What ``status.json`` says; an error tells that it is damaged."""
        try:
            return read_json(self._files.status, JobStatus)
        except UserError as error:
            if error.code == "core.file_missing":
                return JobStatus()
            values = {**error.message.values, "kind": Message(f"jobs.kind.{self.kind}")}
            problem = Message("jobs.status_damaged", values)
            return JobStatus(state=State.RUNNING, error=problem)

    def _last_words(self) -> Message | None:
        """Why it failed, by its events: these were open when its folder became read-only."""
        event = last_event(self._files.events, but=Notice)  # which may follow the end
        return event.error if isinstance(event, Ended) else None

    def _vanished(self) -> Message:
        """What to do after its process has gone without a word."""
        kind = Message(f"jobs.kind.{self.kind}")
        return Message(
            self._remedy("jobs.interrupted"), {"kind": kind} if self._begins_anew else {}
        )

    @property
    def _begins_anew(self) -> bool:
        """Whether it can only be done again from the beginning: only training has checkpoints."""
        return self.kind != "train"

    def _remedy(self, key: str) -> str:
        return f"{key}.anew" if self._begins_anew else key

    def _process(self) -> JobProcess | None:
        with suppress(UserError):  # missing or damaged
            return read_json(self._files.process, JobProcess)
        return None

    @property
    def alive(self) -> bool:
        """Whether its process still runs, which it may for a while after the job has ended."""
        process = self._process()
        if process is not None:
            return process.alive(self.folder)
        if self._files.process.exists():  # damaged
            beats = is_fresh(self._files.heartbeat)
            # a heart is heard for a while after the end
            return beats and (not self.asked_to_stop or find_process(self.folder) is not None)
        with suppress(OSError):
            # between its creation and the launcher's next line; the clock may be set back there
            return abs(time.time() - self.folder.stat().st_mtime) < _JUST_MADE
        return False

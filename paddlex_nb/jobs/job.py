"""A job seen from outside: what it is, how it stands, how to stop it."""

from __future__ import annotations

import os
import platform
import signal
import time
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import psutil

from paddlex_nb.errors import UserError
from paddlex_nb.files import read_json, write_bytes
from paddlex_nb.i18n import Message
from paddlex_nb.jobs.events import AnyEvent
from paddlex_nb.jobs.log import EventReader, tail

HEARTBEAT = 30.0
"""A job of another machine counts as alive while its heartbeat is younger than 3 of these."""


class State(str, Enum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"

    def __str__(self) -> str:
        return self.value

    @property
    def active(self) -> bool:
        """Whether the job is still to do or under way."""
        return self in {State.QUEUED, State.RUNNING}


class JobSpec(msgspec.Struct, kw_only=True):
    """What a job is to do; written once, before it starts (``job.json``)."""

    kind: str
    arguments: dict[str, Any] = {}
    created: float = 0.0


class JobProcess(msgspec.Struct, kw_only=True):
    """Which process does the job (``process.json``); the start time guards against pid reuse."""

    pid: int
    started: float
    host: str

    @classmethod
    def of(cls, pid: int) -> JobProcess:
        """The record of a living process of this machine."""
        return cls(pid=pid, started=psutil.Process(pid).create_time(), host=platform.node())

    def alive(self, heartbeat: Path) -> bool:
        """Whether the process still runs."""
        if self.host != platform.node():
            return heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < 3 * HEARTBEAT
        try:
            process = psutil.Process(self.pid)
            return (
                abs(process.create_time() - self.started) < 1
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False


class JobStatus(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How a job stands (``status.json``)."""

    state: State = State.QUEUED
    started: float | None = None
    ended: float | None = None
    error: Message | None = None
    result: dict[str, Any] = {}


class Job:
    """A job in its folder; any process may hold one, only the worker writes to it.

    Args:
        folder: The job's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"Job({self.folder.name}, {self.state})"

    @property
    def spec(self) -> JobSpec:
        """What the job is to do."""
        return read_json(self.folder / "job.json", JobSpec)

    @property
    def kind(self) -> str:
        """What kind of job: import, train, evaluate and so on."""
        return self.folder.name.partition("-")[2]

    @property
    def status(self) -> JobStatus:
        """How the job stands; a process that vanished makes it interrupted."""
        path = self.folder / "status.json"
        status = read_json(path, JobStatus) if path.exists() else JobStatus()
        if status.state.active and not self._alive():
            # it may have ended between the two looks
            status = read_json(path, JobStatus) if path.exists() else status
            if status.state.active:
                status.state = State.INTERRUPTED
                status.error = Message("jobs.interrupted")
        return status

    @property
    def state(self) -> State:
        """Where the job is in its life."""
        return self.status.state

    def events(self) -> list[AnyEvent]:
        """All events so far."""
        return EventReader(self.folder / "events.jsonl").poll()

    def reader(self) -> EventReader:
        """A follower of the events, from the first one."""
        return EventReader(self.folder / "events.jsonl")

    def log(self, size: int = 65536) -> str:
        """The end of what the job printed."""
        return tail(self.folder / "log.txt", size)

    def stop(self, *, force: bool = False) -> None:
        """Ask the job to stop at its next safe point; with ``force``, kill it.

        A forced stop loses the work since the last checkpoint and leaves the job interrupted.
        """
        write_bytes(self.folder / "stop", b"")
        process = self._process()
        if force and process and process.host == platform.node() and self._alive():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

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

    def result(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for the end and give the result.

        Raises:
            UserError: The job failed, was stopped or interrupted; says why.
        """
        status = self.wait(timeout)
        if status.state is State.DONE:
            return status.result
        if status.error is not None:
            raise UserError(status.error.key, **status.error.values)
        raise UserError("jobs.was_stopped", kind=Message(f"jobs.kind.{self.kind}"))

    def _process(self) -> JobProcess | None:
        path = self.folder / "process.json"
        return read_json(path, JobProcess) if path.exists() else None

    def _alive(self) -> bool:
        process = self._process()
        if process is None:  # between its creation and the launcher's next line
            return time.time() - self.folder.stat().st_mtime < 10
        return process.alive(self.folder / "heartbeat")

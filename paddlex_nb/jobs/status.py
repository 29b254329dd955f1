"""What a job is to do and how it stands, as written to its folder."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec

from paddlex_nb.core.i18n import Message


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
        """Whether the job is queued or running."""
        return self in {State.QUEUED, State.RUNNING}


class JobSpec(msgspec.Struct, kw_only=True):
    """What a job is to do; written once, before it starts (``job.json``).

    Attributes:
        kind: What kind of job.
        arguments: What its work takes.
        created: When it was asked for, in seconds since the epoch.
        devices: Of a training: those it may run on (see `paddlex_nb.jobs.devices`); empty, as of
            former versions, if it needs the machine for itself.
    """

    kind: str
    arguments: dict[str, Any] = {}
    created: float = 0.0
    devices: list[str] = []


class JobStatus(msgspec.Struct, kw_only=True, omit_defaults=True):
    """State, result and error of a job (``status.json``).

    Attributes:
        state: Where it is in its life.
        started: When its work began, in seconds since the epoch.
        ended: When it ended.
        error: Why it ended without a result.
        result: What its work gave.
        device: Of a training: the device that it has; empty if it has all of them.
    """

    state: State = State.QUEUED
    started: float | None = None
    ended: float | None = None
    error: Message | None = None
    result: dict[str, Any] = {}
    device: str = ""

    @property
    def reason(self) -> str | None:
        """Why the job ended without a result, as one line; None if it runs or nothing is wrong."""
        if self.error is None or self.state.active:
            return None
        # names of files in it are untrusted: no control characters
        return "".join(c if c.isprintable() else " " for c in self.error.text())

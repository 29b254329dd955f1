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
    """What a job is to do; written once, before it starts (``job.json``)."""

    kind: str
    arguments: dict[str, Any] = {}
    created: float = 0.0


class JobStatus(msgspec.Struct, kw_only=True, omit_defaults=True):
    """State, result and error of a job (``status.json``)."""

    state: State = State.QUEUED
    started: float | None = None
    ended: float | None = None
    error: Message | None = None
    result: dict[str, Any] = {}

    @property
    def reason(self) -> str | None:
        """Why the job ended without a result, as one line; None if it runs or nothing is wrong."""
        if self.error is None or self.state.active:
            return None
        # names of files in it are untrusted: no control characters
        return "".join(c if c.isprintable() else " " for c in self.error.text())

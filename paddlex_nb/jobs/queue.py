"""One training at a time in a workspace: the others wait for their turn, oldest first."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.layout.workspace import WorkspaceFolder

QUEUED_KINDS = {"train"}
"""Kinds of job that fill the machine by themselves."""


def wait_for_turn(job: Job, context: JobContext) -> None:
    """Return when no other job of a queued kind runs and no older one waits.

    No lock is taken: the order of creation decides, and a process that vanished does not count,
    so nothing can be left behind by a crash. One that runs goes first even if a clock that was
    set back makes it the younger one.

    Raises:
        Stopped: The user stopped the job while it waited.
    """
    if job.kind not in QUEUED_KINDS:
        return
    mine = _rank(job)
    while any(
        state is State.RUNNING or _rank(other) < mine for other, state in _others(job, context)
    ):
        context.check_stop()
        time.sleep(0.5)
    context.check_stop()


def _others(job: Job, context: JobContext) -> Iterator[tuple[Job, State]]:
    """The other jobs that are under way, each with its state."""
    for kind in QUEUED_KINDS:
        # a folder that is just being made is not told: its launcher comes after us
        for folder in WorkspaceFolder(context.workspace).jobs(kind):
            other = Job(folder)
            if other.folder != job.folder and (state := other.state).active:
                yield other, state


def _rank(job: Job) -> tuple[float, str]:
    try:
        return job.spec.created, str(job.folder)
    except UserError:  # damaged, and told by the job itself when its turn comes
        return math.inf, str(job.folder)

"""One training at a time in a workspace: the others wait for their turn, oldest first."""

from __future__ import annotations

import time
from pathlib import Path

from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.job import Job

QUEUED_KINDS = {"train"}
"""Kinds of job that fill the machine by themselves."""


def wait_for_turn(job: Job, context: JobContext) -> None:
    """Return when no older job of a queued kind is under way.

    No lock is taken: the order of creation decides, and a process that vanished does not count,
    so nothing can be left behind by a crash.

    Raises:
        Stopped: The user stopped the job while it waited.
    """
    if job.kind not in QUEUED_KINDS:
        return
    mine = _rank(job)
    while any(_rank(other) < mine for other in _active(context.workspace)):
        context.check_stop()
        time.sleep(0.5)


def _active(workspace: Path) -> list[Job]:
    specs = [f for kind in QUEUED_KINDS for f in workspace.glob(f"runs/*/jobs/*-{kind}/job.json")]
    # a folder without job.json is just being made, by a launcher that comes after us
    return [job for job in (Job(f.parent) for f in specs) if job.state.active]


def _rank(job: Job) -> tuple[float, str]:
    return job.spec.created, str(job.folder)

"""What killed jobs left beside the folders that they were to write."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import clear_drafts
from paddlex_nb.jobs.job import Job

KINDS = ("export", "write")
"""The kinds of job that write a folder, which their argument ``out`` names."""


def clear_drafts_of(jobs: Iterable[Job]) -> None:
    """Remove the drafts of jobs that have ended; what cannot be removed stays.

    Args:
        jobs: Jobs of `KINDS`; a folder that one of them is writing is left alone.
    """
    ended, busy = set[Path](), set[Path]()
    for job in jobs:
        with suppress(UserError):  # a damaged one names no folder
            out = job.spec.arguments.get("out")
            if isinstance(out, str) and Path(out).is_absolute():
                (busy if job.state.active else ended).add(Path(out))
    for folder in ended - busy:
        with suppress(OSError):
            clear_drafts(folder)

"""Ending a job that was asked to stop: ``python -m paddlex_nb.jobs.ending FOLDER``.

A process of its own watches over it, so that nobody has to wait and that it happens even if
whoever asked has gone: a job that neither ends nor saves within `PATIENCE` is killed with all its
processes. It may be hung, halted, or in the middle of a step that takes for ever.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from paddlex_nb.jobs.job import ASKED, Job

PATIENCE = 8.0
"""Seconds that a job has to end by itself; it is gone within ten."""

SAVING_PATIENCE = 120.0
"""Seconds that a job has which is writing a checkpoint: that of a large model takes its time."""

GIVE_UP = 60.0
"""Seconds after which a process that even a kill does not end (a dead disk) is left alone."""

_LOOK = 0.1


def see_to_the_end(folder: Path, asked: float | None = None) -> None:
    """Return when the job's process has ended; kill it when its time is up.

    Args:
        folder: The job's folder.
        asked: When it was asked to stop, by the monotonic clock; now if None.
    """
    job = Job(folder)
    # a clock of another boot, or no clock at all, must not cut its time short
    asked = time.monotonic() if asked is None or asked > time.monotonic() else asked
    while job.alive:  # Paddle may hang even after the job's last word
        waited = time.monotonic() - asked
        if waited > SAVING_PATIENCE + GIVE_UP:
            return
        if waited > (SAVING_PATIENCE if job.saving else PATIENCE):
            job.kill()
        time.sleep(_LOOK)


if __name__ == "__main__":
    see_to_the_end(Path(sys.argv[1]), float(os.environ[ASKED]))

"""The jobs of a data set done in the test's own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.data.importing import update_job
from paddlex_nb.data.importing.import_job import Arguments, run
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.log import EventWriter


def imported(workspace: Path, source: Path, **arguments: Any) -> tuple[Path, dict[str, Any]]:
    """Do the job's work in this process; the data set's folder and the result."""
    item = workspace / "datasets" / "d"
    folder = item / "jobs" / "001-import"
    folder.mkdir(parents=True, exist_ok=True)
    writer = EventWriter(folder / "events.jsonl")
    try:
        context = JobContext(folder, writer)
        return item, run(context, msgspec.convert({"source": str(source), **arguments}, Arguments))
    finally:
        writer.close()


def update(folder: Path) -> dict[str, Any]:
    """Do the work of a data set's update in this process; the result."""
    job = folder / "jobs" / "002-update"
    job.mkdir(parents=True, exist_ok=True)
    writer = EventWriter(job / "events.jsonl")
    try:
        return update_job.run(JobContext(job, writer), update_job.Arguments())
    finally:
        writer.close()

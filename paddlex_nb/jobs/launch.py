"""Starting a job as a process of its own, which outlives whoever starts it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_json
from paddlex_nb.hosts.processor import job_environment
from paddlex_nb.jobs.brief import secured
from paddlex_nb.jobs.heartbeat import beat
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, JobSpec, JobStatus
from paddlex_nb.jobs.keep_alive import dismiss, hand_over
from paddlex_nb.jobs.on_end import OnEnd, handed_down
from paddlex_nb.jobs.processes import detached
from paddlex_nb.jobs.queue import QUEUED_KINDS
from paddlex_nb.jobs.reserve import lay_by
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder


def launch(
    item: Path,
    kind: str,
    arguments: dict[str, Any],
    *,
    devices: Sequence[str] = (),
    on_end: OnEnd | None = None,
) -> Job:
    """Start a job for a dataset or run.

    Args:
        item: Folder of the dataset or run, in which the job gets ``jobs/<number>-<kind>/``.
        kind: One of `paddlex_nb.jobs.worker.KINDS`.
        arguments: What the job's work takes; plain JSON.
        devices: Of a training: the devices that it may run on; none if it needs all of them.
        on_end: What is to be done when it has ended, if anything: a process of its own waits for
            that, so that it is done once, however the job ends.

    Raises:
        UserError: The workspace cannot be written.
    """
    folder = _new_folder(ItemFolder(item).jobs, kind)
    files = JobFolder(folder)
    try:
        spec = JobSpec(kind=kind, arguments=arguments, created=time.time(), devices=[*devices])
        with secured(kind):
            write_json(files.spec, spec)
            write_json(files.status, JobStatus())
            lay_by(folder)
        if kind in QUEUED_KINDS:
            dismiss(files.workspace)
        beat(files.heartbeat)
        environment = {**job_environment(), **handed_down(None)}
        with disk_errors(folder), files.log.open("ab") as log:
            if on_end is not None:
                then = handed_down(on_end)
                detached("paddlex_nb.runs.on_end", folder, output=log, environment=then)
            if hand_over(folder, kind) is not None:  # who takes it says so itself
                return Job(folder)
            pid = detached("paddlex_nb.jobs.worker", folder, output=log, environment=environment)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # it never was a job
        raise
    with suppress(UserError):  # it writes this itself too
        write_json(files.process, JobProcess.from_pid(pid))
    return Job(folder)


def _new_folder(jobs: Path, kind: str) -> Path:
    """The next free ``<number>-<kind>``; two launchers at once get two folders."""
    with disk_errors(jobs):
        jobs.mkdir(parents=True, exist_ok=True)
        number = max((JobFolder(f).number for f in jobs.iterdir()), default=0) + 1
        while True:
            folder = jobs / f"{number:03d}-{kind}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder

"""Starting a job as a process of its own, which outlives whoever starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from paddlex_nb.files import disk_errors, write_json
from paddlex_nb.hosts.processor import job_environment
from paddlex_nb.jobs.job import Job, JobProcess, JobSpec, JobStatus


def launch(item: Path, kind: str, arguments: dict[str, Any]) -> Job:
    """Start a job for a dataset or run.

    Args:
        item: Folder of the dataset or run, in which the job gets ``jobs/<number>-<kind>/``.
        kind: One of `paddlex_nb.jobs.worker.KINDS`.
        arguments: What the job's work takes; plain JSON.

    Raises:
        UserError: The workspace cannot be written.
    """
    folder = _new_folder(item / "jobs", kind)
    write_json(folder / "job.json", JobSpec(kind=kind, arguments=arguments, created=time.time()))
    write_json(folder / "status.json", JobStatus())
    with disk_errors(folder), (folder / "log.txt").open("ab") as log:
        # a session of its own: neither the kernel's interrupt nor its restart reaches the job
        process = subprocess.Popen(
            [sys.executable, "-m", "paddlex_nb.jobs.worker", str(folder)],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **job_environment(), "PYTHONPATH": python_path()},
        )
    write_json(folder / "process.json", JobProcess.of(process.pid))
    _children.append(process)
    return Job(folder)


_children: list[subprocess.Popen[bytes]] = []


def reap() -> None:
    """Collect ended child processes, so that none stays a zombie; cheap, call now and then."""
    _children[:] = [child for child in _children if child.poll() is None]


def _new_folder(jobs: Path, kind: str) -> Path:
    """The next free ``<number>-<kind>``; two launchers at once get two folders."""
    reap()
    with disk_errors(jobs):
        jobs.mkdir(parents=True, exist_ok=True)
        number = max((int(f.name.partition("-")[0]) for f in jobs.iterdir()), default=0) + 1
        while True:
            folder = jobs / f"{number:03d}-{kind}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder


def python_path() -> str:
    """``PYTHONPATH`` of a process that finds the package where this one has it."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))

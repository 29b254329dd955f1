"""Telling how a training ended: ``python -m paddlex_nb.runs.on_end FOLDER``.

A process of its own, started with the training: it waits until that one's process has gone, killed
or not, and then does what was asked for, once. Neither a slow command nor a server that does not
answer keeps the device, and what goes wrong here does not make a failure of the training.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import requests

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.clock import steady_time
from paddlex_nb.jobs.events import Notice
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.log import EventWriter, last_event
from paddlex_nb.jobs.on_end import OnEnd, received
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.summary import read_summary

_TIMEOUT = (5.0, 15.0)
"""Seconds to connect, and to wait for the answer."""

_LOOK = 0.5
"""Seconds between two looks at the job."""

_LINGERS = 20.0
"""Seconds in which a job that has ended should have gone."""

_PAUSES = (0.0, 2.0, 10.0)
"""Seconds before each attempt to reach an address."""


def tell(folder: Path, on_end: OnEnd) -> None:
    """Run the command or tell the address; what fails becomes a notice of the job.

    Args:
        folder: Folder of a training job that has ended.
        on_end: What to do.
    """
    try:
        told = msgspec.json.encode(outcome(folder))
        if on_end.url:
            _post(on_end, told)
        else:
            _run(on_end, told)
    except UserError as error:
        message = error.message
        print(message.text(), flush=True)  # noqa: T201 - into the job's log
        files = JobFolder(folder)
        last = last_event(files.events)
        writer = EventWriter(files.events, after=last.seq if last is not None else 0)
        writer.write(Notice(message=message, severity="warning"))
        writer.close()


def wait_for_the_end(folder: Path) -> bool:
    """Return when a job's process has gone; False if the job was deleted or never began."""
    job, files = Job(folder), JobFolder(folder)
    while files.spec.exists():
        # after its last word a process may hang for a while, or for ever
        if not (status := job.status).state.active and (
            not job.alive or steady_time() - (status.ended or 0) > _LINGERS
        ):
            return True
        time.sleep(_LOOK)
    return False


def outcome(folder: Path) -> dict[str, Any]:
    """How a training ended, as plain JSON.

    Args:
        folder: The job's folder.

    Raises:
        UserError: The run's record cannot be read.
    """
    files = JobFolder(folder)
    job, run = Job(folder), files.item.path
    record, summary, status = read_run(run), read_summary(run), job.status
    error = status.error
    return {
        "run": run.name,
        "name": record.name,
        "dataset": record.dataset,
        "task": record.task.value,
        "model": record.model,
        "workspace": str(files.workspace.path),
        "job": job.id,
        "state": status.state.value,
        "error": None if error is None else {"code": error.key, "message": error.text()},
        "epoch": summary.epoch,
        "epochs": summary.epochs,
        "best": summary.best,
        "metrics": summary.metrics,
        "seconds": summary.seconds,
        "started": status.started,
        "ended": status.ended,
        "user": record.user,
        "host": record.host,
    }


def _run(on_end: OnEnd, told: bytes) -> None:
    try:
        done = subprocess.run(on_end.command, input=told, cwd=on_end.folder or None, check=False)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UserError("jobs.on_end.not_run", name=on_end.name, reason=why) from error
    if done.returncode:
        raise UserError("jobs.on_end.failed", name=on_end.name, status=done.returncode)


def _post(on_end: OnEnd, told: bytes) -> None:
    reason = ""
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            with requests.post(
                on_end.url,
                data=told,
                headers={"Content-Type": "application/json"},
                timeout=_TIMEOUT,
                allow_redirects=False,  # else the outcome is lost: a redirected POST becomes a GET
                stream=True,  # what is answered is not read
            ) as answer:
                reason = f"HTTP {answer.status_code}"
                if answer.status_code < 300:
                    return
                if answer.status_code < 500:
                    break  # it will not be otherwise the next time
        except (requests.RequestException, ValueError) as error:
            reason = type(error).__name__  # its text may hold the address
    raise UserError("jobs.on_end.not_told", name=on_end.name, reason=reason)


if __name__ == "__main__":
    if (asked := received()) is not None and wait_for_the_end(Path(sys.argv[1])):
        tell(Path(sys.argv[1]), asked)

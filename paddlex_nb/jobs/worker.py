"""The process that does a job: ``python -m paddlex_nb.jobs.worker FOLDER``."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, work_in, write_json
from paddlex_nb.jobs import keep_alive
from paddlex_nb.jobs.brief import secured
from paddlex_nb.jobs.clock import steady_time
from paddlex_nb.jobs.context import JobContext, Stopped
from paddlex_nb.jobs.events import Ended, Started
from paddlex_nb.jobs.failures import reason
from paddlex_nb.jobs.heartbeat import INTERVAL, beat
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, JobSpec, JobStatus, State
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.jobs.output import forgive_output
from paddlex_nb.jobs.queue import QUEUED_KINDS, turn
from paddlex_nb.jobs.reserve import give_back, spend
from paddlex_nb.layout.job import JobFolder

KINDS = {
    "import": "paddlex_nb.data.importing.import_job",
    "update": "paddlex_nb.data.importing.update_job",
    "thumbnails": "paddlex_nb.data.thumbnails.job",
    "write": "paddlex_nb.data.writers.job",
    "train": "paddlex_nb.training.job",
    "evaluate": "paddlex_nb.evaluation.job",
    "evaluate_photos": "paddlex_nb.evaluation.photos_job",
    "predict": "paddlex_nb.evaluation.predict_job",
    "explain": "paddlex_nb.evaluation.explain_job",
    "export": "paddlex_nb.export.job",
}
"""The module behind each kind of job.

Each has ``Arguments``, a msgspec struct, and ``run(context, arguments) -> dict``, whose plain
result goes into the job's status.
"""


def main(folder: Path) -> int:
    """Do the job in ``folder``; the exit status is 0 unless it failed.

    What it has loaded serves further jobs of the same run, for a while.
    """
    faulthandler.enable()
    forgive_output()
    started_with = keep_alive.environment()
    failed = _do(folder)
    if not failed and JobFolder(folder).kind in keep_alive.KINDS:
        keep_alive.stay(folder, _do, started_with)
    return failed


def _do(folder: Path) -> int:
    """Do a job, whatever comes; gives 1 if it failed, else 0."""
    files = JobFolder(folder)
    work_in(folder)
    done = threading.Event()
    threading.Thread(target=_beat, args=(files.heartbeat, done), daemon=True).start()
    try:
        with secured(files.kind):
            return _work_in(folder)
    finally:
        done.set()


def _work_in(folder: Path) -> int:
    files = JobFolder(folder)
    status = JobStatus()
    writer: EventWriter | None = None
    try:
        write_json(files.process, JobProcess.from_pid(os.getpid()))
        writer = EventWriter(files.events)
        context = JobContext(folder, writer)
        with turn(Job(folder), context) as device:
            if files.kind in QUEUED_KINDS:
                keep_alive.dismiss(files.workspace)
            status.device = device
            status.state, status.started = State.RUNNING, steady_time()
            write_json(files.status, status)
        context.emit(Started())
        status.result = _result(context)
        status.state = State.DONE
    except Stopped:
        status.state = State.STOPPED
    except Exception as error:  # noqa: BLE001 - the last line of defence: say it, keep the traceback in the log
        status.state, status.error = State.FAILED, reason(error, folder)
        traceback.print_exc()
    status.ended = steady_time()
    status = _tell(folder, status)
    if writer is not None:
        with suppress(UserError, OSError):  # the status says it already
            writer.write(Ended(state=status.state.value, error=status.error))
            writer.close()
    return 1 if status.state is State.FAILED else 0


def _tell(folder: Path, status: JobStatus) -> JobStatus:
    """Write how the job ended, on a full disk too; gives what was written."""
    try:
        write_json(JobFolder(folder).status, status)
    except (UserError, OSError) as error:
        if status.state is State.DONE:  # its result is lost
            status.state, status.result = State.FAILED, {}
            status.error = reason(error, folder)
        spend(folder, JobFolder.STATUS, msgspec.json.encode(status))
        traceback.print_exc()
    else:
        give_back(folder)
    return status


def _result(context: JobContext) -> dict[str, Any]:
    spec = read_json(JobFolder(context.folder).spec, JobSpec)
    module = import_module(KINDS[spec.kind])
    arguments = msgspec.convert(spec.arguments, module.Arguments)
    result: dict[str, Any] = module.run(context, arguments)
    return result


def _beat(heartbeat: Path, done: threading.Event) -> None:
    while not done.is_set():
        beat(heartbeat)
        done.wait(INTERVAL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""The process that does a job: ``python -m paddlex_nb.jobs.worker FOLDER``."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.jobs.context import JobContext, Stopped
from paddlex_nb.jobs.events import Ended, Started
from paddlex_nb.jobs.failures import reason
from paddlex_nb.jobs.heartbeat import INTERVAL, beat
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, JobSpec, JobStatus, State
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.jobs.on_end import OnEnd, handed_down, received
from paddlex_nb.jobs.output import forgive_output
from paddlex_nb.jobs.processes import detached
from paddlex_nb.jobs.queue import turn
from paddlex_nb.jobs.reserve import give_back, spend
from paddlex_nb.layout.job import JobFolder

KINDS = {
    "import": "paddlex_nb.data.importing.import_job",
    "update": "paddlex_nb.data.importing.update_job",
    "thumbnails": "paddlex_nb.data.thumbnails.job",
    "write": "paddlex_nb.data.writers.job",
    "train": "paddlex_nb.training.job",
    "evaluate": "paddlex_nb.evaluation.job",
    "predict": "paddlex_nb.evaluation.predict_job",
    "export": "paddlex_nb.export.job",
}
"""The module behind each kind of job.

Each has ``Arguments``, a msgspec struct, and ``run(context, arguments) -> dict``, whose plain
result goes into the job's status.
"""


def main(folder: Path) -> int:
    """Do the job in ``folder``; the exit status is 0 unless it failed."""
    faulthandler.enable()
    forgive_output()
    files, on_end = JobFolder(folder), received()
    threading.Thread(target=_beat, args=(files.heartbeat,), daemon=True).start()
    status = JobStatus()
    writer: EventWriter | None = None
    try:
        write_json(files.process, JobProcess.from_pid(os.getpid()))
        writer = EventWriter(files.events)
        context = JobContext(folder, writer)
        with turn(Job(folder), context):
            status.state, status.started = State.RUNNING, time.time()
            write_json(files.status, status)
        context.emit(Started())
        status.result = _work(context)
        status.state = State.DONE
    except Stopped:
        status.state = State.STOPPED
    except Exception as error:  # noqa: BLE001 - the last line of defence: say it, keep the traceback in the log
        status.state, status.error = State.FAILED, reason(error, folder)
        traceback.print_exc()
    status.ended = time.time()
    status = _tell(folder, status)
    if writer is not None:
        with suppress(UserError, OSError):  # the status says it already
            writer.write(Ended(state=status.state.value, error=status.error))
            writer.close()
    if on_end is not None:
        _see_to(folder, on_end)
    return 1 if status.state is State.FAILED else 0


def _see_to(folder: Path, on_end: OnEnd) -> None:
    """Have what the user wants at the end be done, by a process that outlives this one."""
    try:
        with JobFolder(folder).log.open("ab") as log:
            detached("paddlex_nb.runs.on_end", folder, output=log, environment=handed_down(on_end))
    except OSError:  # the disk or the system refuses; the job has ended as it has
        traceback.print_exc()


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


def _work(context: JobContext) -> dict[str, Any]:
    spec = read_json(JobFolder(context.folder).spec, JobSpec)
    module = import_module(KINDS[spec.kind])
    arguments = msgspec.convert(spec.arguments, module.Arguments)
    result: dict[str, Any] = module.run(context, arguments)
    return result


def _beat(heartbeat: Path) -> None:
    while True:
        beat(heartbeat)
        time.sleep(INTERVAL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

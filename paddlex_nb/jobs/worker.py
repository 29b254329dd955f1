"""The process that does a job: ``python -m paddlex_nb.jobs.worker FOLDER``."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.errors import UserError
from paddlex_nb.files import write_json
from paddlex_nb.i18n import Message
from paddlex_nb.jobs.context import JobContext, Stopped
from paddlex_nb.jobs.events import Ended, Started
from paddlex_nb.jobs.job import HEARTBEAT, Job, JobProcess, JobSpec, JobStatus, State
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.jobs.queue import wait_for_turn

KINDS = {
    "import": "paddlex_nb.data.job",
    "update": "paddlex_nb.data.update_job",
    "thumbnails": "paddlex_nb.data.thumbnails_job",
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
    write_json(folder / "process.json", JobProcess.of(os.getpid()))
    threading.Thread(target=_beat, args=(folder / "heartbeat",), daemon=True).start()
    writer = EventWriter(folder / "events.jsonl")
    status = JobStatus()
    try:
        context = JobContext(folder, writer)
        wait_for_turn(Job(folder), context)
        status.state, status.started = State.RUNNING, time.time()
        write_json(folder / "status.json", status)
        context.emit(Started())
        status.result = _work(context)
        status.state = State.DONE
    except Stopped:
        status.state = State.STOPPED
    except UserError as error:
        status.state, status.error = State.FAILED, error.message
        traceback.print_exc()
    except MemoryError:
        status.state, status.error = State.FAILED, Message("jobs.out_of_memory")
        traceback.print_exc()
    except Exception as error:  # noqa: BLE001 - the last line of defence: say it, keep the traceback in the log
        reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
        status.state = State.FAILED
        status.error = Message("jobs.failed", {"reason": reason[0], "log": str(folder / "log.txt")})
        traceback.print_exc()
    status.ended = time.time()
    write_json(folder / "status.json", status)
    writer.write(Ended(state=status.state.value, error=status.error))
    writer.close()
    return 1 if status.state is State.FAILED else 0


def _work(context: JobContext) -> dict[str, Any]:
    spec = msgspec.json.decode((context.folder / "job.json").read_bytes(), type=JobSpec)
    module = import_module(KINDS[spec.kind])
    arguments = msgspec.convert(spec.arguments, module.Arguments)
    result: dict[str, Any] = module.run(context, arguments)
    return result


def _beat(heartbeat: Path) -> None:
    while True:
        heartbeat.touch()
        time.sleep(HEARTBEAT)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""No second trainer on a run, and no training that waits for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stand_ins import Hung

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.context import JobContext, Stopped
from paddlex_nb.jobs.job import Job, JobSpec, State
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.jobs.queue import turn
from paddlex_nb.runs.trainer_lock import alone
from paddlex_nb.workspace import Workspace

_RESUME = """
import sys
from paddlex_nb import UserError, Workspace
run = Workspace(sys.argv[1]).run(sys.argv[2])
print("ready", flush=True)
input()
try:
    run.resume(epochs=1000, wait=False)
    print("resumed")
except UserError as error:
    print(error.code)
"""


def test_a_run_that_somebody_trains_is_neither_resumed_nor_trained(
    sample_workspace: Workspace, sample: Dataset
) -> None:
    run = sample_workspace.train(sample, "fake", epochs=1)
    with alone(run.folder):
        with pytest.raises(UserError, match="in use by a running job"):
            run.resume(epochs=2)
        # whoever is misled by what it sees gets this far
        job = launch(run.folder, "train", {"resume": True, "epochs": 2})
        status = job.wait(60)
    assert status.state is State.FAILED
    assert status.error is not None
    assert status.error.key == "training.under_way"
    run.resume(epochs=2)
    assert run.history.epoch == 2


def test_of_several_who_resume_at_once_one_does(
    sample_workspace: Workspace, sample: Dataset
) -> None:
    run = sample_workspace.train(sample, "fake", epochs=1)
    command = [sys.executable, "-c", _RESUME, str(sample_workspace.path), run.id]
    pipe = subprocess.PIPE
    them = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for one in them:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in them:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    said = sorted(one.communicate()[0].strip() for one in them)
    run.stop()
    run.training.wait(30)
    assert said == ["resumed", *["workspace.still_busy"] * 3]
    assert len(run.jobs("train")) == 2


def waiting(workspace: Path, created: float) -> tuple[Job, JobContext]:
    folder = workspace / "runs" / "second" / "jobs" / "001-train"
    folder.mkdir(parents=True)
    write_json(folder / "job.json", JobSpec(kind="train", created=created))
    return Job(folder), JobContext(folder, EventWriter(folder / "events.jsonl"))


def test_a_training_that_runs_goes_first_whatever_the_clock_says(tmp_path: Path) -> None:
    hung = Hung(tmp_path)
    try:
        job, context = waiting(tmp_path, created=time.time() - 3600)
        (job.folder / "stop").touch()
        with pytest.raises(Stopped), turn(job, context):  # it would wait still
            pass
        (hung.job.folder / "status.json").write_text('{"state": "queued"}')
        (job.folder / "stop").unlink()
        with turn(job, context):
            pass
    finally:
        hung.close()


@pytest.mark.parametrize("file", ["job.json", "status.json", "process.json"])
def test_what_is_damaged_elsewhere_does_not_block_the_queue(tmp_path: Path, file: str) -> None:
    hung = Hung(tmp_path)
    hung.close()
    (hung.job.folder / "heartbeat").unlink()
    (hung.job.folder / file).write_bytes(b"\x00\xff{")
    os.utime(hung.job.folder, (1, 1))  # it was not made just now
    job, context = waiting(tmp_path, created=time.time())
    end = time.monotonic() + 20
    with turn(job, context):
        assert time.monotonic() < end

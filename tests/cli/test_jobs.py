"""Jobs in the terminal: listed, followed, stopped, and never lost by Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from paddlex_nb.cli import main
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture
def call(sample_workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command with ``--json`` and gives status and object."""

    def run(*words: str) -> tuple[int, Any]:
        status = main([*words, "--json", "--workspace", str(sample_workspace.path)])
        return status, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def training(sample_workspace: Workspace, sample: Dataset) -> Iterator[Run]:
    """A training under way."""
    run = sample_workspace.train(sample, "fake", epochs=1000, wait=False).run
    until(lambda: run.history.epoch >= 1)
    yield run
    run.stop(force=True)
    run.training.wait(20)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_jobs_are_listed_and_stopped(call: Any, sample: Dataset, training: Run) -> None:
    status, listed = call("jobs")
    assert status == 0
    by_id = {job["job"]: job for job in listed["jobs"]}
    assert by_id[f"datasets/{sample.id}/001-import"]["status"] == "done"
    mine = f"runs/{training.id}/001-train"
    assert by_id[mine]["status"] == "running"
    assert "epoch" in by_id[mine]["progress"]
    assert [job["job"] for job in call("jobs", "--active")[1]["jobs"]] == [mine]
    status, stopped = call("jobs", "stop", f"{training.id}/1")
    assert (status, stopped["job"], stopped["status"]) == (0, mine, "stopped")
    assert stopped["killed"] is False
    assert stopped["checkpoint"] is True
    assert call("jobs", "--active")[1]["jobs"] == []
    assert call("jobs", "stop", mine)[1]["error"]["code"] == "cli.not_active"
    assert call("jobs", "stop", "nowhere")[1]["error"]["code"] == "jobs.no_such_job"
    status, log = call("logs", f"datasets/{sample.id}/001-import")
    assert (status, log["job"]) == (0, f"datasets/{sample.id}/001-import")
    assert call("jobs", "follow", training.id)[1]["status"] == "stopped"


def test_an_import_that_does_not_answer_is_stopped_from_another_terminal(
    call: Any, sample_workspace: Workspace
) -> None:
    folder = sample_workspace.path / "samples" / "classification"
    job = sample_workspace.import_dataset(folder, name="halted", wait=False)
    dataset = job.dataset
    pid = json.loads((job.folder / "process.json").read_bytes())["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        status, stopped = call("stop", "halted")
        assert time.monotonic() - began < 13
        assert status == 0
        assert stopped["status"] == "stopped"
        assert stopped["killed"] is True
    finally:
        dataset.delete()


def test_ctrl_c_tells_how_to_come_back_to_a_training(training: Run) -> None:
    words = ["jobs", "follow", training.id, "--workspace", str(training.folder.parents[1])]
    said = _interrupted(words, "Ctrl-C")
    assert f"paddlex-nb jobs follow runs/{training.id}/001-train" in said
    assert f"paddlex-nb stop runs/{training.id}/001-train" in said
    assert training.status.state is State.RUNNING


def _interrupted(words: list[str], seen: str) -> str:
    """What a command says on Ctrl-C, which comes once it has said ``seen``."""
    command = [sys.executable, "-m", "paddlex_nb", *words, "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if seen in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    return said


def test_a_name_that_means_several_jobs_is_refused(
    sample_workspace: Workspace, sample: Dataset, call: Any
) -> None:
    run = sample_workspace.train(sample, "fake", name=sample.id, epochs=1)
    assert run.id == sample.id
    status, said = call("jobs", "stop", sample.id)
    assert status == 1
    assert said["error"]["code"] == "jobs.several"
    assert f"runs/{run.id}/001-train" in said["error"]["message"]
    run.delete()

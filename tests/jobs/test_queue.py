"""The queue of trainings, with real processes: its order, what blocks it and what must not."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.locks import is_locked
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.devices import devices_for
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.jobs.queue import Waiting
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

Start = Callable[[int], Job]


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def kill(job: Job, number: signal.Signals) -> None:
    until((job.folder / "process.json").exists)
    os.kill(read_json(job.folder / "process.json", JobProcess).pid, number)


def waits(job: Job) -> Waiting:
    found = job.waiting
    assert found is not None
    return found


@pytest.fixture
def start(sample_workspace: Workspace, sample: Dataset) -> Iterator[Start]:
    """Starts fake trainings of so many epochs, and ends those that are left."""
    started: list[Run] = []

    def begin(epochs: int) -> Job:
        started.append(sample_workspace.train(sample, "fake", epochs=epochs, wait=False).run)
        return started[-1].training

    yield begin
    for run in reversed(started):
        if run.status.state.active:
            kill(run.training, signal.SIGCONT)
            run.stop(force=True)
            run.training.wait(30)


def test_one_that_waits_says_for_what_and_can_be_put_first(start: Start) -> None:
    running = start(1000)
    until(lambda: running.state is State.RUNNING)
    second, third, fourth = start(1), start(1), start(1)
    assert [waits(job).place for job in (second, third, fourth)] == [1, 2, 3]
    assert waits(third).behind == running.id
    until(lambda: waits(third).waited > 1)
    text = waits(third).message.text()
    assert running.id in text
    assert "place 2" in text
    assert running.waiting is None
    fourth.run_next()
    third.run_next()  # the last that was put first goes first
    assert [waits(job).place for job in (second, third, fourth)] == [3, 1, 2]
    running.stop()
    until(lambda: not any(job.state.active for job in (second, third, fourth)))
    ended = [job.status.started or 0.0 for job in (third, fourth, second)]
    assert ended == sorted(ended)
    with pytest.raises(UserError, match="does not wait"):
        third.run_next()


def test_a_failed_one_and_a_killed_one_let_the_next_begin(start: Start) -> None:
    running = start(1000)
    until(lambda: running.state is State.RUNNING)
    failing, killed, last = start(1), start(1), start(1)
    record = JobFolder(failing.folder).item.path / "run.json"
    whole = record.read_text()
    record.write_text("{")
    killed.run_next()
    kill(killed, signal.SIGKILL)
    kill(running, signal.SIGKILL)
    until(lambda: last.state is State.DONE)
    record.write_text(whole)  # the workspace is that of other tests too
    assert (failing.state, killed.state) == (State.FAILED, State.INTERRUPTED)
    assert not is_locked(WorkspaceFolder(JobFolder(last.folder).workspace.path).queue_lock)


def test_one_that_is_halted_while_it_waits_keeps_nobody_waiting(start: Start) -> None:
    running = start(1000)
    until(lambda: running.state is State.RUNNING)
    halted, last = start(1), start(1)
    kill(halted, signal.SIGSTOP)
    running.stop()
    until(lambda: last.state is State.DONE)
    assert halted.state is State.QUEUED
    kill(halted, signal.SIGCONT)
    until(lambda: halted.state is State.DONE)


def test_one_that_is_halted_while_it_runs_is_named_with_what_to_do(start: Start) -> None:
    running = start(1000)
    until(lambda: running.state is State.RUNNING)
    last = start(1)
    kill(running, signal.SIGSTOP)
    until(lambda: running.halted)
    text = waits(last).message.text()
    assert running.id in text
    assert f"kill -CONT {running.pid}" in text
    running.stop()
    until(lambda: last.state is State.DONE)


@pytest.fixture
def two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver that shows two GPUs."""
    tool = tmp_path / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'One, 100, 100'\necho 'Two, 100, 100'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def seen_by(job: Job) -> str:
    """What the job's process would tell CUDA; its children get it from there."""
    until(lambda: job.state is State.RUNNING)
    return job.status.device


@pytest.mark.usefixtures("two_gpus")
def test_several_gpus_take_several_trainings(
    start: Start, sample_workspace: Workspace, sample: Dataset
) -> None:
    first, second, third = start(1000), start(1000), start(1)
    assert {seen_by(first), seen_by(second)} == {"gpu:0", "gpu:1"}
    time.sleep(1.5)
    assert third.state is State.QUEUED
    # one for the processor, and one for a GPU of its own choice
    on_cpu = sample_workspace.train(sample, "fake", epochs=1, device="cpu", wait=False)
    until(lambda: on_cpu.state is State.DONE)
    assert on_cpu.status.device == "cpu"
    held = first if seen_by(first) == "gpu:1" else second
    fixed = sample_workspace.train(sample, "fake", epochs=1, gpu=1, wait=False)
    fixed.run_next()
    other = second if held is first else first
    other.stop()
    until(lambda: third.state is State.DONE)  # not kept by one before it that it is not for
    assert third.status.device == "gpu:0"
    assert waits(fixed).behind == held.id
    held.stop()
    until(lambda: fixed.state is State.DONE)
    assert fixed.status.device == "gpu:1"


@pytest.mark.usefixtures("two_gpus")
def test_a_job_of_a_former_version_has_the_machine_for_itself(start: Start) -> None:
    former = start(1000)
    until(lambda: former.state is State.RUNNING)
    for name in ("job.json", "status.json"):  # as they were before there were devices
        kept = json.loads((former.folder / name).read_text())
        (former.folder / name).write_text(
            json.dumps({k: v for k, v in kept.items() if not k.startswith("device")})
        )
    later = start(1)
    time.sleep(1.5)
    assert waits(later).behind == former.id
    former.stop()
    until(lambda: later.state is State.DONE)


@pytest.mark.usefixtures("two_gpus")
def test_devices_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices_for({"device": "auto"}) == ["gpu:0", "gpu:1"]
    assert devices_for({"device": "gpu", "gpu": 1}) == ["gpu:1"]
    assert devices_for({"device": "cpu"}) == ["cpu"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3, 1")
    assert devices_for({}) == ["gpu:3", "gpu:1"]
    assert devices_for({"gpu": 1}) == ["gpu:1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices_for({}) == ["cpu"]


_NOTEBOOK = """
import sys
from paddlex_nb import Workspace
workspace = Workspace(sys.argv[1])
for _ in range(3):
    print(workspace.train(sys.argv[2], "fake", epochs=3, wait=False).id, flush=True)
"""


def test_two_notebooks_share_it(sample_workspace: Workspace, sample: Dataset) -> None:
    command = [sys.executable, "-c", _NOTEBOOK, str(sample_workspace.path), sample.id]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    ids = [line for one in both for line in one.communicate()[0].split()]
    jobs = [sample_workspace.job(name) for name in ids]
    assert len(jobs) == 6
    while any(job.state is State.QUEUED for job in jobs):
        for job in jobs:  # the order is changed under their feet, again and again
            with suppress(UserError):  # its turn has come
                job.run_next()
        assert sum(job.state is State.RUNNING for job in jobs) <= 1
        time.sleep(0.02)
    assert [job.wait(30).state for job in jobs] == [State.DONE] * 6
    spans = sorted((job.status.started or 0, job.status.ended or 0) for job in jobs)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_a_damaged_place_is_that_of_its_creation(start: Start, tmp_path: Path) -> None:
    running = start(1000)
    until(lambda: running.state is State.RUNNING)
    second, third = start(1), start(1)
    JobFolder(third.folder).turn.write_bytes(b"\xff{")
    assert [waits(job).place for job in (second, third)] == [1, 2]


def test_one_that_was_over_and_begins_anew_is_seen(start: Start) -> None:
    """A run that was deleted and another one of its name have the same folder."""
    former = start(1)
    until(lambda: former.state is State.DONE)
    running = start(1000)
    until(lambda: running.state is State.RUNNING)
    waiting = start(1)
    assert waits(waiting).behind == running.id
    ended = (former.folder / "status.json").read_bytes()
    (former.folder / "status.json").write_bytes((running.folder / "status.json").read_bytes())
    (former.folder / "process.json").write_bytes((running.folder / "process.json").read_bytes())
    assert waits(waiting).behind == former.id  # the older one of the two
    (former.folder / "status.json").write_bytes(ended)
    assert waits(waiting).behind == running.id

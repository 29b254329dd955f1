"""Jobs as real processes: they outlive who started them, stop, resume, are killed and wait.

The model is the fake one, which goes through the real loop, events and checkpoints in no time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.events import Ended, Epoch, Resumed, Started
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

LONG = 1000


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def process_of(run: Run) -> JobProcess:
    return read_json(run.training.folder / "process.json", JobProcess)


@pytest.fixture
def start(sample_workspace: Workspace, sample: Dataset) -> Iterator[Callable[[int], Run]]:
    """Starts fake trainings and ends those that still run."""
    started: list[Run] = []

    def begin(epochs: int) -> Run:
        started.append(sample_workspace.train(sample, "fake", epochs=epochs, wait=False).run)
        return started[-1]

    yield begin
    for run in started:
        if run.folder.exists() and run.status.state.active:
            run.stop(force=True)
            run.training.wait(30)


def test_a_run_from_start_to_end(start: Callable[[int], Run]) -> None:
    run = start(2)
    events = list(run.watch())
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Ended)
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [1, 2]
    assert run.status.state is State.DONE
    assert run.has_checkpoint
    assert run.history.epoch == 2


def test_the_job_has_a_session_of_its_own(start: Callable[[int], Run]) -> None:
    run = start(LONG)
    pid = process_of(run).pid
    assert os.getsid(pid) == pid != os.getsid(0)


def test_stop_leaves_a_checkpoint_and_resume_goes_on(start: Callable[[int], Run]) -> None:
    run = start(LONG)
    until(lambda: run.history.epoch >= 2)
    run.stop()
    assert run.training.wait(30).state is State.STOPPED
    assert run.has_checkpoint
    stopped_at = run.history.step
    run.resume(epochs=run.history.epoch + 2)
    history = run.history
    steps = [s.step for s in history.steps]
    assert steps == sorted(set(steps))
    assert any(isinstance(e, Resumed) for e in run.training.events())
    assert history.step > stopped_at
    assert [e.epoch for e in history.epochs_done] == list(range(1, history.epoch + 1))


def test_a_killed_job_is_interrupted_and_resumes(start: Callable[[int], Run]) -> None:
    run = start(LONG)
    until(lambda: run.history.epoch >= 2)
    os.kill(process_of(run).pid, signal.SIGKILL)
    until(lambda: not run.status.state.active)
    assert run.status.state is State.INTERRUPTED
    assert run.status.error is not None
    epochs = run.history.epoch
    run.resume(epochs=epochs + 1)
    history = run.history
    assert [e.epoch for e in history.epochs_done] == list(range(1, epochs + 2))
    steps = [s.step for s in history.steps]
    assert steps == sorted(set(steps))


def test_the_job_outlives_the_process_that_started_it(
    sample_workspace: Workspace, sample: Dataset
) -> None:
    script = (
        "import sys; from paddlex_nb import Workspace;"
        "print(Workspace(sys.argv[1]).train(sys.argv[2], 'fake', epochs=3, wait=False).run.id)"
    )
    command = [sys.executable, "-c", script, str(sample_workspace.path), sample.id]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    run = sample_workspace.run(done.stdout.strip())
    assert run.training.wait(60).state is State.DONE


def test_a_second_training_waits_for_the_first(start: Callable[[int], Run]) -> None:
    first, second = start(LONG), start(1)
    until(lambda: first.status.state is State.RUNNING)
    time.sleep(1.0)
    assert second.status.state is State.QUEUED
    first.stop()
    assert first.training.wait(30).state is State.STOPPED
    assert second.training.wait(60).state is State.DONE


def test_a_waiting_training_can_be_stopped(start: Callable[[int], Run]) -> None:
    first, second = start(LONG), start(1)
    until(lambda: first.status.state is State.RUNNING)
    second.stop()
    assert second.training.wait(30).state is State.STOPPED
    assert first.status.state is State.RUNNING


def test_a_run_under_way_is_neither_resumed_nor_deleted(start: Callable[[int], Run]) -> None:
    run = start(LONG)
    until(lambda: run.status.state is State.RUNNING)
    for action in (run.resume, run.delete):
        with pytest.raises(UserError, match="in use by a running job"):
            action()
    run.stop()
    run.training.wait(30)
    run.delete()
    assert not run.folder.exists()


def test_whoever_opens_the_workspace_sees_the_same(start: Callable[[int], Run]) -> None:
    run = start(LONG)
    until(lambda: run.history.epoch >= 1)
    other = Workspace(run.folder.parents[1]).run(run.id)
    assert other.status.state is State.RUNNING
    assert other.history.epoch >= 1


def test_a_workspace_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="is a file"):
        Workspace(tmp_path / "file")
    with pytest.raises(UserError, match="does not exist"):
        Workspace(tmp_path / "w").import_dataset(tmp_path / "absent")


def test_dividing_anew_does_not_change_what_a_run_is_judged_by(
    start: Callable[[int], Run], sample: Dataset
) -> None:
    run = start(1)
    run.training.result()
    before = run.evaluate("val")
    sample.split(0.5, 0.3, 0.2, seed=7)
    try:
        assert run.evaluate("val").per_class == before.per_class
    finally:
        sample.split(0.7, 0.2, 0.1, seed=0)

"""Stopping: a job is asked, and ends within ten seconds whether it answers or not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from stand_ins import Hung

from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs import ending
from paddlex_nb.jobs.ending import see_to_the_end
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.workspace import Workspace


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Hung]:
    made = Hung(tmp_path)
    yield made
    made.close()


def test_a_halted_training_is_stopped_within_ten_seconds(
    sample_workspace: Workspace, sample: Dataset
) -> None:
    run = sample_workspace.train(sample, "fake", epochs=1000, wait=False).run
    end = time.monotonic() + 60
    while run.history.epoch < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    pid = read_json(run.training.folder / "process.json", JobProcess).pid
    os.kill(pid, signal.SIGSTOP)
    asked = time.monotonic()
    run.stop()
    assert time.monotonic() - asked < 1  # nobody waits: the wizard asks from its one thread
    status = run.training.wait(20)
    assert time.monotonic() - asked < 12  # ten, and two for a busy machine
    assert status.state is State.STOPPED
    assert status.error is None
    assert run.has_checkpoint
    epochs = run.history.epoch
    run.resume(epochs=epochs + 1)
    assert run.history.epoch == epochs + 1


def test_a_job_that_never_answers_is_killed_with_its_children(
    hung: Hung, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "PATIENCE", 0.3)
    (hung.job.folder / "stop").touch()
    see_to_the_end(hung.job.folder)
    hung.process.wait(5)
    assert not hung.child.is_running() or hung.child.status() == "zombie"
    assert hung.job.state is State.STOPPED


def test_the_time_that_the_watchers_start_takes_is_not_given_on_top(hung: Hung) -> None:
    (hung.job.folder / "stop").touch()
    start = time.monotonic()
    see_to_the_end(hung.job.folder, asked=start - ending.PATIENCE)
    assert time.monotonic() - start < ending.PATIENCE / 2
    hung.process.wait(5)
    assert hung.job.state is State.STOPPED


def test_a_process_that_hangs_after_its_job_has_ended_goes_too(
    hung: Hung, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "PATIENCE", 0.3)
    write_json(hung.job.folder / "status.json", JobStatus(state=State.STOPPED))
    see_to_the_end(hung.job.folder)
    assert hung.process.wait(5) == -signal.SIGKILL


def test_stop_by_force_kills_at_once(hung: Hung) -> None:
    hung.job.stop(force=True)
    assert hung.process.wait(5) == -signal.SIGKILL
    assert hung.job.wait(5).state is State.STOPPED


def test_a_job_that_saves_is_given_time_but_not_for_ever(
    hung: Hung, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "PATIENCE", 0.1)
    monkeypatch.setattr(ending, "SAVING_PATIENCE", 1.5)
    (hung.job.folder / "saving").touch()
    (hung.job.folder / "stop").touch()
    watching = threading.Thread(target=see_to_the_end, args=(hung.job.folder,))
    watching.start()
    time.sleep(0.8)
    assert hung.process.poll() is None
    watching.join(10)
    assert hung.process.poll() is not None


def test_a_job_that_was_halted_while_it_saved_is_not_waited_for(
    hung: Hung, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "PATIENCE", 0.1)
    (hung.job.folder / "saving").touch()
    hung.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    (hung.job.folder / "stop").touch()
    see_to_the_end(hung.job.folder)
    assert time.monotonic() - began < 10
    assert hung.job.state is State.STOPPED


def test_a_job_of_another_machine_is_asked_only_and_that_is_said(hung: Hung) -> None:
    path = hung.job.folder / "process.json"
    elsewhere = read_json(path, JobProcess)
    write_json(path, msgspec.structs.replace(elsewhere, boot="another", host="far-away"))
    job = Job(hung.job.folder)
    assert job.unreachable is not None
    assert "far-away" in job.unreachable.text()
    job.stop()
    job.kill()
    assert job.asked_to_stop
    assert hung.process.poll() is None


def test_a_job_whose_process_record_is_damaged_can_be_stopped(
    sample_workspace: Workspace, sample: Dataset
) -> None:
    run = sample_workspace.train(sample, "fake", epochs=1000, wait=False).run
    end = time.monotonic() + 60
    while run.status.state is not State.RUNNING:
        assert time.monotonic() < end
        time.sleep(0.05)
    record = run.training.folder / "process.json"
    pid = read_json(record, JobProcess).pid
    record.write_bytes(b'{"pid": ')
    assert run.status.state is State.RUNNING  # its heart beats
    os.kill(pid, signal.SIGSTOP)
    run.stop(force=True)
    os.waitpid(pid, 0)
    assert run.training.wait(5).state is State.STOPPED

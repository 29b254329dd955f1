"""A workspace that is moved away, and a clock that is set, while a training runs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.jobs.events import Progress
from paddlex_nb.jobs.job import State
from paddlex_nb.jobs.log import EventReader, EventWriter
from paddlex_nb.workspace import Workspace


def test_a_training_whose_workspace_moves_ends_there_and_begins_none_anew(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "before")
    write_sample(Task.CLASSIFICATION, tmp_path / "fruit")
    sample = workspace.import_dataset(tmp_path / "fruit", progress=False)
    sample.split(0.6, 0.2, 0.2)
    run = workspace.train(sample, "fake", epochs=300, wait=False).run
    end = time.monotonic() + 60
    while run.history.epoch < 1:
        assert time.monotonic() < end
        time.sleep(0.05)
    workspace.path.rename(tmp_path / "after")
    moved = Workspace(tmp_path / "after").run(run.id)
    status = moved.training.wait(60)
    assert status.state is State.FAILED
    assert status.error is not None
    assert status.error.key == "core.moved_away"
    assert not any(workspace.path.rglob("*.npz"))
    done = moved.history.epoch
    moved.resume(done + 1, wait=False).result(60)
    assert moved.history.epoch == done + 1


def test_events_keep_their_order_when_the_clock_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, now = EventWriter(tmp_path / "events.jsonl"), time.time()
    writer.write(Progress(stage="load", done=0))
    monkeypatch.setattr(time, "time", lambda: now - 86400)
    writer.write(Progress(stage="load", done=1))
    writer.close()
    first, second = EventReader(tmp_path / "events.jsonl").poll()
    assert now - 60 < first.time <= second.time < now + 60

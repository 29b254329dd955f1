"""The loop: events, checkpoints, stop, resume, early stop; with the suite that only pretends."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.contracts.learner import NotFiniteError
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_bytes
from paddlex_nb.jobs.context import Stopped
from paddlex_nb.jobs.events import AnyEvent, Checkpoint, Epoch, Event, Notice, Resumed, Step
from paddlex_nb.jobs.job import State
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import CheckpointStore, checkpoints
from paddlex_nb.runs.history import History
from paddlex_nb.suites import fake
from training.fixtures import Bench, StopAfter


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.002")


def events_of(run: Path) -> list[list[AnyEvent]]:
    return [EventReader(f / "events.jsonl").poll() for f in sorted((run / "jobs").iterdir())]


def history_of(run: Path) -> History:
    history = History()
    for events in events_of(run):
        history.extend(events)
    return history


def test_a_run_tells_steps_epochs_and_checkpoints(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=6, save_interval=2, keep_checkpoints=2)
    result, events = bench.job(run, "train")
    epochs = [e for e in events if isinstance(e, Epoch)]
    steps = [e for e in events if isinstance(e, Step)]
    assert [e.epoch for e in epochs] == [1, 2, 3, 4, 5, 6]
    assert [e.step for e in epochs] == [10, 20, 30, 40, 50, 60]
    assert all(next(iter(e.metrics)) == "top1" for e in epochs)
    assert steps[-1].step == steps[-1].steps == 60
    assert result["step"] == 60
    best = max(epochs, key=lambda e: (e.metrics["top1"] or 0, -(e.metrics["loss"] or 0), e.epoch))
    assert result["best"] == {"value": best.metrics["top1"], "epoch": best.epoch}
    assert {c.name for c in checkpoints(run)} == {"best", "last", "epoch-4", "epoch-6"}
    history = history_of(run)
    assert history.best is not None
    assert (history.best.metric, history.best.epoch) == ("top1", best.epoch)
    assert list((run / "vdl").glob("vdlrecords*"))


def test_stop_and_resume_go_on_without_a_break(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.run_folder("fake", epochs=4)
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.07")
    with pytest.raises(Stopped):
        bench.work(StopAfter(bench.context(run, "train"), Step, 6), "train")
    info = CheckpointStore(run).info("last")
    assert 0 < info.batches < 10  # in the middle of an epoch
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.002")
    bench.job(run, "train", resume=True)
    history = history_of(run)
    assert [e.epoch for e in history.epochs_done] == [1, 2, 3, 4]
    assert [e.step for e in history.epochs_done] == [10, 20, 30, 40]
    numbers = [s.step for s in history.steps]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 40
    whole = bench.run_folder("fake", epochs=4)
    bench.job(whole, "train")
    losses = [e.loss for e in history.epochs_done]
    assert losses == pytest.approx([e.loss for e in history_of(whole).epochs_done])


def test_stop_during_evaluation_keeps_the_epoch(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=2)
    context = StopAfter(bench.context(run, "train"), Checkpoint, 99)
    emit = context.emit

    def stop_when_evaluating(event: Event) -> None:
        emit(event)
        if getattr(event, "stage", "") == "evaluate":
            write_bytes(context.folder / "stop", b"")

    context.emit = stop_when_evaluating  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        bench.work(context, "train")
    info = CheckpointStore(run).info("last")
    assert (info.epoch, info.step, info.batches) == (0, 10, 10)
    _, events = bench.job(run, "train", resume=True)
    resumed = next(e for e in events if isinstance(e, Resumed))
    assert (resumed.epoch, resumed.step) == (0, 10)
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [1, 2]


def test_a_finished_run_can_go_on_for_more_epochs(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=2)
    bench.job(run, "train")
    result, _ = bench.job(run, "train", resume=True, epochs=3)
    assert (result["epoch"], result["step"]) == (3, 30)


def test_a_run_that_came_to_no_checkpoint_begins_anew(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=2)
    context = bench.context(run, "train")
    write_bytes(context.folder / "stop", b"")
    with pytest.raises(Stopped):
        bench.work(context, "train")
    assert checkpoints(run) == []
    result, events = bench.job(run, "train", resume=True)
    assert (result["epoch"], result["step"]) == (2, 20)
    assert next((e.epoch, e.step) for e in events if isinstance(e, Resumed)) == (0, 0)


def test_early_stop_waits_for_its_patience(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake, "_HALF", 1e9)  # learns nothing: the first epoch stays the best
    run = bench.run_folder("fake", epochs=20, early_stop=3)
    result, events = bench.job(run, "train")
    values = [e.metrics["top1"] or 0.0 for e in events if isinstance(e, Epoch)]
    first = values.index(max(values)) + 1  # the same again is no better
    assert result["epoch"] == first + 3
    assert result["best"]["value"] == max(values)
    notices = [e.message.key for e in events if isinstance(e, Notice)]
    assert "training.early_stop" in notices


def test_an_infinite_loss_names_its_batch_and_keeps_checkpoints(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = fake._Learner.step
    made: list[int] = []

    def fails_in_the_second_epoch(self: fake._Learner, *arguments: Any) -> dict[str, float]:
        made.append(1)
        if len(made) > 13:
            raise NotFiniteError
        return step(self, *arguments)

    monkeypatch.setattr(fake._Learner, "step", fails_in_the_second_epoch)
    run = bench.run_folder("fake", epochs=4)
    with pytest.raises(UserError) as error:
        bench.job(run, "train")
    assert error.value.code == "training.not_finite"
    assert "step 14" in error.value.message.text("en")
    suspects = next((run / "jobs").glob("*/not_finite.json")).read_text("utf-8")
    assert ".jpg" in suspects
    assert CheckpointStore(run).info("last").epoch == 1


def test_undefined_weights_are_noticed_in_evaluation(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = fake.SuiteAdapter.predict
    monkeypatch.setattr(fake.SuiteAdapter, "predict", lambda *a: predict(*a) * np.float32("nan"))
    run = bench.run_folder("fake", epochs=2)
    with pytest.raises(UserError) as error:
        bench.job(run, "train")
    assert error.value.code == "training.weights_not_finite"
    assert checkpoints(run) == []


def test_a_full_disk_fails_with_a_sentence_and_keeps_former_checkpoints(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.run_folder("fake", epochs=1)
    bench.job(run, "train")
    before = {p.name: p.read_bytes() for p in (run / "checkpoints").iterdir()}
    savez = np.savez

    def half_then_full(file: Any, **arrays: Any) -> None:
        savez(file, half=np.zeros(10))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", half_then_full)
    with pytest.raises(UserError) as error:
        bench.job(run, "train", resume=True, epochs=2)
    assert error.value.code == "core.disk_full"
    assert {p.name: p.read_bytes() for p in (run / "checkpoints").iterdir()} == before


def test_a_killed_job_resumes_from_its_last_checkpoint(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.03")
    run = Run(bench.run_folder("fake", epochs=6))
    job = launch(run.folder, "train", {})
    for event in run.watch():
        if isinstance(event, Step) and event.step > 25:
            break
    job.stop(force=True)
    assert job.wait(30).state is State.STOPPED
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.002")
    assert run.resume().status.state is State.DONE
    history = run.history
    assert [e.epoch for e in history.epochs_done] == [1, 2, 3, 4, 5, 6]
    numbers = [s.step for s in history.steps]
    assert numbers == sorted(set(numbers))
    assert not list((run.folder / "checkpoints").glob(".*"))

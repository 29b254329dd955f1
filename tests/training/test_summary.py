"""The summary of a run beside its events, and curves without holes whatever was killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.context import Stopped
from paddlex_nb.jobs.events import Epoch, Event, Resumed, Started, Step
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.checkpoint import Arrays, CheckpointInfo, CheckpointStore
from paddlex_nb.runs.summary import RunSummary, SummaryWriter, read_summary
from paddlex_nb.suites import fake
from paddlex_nb.training.loop import Loop
from training.fixtures import Bench, StopAfter
from training.test_loop import history_of


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.002")


class Killed(BaseException):
    """The end of a process: nothing is written any more."""


class KilledAt(StopAfter):
    """A context whose process is killed just before it reports an epoch."""

    epoch = 0

    def emit(self, event: Event) -> None:
        """Tell, while the process lives."""
        if isinstance(event, Epoch) and event.epoch == self.epoch:
            self.epoch = -1
        if self.epoch < 0:
            raise Killed
        super().emit(event)


def facts(summary: RunSummary) -> tuple[object, ...]:
    return (
        *(summary.epoch, summary.epochs, summary.step, summary.steps),
        *(summary.loss, summary.best, summary.metrics, round(summary.seconds, 3)),
    )


@pytest.mark.parametrize("epoch", [1, 3])
def test_an_epoch_that_a_kill_kept_from_being_told_is_told_by_the_resume(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    monkeypatch.setattr(Loop, "_save_due", lambda _, interval: interval == 0)
    run = bench.run_folder("fake", epochs=4)
    context = KilledAt(bench.context(run, "train"), Step, -1)
    context.epoch = epoch
    with pytest.raises(Killed):
        bench.work(context, "train")
    assert CheckpointStore(run).info("last").epoch == epoch
    assert history_of(run).epoch == epoch - 1
    bench.job(run, "train", resume=True)
    history = history_of(run)
    assert [e.epoch for e in history.epochs_done] == [1, 2, 3, 4]
    whole = bench.run_folder("fake", epochs=4)
    bench.job(whole, "train")
    told = [(e.loss, e.metrics, e.best, e.step) for e in history.epochs_done]
    assert told == [(e.loss, e.metrics, e.best, e.step) for e in history_of(whole).epochs_done]


def test_the_last_steps_before_a_stop_are_in_the_curve(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.03")  # several steps an event
    run = bench.run_folder("fake", epochs=8)
    with pytest.raises(Stopped):
        bench.work(StopAfter(bench.context(run, "train"), Step, 2), "train")
    assert history_of(run).step == CheckpointStore(run).info("last").step


def test_the_summary_tells_what_the_events_tell(bench: Bench) -> None:
    run = bench.run_folder("fake", epochs=5)
    assert read_summary(run) == RunSummary()
    with pytest.raises(Stopped):
        bench.work(StopAfter(bench.context(run, "train"), Epoch, 3), "train")
    for epochs in (5, 7):
        written = read_summary(run)
        file = RunFolder(run).summary
        assert file.exists()
        file.unlink()
        assert facts(read_summary(run)) == facts(written)
        bench.job(run, "train", resume=True, epochs=epochs)
    summary = read_summary(run)
    assert (summary.epoch, summary.epochs, summary.step) == (7, 7, 70)
    assert summary.best == history_of(run).best


def job(run: Path, number: int) -> EventWriter:
    files = JobFolder(ItemFolder(run).jobs / f"{number:03d}-train")
    files.path.mkdir(parents=True)
    files.spec.write_text('{"kind": "train", "arguments": {}, "created": 0}')
    return EventWriter(files.events)


def step(number: int) -> Step:
    return Step(epoch=1, step=number, steps=40, loss=1 / number, learning_rate=0.1, rate=9.0)


def epoch(number: int, value: float) -> Epoch:
    metrics: dict[str, float | None] = {"top1": value}
    return Epoch(
        epoch=number, epochs=4, step=10 * number, loss=1.0, metrics=metrics, best=value > 0.5
    )


def test_what_was_reported_since_the_summary_is_in_it(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "r"
    first = job(run, 1)
    first.write(Started())
    first.write(step(5))
    writer = SummaryWriter(run)
    writer.write()
    first.write(step(10))
    first.write(epoch(1, 0.6))
    first.write(epoch(2, 0.4))
    known = read_summary(run)
    assert (known.epoch, known.step, known.steps, known.loss) == (2, 20, 40, 0.1)
    assert known.best is not None
    assert (known.best.epoch, known.best.value, known.metrics) == (1, 0.6, {"top1": 0.4})
    writer.write(every=60.0)
    assert writer.history.epoch == 0  # written a moment ago
    # resumed: nothing yet, then back to the first epoch
    second = job(run, 2)
    second.write(Started())
    assert (read_summary(run).epoch, read_summary(run).step) == (2, 20)
    second.write(Resumed(epoch=1, step=10))
    known = read_summary(run)
    assert (known.epoch, known.step) == (1, 10)
    first.close()
    second.close()


def test_a_damaged_summary_is_as_good_as_none(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "r"
    events = job(run, 1)
    events.write(step(5))
    events.write(epoch(1, 0.6))
    events.close()
    for text in ("", "{", '{"epoch": "three"}', '{"epoch": 9, "job": "007-train"}'):
        RunFolder(run).summary.write_text(text)
        assert read_summary(run).epoch == 1


def test_a_disk_that_refuses_the_best_checkpoint_does_not_lose_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last checkpoint must not tell of a best one that is not on the disk."""
    save, refused = CheckpointStore.save, list[CheckpointInfo]()

    def full_once(store: CheckpointStore, info: CheckpointInfo, arrays: Arrays) -> None:
        if info.name == "best" and info.epoch == 2 and not refused:
            refused.append(info)
            raise UserError("core.disk_full", path=store.folder)
        save(store, info, arrays)

    monkeypatch.setattr(CheckpointStore, "save", full_once)
    run = bench.run_folder("fake", epochs=2)
    with pytest.raises(UserError):
        bench.job(run, "train")
    assert refused
    bench.job(run, "train", resume=True)
    whole = bench.run_folder("fake", epochs=2)
    bench.job(whole, "train")
    for one in ("best", "last"):
        mine, other = (CheckpointStore(folder).load(one) for folder in (run, whole))
        assert (mine[0].epoch, mine[0].best_epoch) == (other[0].epoch, other[0].best_epoch)
        names = [name for name in other[1] if name.startswith("model/")]
        assert all((mine[1][name] == other[1][name]).all() for name in names)

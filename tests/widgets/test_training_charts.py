"""The live page draws what the run's history holds: once, and nothing else."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
import traitlets

from paddlex_nb.jobs.events import AnyEvent, Ended, Epoch, Resumed, Started, Step
from paddlex_nb.jobs.log import EventWriter
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.history import History
from paddlex_nb.runs.kept import LEAST
from paddlex_nb.runs.live import LiveHistory
from paddlex_nb.widgets.pages.training.charts import TrainingCharts

STEPS = 10
"""Steps of an epoch."""


def trained(first: int, last: int, *, at: float) -> list[AnyEvent]:
    """Events of the epochs from ``first`` to ``last``; the second is the best."""
    events: list[AnyEvent] = []
    for number in range(first, last + 1):
        events += [
            Step(
                epoch=number,
                step=step,
                steps=100,
                loss=1 / step,
                learning_rate=0.1,
                rate=1.0,
                time=at + step,
            )
            for step in range(STEPS * (number - 1) + 1, STEPS * number + 1)
        ]
        metrics: dict[str, float | None] = {"top1": 0.1 * number, "top5": 1.0, "loss": 1 / number}
        if number == 1:
            metrics["top1"] = None
        best = number <= 2 or at > 0
        events.append(
            Epoch(
                epoch=number,
                epochs=10,
                step=STEPS * number,
                loss=1.0,
                metrics=metrics,
                best=best,
                time=at + STEPS * number,
            )
        )
    return events


def resumed(epoch: int, *, at: float) -> list[AnyEvent]:
    return [Started(time=at), Resumed(epoch=epoch, step=STEPS * epoch, time=at)]


RUN: list[AnyEvent] = [
    Started(time=0.0),
    *trained(1, 4, at=0.0),
    *resumed(2, at=1000.0),
    *trained(3, 5, at=1000.0),
    *resumed(1, at=2000.0),  # goes back behind the resume before
    *trained(2, 3, at=2000.0),
    *resumed(3, at=3000.0),
]


def drawn(charts: TrainingCharts) -> tuple[object, ...]:
    loss, metrics = charts.loss, charts.metrics
    curves = [
        (chart.title, s.name, chart.points(s.name))
        for chart in (loss, metrics)
        for s in chart.series
    ]
    return repr(curves), loss.marks, metrics.marks


@pytest.mark.parametrize("seed", range(5))
def test_what_is_drawn_in_pieces_is_what_the_history_holds(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    history, charts = History(), TrainingCharts(classes=3)
    cuts = sorted({0, len(RUN), *(rng.randrange(len(RUN)) for _ in range(12))})
    for start, end in pairwise(cuts):
        history.extend(RUN[start:end])
        charts.draw(history)
        at_once = TrainingCharts(classes=3)
        at_once.draw(history)
        assert drawn(charts) == drawn(at_once)
    assert list(charts.loss.points("loss")[0]) == [s.step / STEPS for s in history.steps]
    assert [s.step for s in history.steps] == [*range(1, 31)]
    assert list(charts.metrics.points("top1")[0]) == [e.epoch for e in history.epochs_done]
    assert [series.name for series in charts.metrics.series] == ["top1"]
    assert history.best is not None
    assert history.best.epoch == 3
    assert charts.metrics.marks == ((1, "resumed"), (3, "resumed, best"))


def test_the_best_epoch_before_a_resume_is_marked_again() -> None:
    history, charts = History(), TrainingCharts(classes=30)
    history.extend([*trained(1, 2, at=0.0), *trained(3, 3, at=1.0)])
    charts.draw(history)
    assert charts.metrics.marks == ((3, "best"),)
    history.extend([Ended(state="stopped"), *resumed(2, at=1000.0)])
    charts.draw(history)
    assert charts.metrics.marks == charts.loss.marks == ((2, "resumed, best"),)
    assert [series.name for series in charts.metrics.series] == ["top1", "top5"]


def test_a_stop_is_marked_and_the_resume_beside_it() -> None:
    history, charts = History(), TrainingCharts(classes=30)
    history.extend([Started(time=0.0), *trained(1, 2, at=0.0), Ended(state="stopped", time=20.0)])
    charts.draw(history)
    assert charts.loss.marks == ((2, "stopped, best"),)
    history.extend(resumed(2, at=1000.0))
    charts.draw(history)
    assert charts.loss.marks == ((2, "stopped, resumed, best"),)


def test_a_kept_history_is_drawn_after_the_trainer_was_killed(tmp_path: Path) -> None:
    """No event of an end, the last line torn, and later events than those that were kept."""
    folder = JobFolder(ItemFolder(tmp_path).jobs / "001-train")
    folder.path.mkdir(parents=True)
    folder.spec.write_text('{"kind": "train", "arguments": {}, "created": 0}')
    epochs = LEAST // STEPS + 1
    writer = EventWriter(folder.events)
    for event in [Started(time=0.0), *trained(1, epochs, at=0)]:
        writer.write(event)
    kept = LiveHistory(tmp_path)
    kept.poll()
    kept.keep()
    for event in trained(epochs + 1, epochs + 3, at=0):
        writer.write(event)
    writer.close()
    with folder.events.open("ab") as file:
        file.write(b'{"kind": "step", "epo')

    def opened() -> tuple[object, ...]:
        live = LiveHistory(tmp_path)
        charts = TrainingCharts(3, 10)
        charts.draw(live.history)  # what was kept is there before anything is read
        assert (len(live.history.epochs_done) == epochs) is RunFolder(tmp_path).history.exists()
        live.poll()
        charts.draw(live.history)
        assert live.history.epoch == epochs + 3
        assert len(charts.shown) > 2
        return drawn(charts)

    from_kept = opened()
    RunFolder(tmp_path).history.unlink()
    assert from_kept == opened()


def test_one_choice_of_the_x_axis_moves_all_charts() -> None:
    history, charts = History(), TrainingCharts(classes=30)
    history.extend([Started(time=100.0), *trained(1, 2, at=100.0)])
    history.extend([*resumed(1, at=700.0), *trained(2, 2, at=690.0)])
    charts.draw(history)
    assert not charts.stale
    charts.metrics.axis = "step"
    assert charts.stale
    charts.draw(history)
    assert list(charts.loss.points("loss")[0]) == [*range(1, 21)]
    assert list(charts.metrics.points("top1")[0]) == [10, 20]
    assert {chart.x_label for chart in charts.all} == {"step"}
    charts.loss.axis = "time"
    charts.draw(history)
    # step 11 came a second after the resume, not ten minutes after step 10
    minutes = [60 * x for x in charts.loss.points("loss")[0]]
    assert minutes == pytest.approx([*range(1, 21)])
    assert [60 * x for x in charts.metrics.points("top1")[0]] == pytest.approx([10, 20])
    with pytest.raises(traitlets.TraitError):
        charts.loss.axis = "weight"


def test_smoothing_is_one_setting_and_a_logarithm_is_not() -> None:
    charts = TrainingCharts(classes=3)
    charts.loss.smoothing = 0.6
    charts.loss.logarithmic = True
    assert {chart.smoothing for chart in charts.all} == {0.6, None}
    assert [chart.logarithmic for chart in charts.all].count(True) == 1


def test_charts_show_what_the_events_tell() -> None:
    history, charts = History(), TrainingCharts(classes=3)
    history.extend(trained(1, 2, at=0.0))
    charts.draw(history)
    titles = [chart.title for chart in charts.shown]
    assert titles == ["Loss", "Validation metrics", "Learning rate", "Speed"]
    events = trained(3, 3, at=0.0)
    for number, event in enumerate(events):
        if isinstance(event, Step):
            event.losses = {"loss": 1.0, "cls": 0.25, "box": 0.75}
            event.waiting, event.cpu = 0.5, (0.25 if number % 5 == 0 else None)
    history.extend(events)
    charts.draw(history)
    parts = charts.shown[2]
    assert parts.title == "Parts of the loss"
    assert [series.name for series in parts.series] == ["losses.cls", "losses.box"]
    machine = charts.shown[3]
    assert [series.label for series in machine.series] == ["waiting for data", "CPU"]
    assert machine.points("waiting") == (tuple(n / 10 for n in range(21, 31)), (50.0,) * 10)
    assert machine.points("cpu")[1] == (25.0, 25.0)


def test_a_run_is_followed_over_all_its_jobs(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "r"
    live = LiveHistory(run)
    assert not live.poll()
    whole = History()
    for number, events in enumerate([RUN[:20], RUN[20:45], RUN[45:]], 1):
        files = JobFolder(ItemFolder(run).jobs / f"{number:03d}-train")
        files.path.mkdir(parents=True)
        files.spec.write_text('{"kind": "train", "arguments": {}, "created": 0}')
        writer = EventWriter(files.events)
        for event in events:
            writer.write(event)
        writer.close()
        whole.extend(events)
        assert live.poll()
        assert not live.poll()
        assert list(live.history.steps) == list(whole.steps)
        assert live.history.epochs_done == whole.epochs_done
    assert [r.step for r in live.history.resumes] == [10, 30]

"""A training with a time limit ends in time, with a learning rate that has come to its end."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paddlex_nb.catalogue.models import model
from paddlex_nb.jobs.context import Stopped
from paddlex_nb.jobs.events import AnyEvent, Epoch, Event, Notice, Step
from paddlex_nb.params.values import as_config
from paddlex_nb.planning.cost import cost
from paddlex_nb.planning.plan import plan
from paddlex_nb.suites import fake
from paddlex_nb.training import loop, time_limit
from paddlex_nb.training.schedule import Schedule
from paddlex_nb.workspace import Workspace
from training.fixtures import Bench, StopAfter


@pytest.fixture
def seconds_a_step(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What a step lasts by the clock of the loop, to be appended to; nothing else takes time."""
    made = [0.0]
    lasting: list[float] = []
    step = fake._Learner.step

    def take(*arguments: Any) -> dict[str, float]:
        made[0] += lasting[-1]
        return step(*arguments)

    monkeypatch.setattr(fake._Learner, "step", take)
    monkeypatch.setattr(time_limit, "monotonic", lambda: made[0])
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: made[0]))
    return lasting


def told(events: list[AnyEvent]) -> list[str]:
    return [e.message.key for e in events if isinstance(e, Notice)]


def limited(bench: Bench, **params: Any) -> Path:
    usual = {"epochs": 300, "lr_policy": "cosine", "warmup_steps": 1000, "learning_rate": 1.0}
    return bench.run_folder("fake", **{**usual, **params})


def test_it_ends_in_time_and_the_rate_with_it(bench: Bench, seconds_a_step: list[float]) -> None:
    seconds_a_step.append(0.5)
    result, events = bench.job(limited(bench, time_limit=2), "train")
    assert (result["epoch"], result["step"]) == (24, 240)
    epochs = [e for e in events if isinstance(e, Epoch)]
    assert {e.epochs for e in epochs} == {24}
    assert epochs[-1].metrics
    rates = [e.learning_rate for e in events if isinstance(e, Step)]
    assert max(rates) > 0.9, "the warm-up was shortened with the run"
    assert rates[-1] < 0.1
    assert told(events).count("training.time_limit") == 1


def test_it_plans_anew_when_the_machine_gets_slower(
    bench: Bench, seconds_a_step: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds_a_step.append(0.5)
    epochs: list[Epoch] = []

    class Slower(StopAfter):
        def emit(self, event: Event) -> None:
            super().emit(event)
            if isinstance(event, Epoch):
                epochs.append(event)
                seconds_a_step.append(2.0)

    context = Slower(bench.context(limited(bench, time_limit=2), "train"), Epoch, 99)
    result = bench.work(context, "train")
    assert result["step"] == 10 + 58  # 5 s of the two minutes, then 2 s each
    planned = [e.epochs for e in epochs]
    assert planned == sorted(planned, reverse=True)
    assert planned[-1] == result["epoch"] == 7


def test_an_epoch_that_takes_longer_ends_in_the_middle_and_is_judged(
    bench: Bench, seconds_a_step: list[float]
) -> None:
    seconds_a_step.append(20)
    result, events = bench.job(limited(bench, time_limit=1), "train")
    assert (result["epoch"], result["step"], result["best"]["epoch"]) == (1, 3, 1)
    (epoch,) = [e for e in events if isinstance(e, Epoch)]
    assert epoch.epochs == 1
    losses = [e.loss for e in events if isinstance(e, Step)]
    assert min(losses) <= epoch.loss <= max(losses)


def test_a_resume_has_the_time_that_is_left(bench: Bench, seconds_a_step: list[float]) -> None:
    seconds_a_step.append(0.5)
    run = limited(bench, time_limit=1)
    with pytest.raises(Stopped):
        bench.work(StopAfter(bench.context(run, "train"), Epoch, 3), "train")
    result, events = bench.job(run, "train", resume=True)
    # the stop came a step after the third epoch, and only whole epochs count as time spent
    assert (result["epoch"], result["step"]) == (13, 1 + 120)
    assert told(events).count("training.time_limit") == 1
    # who asks for an epoch by its number gets it
    more, events = bench.job(run, "train", resume=True, epochs=result["epoch"] + 2)
    assert more["epoch"] == result["epoch"] + 2
    assert "training.time_limit" not in told(events)


def test_a_limit_that_is_not_reached_changes_nothing(
    bench: Bench, seconds_a_step: list[float]
) -> None:
    seconds_a_step.append(0.5)
    usual = {"epochs": 3, "warmup_steps": 4}
    without, events = bench.job(limited(bench, **usual), "train")
    with_limit, others = bench.job(limited(bench, **usual, time_limit=100), "train")
    assert with_limit == without
    ends = [[e.metrics for e in all_of if isinstance(e, Epoch)] for all_of in (events, others)]
    assert ends[0] == ends[1]
    assert "training.time_limit" not in told(others)


def test_a_stretched_schedule_is_the_same_curve() -> None:
    whole = Schedule(1.0, "piecewise", steps=1000, warmup=100, boundaries=[300, 900])
    half = whole.stretched(500)
    assert (half.steps, half.warmup, half.boundaries) == (500, 50, [150, 450])
    cosine = Schedule(1.0, "cosine", steps=1000)
    assert cosine.stretched(100).rate(50) == pytest.approx(cosine.rate(500))


def test_what_is_recommended_with_a_limit(sample_workspace: Workspace) -> None:
    folder = sample_workspace.datasets()[0].folder
    usual = plan(folder, "ResNet18_vd")
    lunch = plan(folder, "ResNet18_vd", overrides={"time_limit": 60})
    short = plan(folder, "ResNet18_vd", overrides={"time_limit": 10})
    assert lunch.params["epochs"] == short.params["epochs"] == 300
    assert lunch.reasons["epochs"].key == "params.reason.epochs_time_limit"
    sizes = [as_config(one.params).input_size for one in (usual, short, lunch)]
    assert sizes[0] == sizes[1] < sizes[2]
    takes = cost([], model("ResNet18_vd"), lunch.params, 100)
    assert (takes.seconds, takes.limited) == (3600, True)
    assert "at most 1 h" in takes.message.text()

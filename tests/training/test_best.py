"""Which epoch counts as the best: ties, and figures that are undefined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.jobs.events import Epoch
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.metrics.classification import ClassificationMetric
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import CheckpointInfo, CheckpointStore
from paddlex_nb.suites import fake
from paddlex_nb.training.best import with_best
from training.fixtures import Bench


def best_of(*epochs: tuple[float | None, float], val_loss: bool = False) -> CheckpointInfo:
    """Of epochs with a main metric and a loss, the one of training or that of validation."""
    state = CheckpointInfo(name="last", epoch=0, step=0)
    for number, (value, loss) in enumerate(epochs, 1):
        metrics: dict[str, float | None] = {"map": value}
        if val_loss:
            metrics["loss"] = loss
        state = with_best(state, number, metrics, 1.0 if val_loss else loss)
    return state


@pytest.mark.parametrize("val_loss", [True, False])
def test_the_lower_loss_breaks_ties_then_the_later_epoch(val_loss: bool) -> None:
    assert best_of((0.0, 3), (0.0, 2), (0.0, 1), val_loss=val_loss).best_epoch == 3
    assert best_of((0.0, 3), (0.0, 1), (0.0, 2), val_loss=val_loss).best_epoch == 2
    assert best_of((0.5, 2), (0.5, 2), (0.5, 2), val_loss=val_loss).best_epoch == 3
    assert best_of((0.5, 9), (0.4, 1), val_loss=val_loss).best_epoch == 1
    assert best_of((0.4, 1), (0.5, 9), (0.5, 10), val_loss=val_loss).best_epoch == 2


def test_undefined_makes_the_last_the_best_and_never_beats_a_figure() -> None:
    undefined = best_of((None, 1), (None, 2), (None, 3))
    assert (undefined.best_epoch, undefined.best_value) == (3, None)
    assert best_of((None, 1), (0.0, 2)).best_value == 0
    assert best_of((0.0, 2), (None, 1)).best_epoch == 1


def test_patience_counts_from_the_first_of_equals() -> None:
    assert best_of((0.2, 3), (0.2, 2), (0.2, 1)).improved_epoch == 1


def test_a_checkpoint_of_a_former_version_goes_on() -> None:
    former = CheckpointInfo(name="last", epoch=4, step=40, best_value=0.5, best_epoch=3)
    assert with_best(former, 5, {"map": 0.4}, 1.0) is former
    assert with_best(former, 5, {"map": 0.5}, 1.0).best_epoch == 5
    assert with_best(former, 5, {"map": 0.6}, 1.0).improved_epoch == 5


def test_events_of_a_former_version_are_read(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(
        '{"kind":"epoch","epoch":1,"epochs":2,"step":3,"loss":1.0,"metrics":{"map":0.0},'
        '"best":true}\n{"kind":"epoch","epoch":2,"epochs":2,"step":6,"loss":1.0,'
        '"metrics":{"map":null}}\n',
        encoding="utf-8",
    )
    one, two = EventReader(file).poll()
    assert isinstance(one, Epoch)
    assert isinstance(two, Epoch)
    assert (one.metrics, two.metrics) == ({"map": 0.0}, {"map": None})


def scored(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, value: float | None, **params: Any
) -> Run:
    """A run whose main metric is always the same."""
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.0")
    scores: dict[str, float | None] = {"top1": value}
    monkeypatch.setattr(ClassificationMetric, "scores", lambda _: dict(scores))
    folder = bench.run_folder("fake", **{"epochs": 6, "early_stop": 2, **params})
    bench.job(folder, "train")
    return Run(folder)


def test_a_run_without_any_figure_keeps_its_last_epoch(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scored(bench, monkeypatch, None)
    history = run.history
    assert history.epoch == 6  # early stopping has nothing to go by
    assert history.best is not None
    assert (history.best.value, history.best.epoch) == (None, 6)
    assert history.curve("top1") == ([], [])
    best = CheckpointStore(run.folder).info("best")
    assert (best.epoch, best.best_value, best.metrics) == (6, None, {"top1": None})
    learnt = CheckpointStore(run.folder).load("best")[1]["model/learnt"]
    assert np.array_equal(learnt, CheckpointStore(run.folder).load("last")[1]["model/learnt"])


def test_a_run_at_zero_keeps_what_has_learnt_most(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scored(bench, monkeypatch, 0.0, early_stop=None)
    losses = [e.loss for e in run.history.epochs_done]
    assert run.history.best is not None
    assert run.history.best.epoch == 1 + int(np.argmin(losses)) > 1

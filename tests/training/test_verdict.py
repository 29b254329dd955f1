"""Curves in a sentence: what speaks against a model is said, and nothing about a sound one."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from paddlex_nb.core.i18n import set_language
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.events import Epoch, Step
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.metric_choices import OVERALL
from paddlex_nb.runs.history import History
from paddlex_nb.runs.room import short_of_room
from paddlex_nb.runs.verdict import verdicts


def said(
    metric: str,
    values: Sequence[float | None],
    *,
    task: Task = Task.CLASSIFICATION,
    classes: int = 4,
    val_loss: list[float] | None = None,
    kappa: float | None = None,
    steps: list[float] | None = None,
    ended: bool = True,
) -> list[str]:
    """Keys of what is said of a training with these values of its main metric by epoch."""
    history, best = History(), -1.0
    for number, loss in enumerate(steps or [1.0], 1):
        step = Step(epoch=1, step=number, steps=9, loss=loss, learning_rate=0.1, rate=1.0)
        history.extend([step])
    for number, value in enumerate(values, 1):
        metrics: dict[str, float | None] = {metric: value}
        if val_loss is not None:
            metrics["loss"] = val_loss[number - 1]
        if kappa is not None:
            metrics["kappa"] = kappa
        better = value is None or value >= best
        best = max(best, value or 0.0)
        history.extend(
            [
                Epoch(
                    epoch=number,
                    epochs=len(values),
                    step=number,
                    loss=1 / number,
                    metrics=metrics,
                    best=better,
                )
            ]
        )
    spoken = verdicts(history, task, classes, ended=ended)
    for language in ("en", "zh_CN"):
        set_language(language)
        assert all("{" not in one.message.text() for one in spoken)
    set_language("en")
    return [one.message.key.removeprefix("training.verdict.") for one in spoken]


def test_nothing_is_said_too_early() -> None:
    assert said("map", [0.0], task=Task.DETECTION) == []
    assert said("top1", []) == []
    assert said("top1", [None, None, None]) == []


@pytest.mark.parametrize("task", [Task.DETECTION, Task.INSTANCE_SEGMENTATION])
def test_a_detector_that_finds_nothing_is_called_so(task: Task) -> None:
    assert said(OVERALL[task][0], [0.0, 0.003], task=task) == ["nothing_learned"]
    assert said(OVERALL[task][0], [0.0, 0.03], task=task) == []


def test_guessing_is_called_guessing() -> None:
    assert said("top1", [0.25, 0.27]) == ["as_good_as_chance"]
    assert said("top1", [0.25, 0.4]) == []
    assert said("top1", [0.5, 0.52], classes=2) == ["as_good_as_chance"]
    assert said("top1", [1.0, 1.0], classes=1) == []  # one class cannot be guessed wrong


def test_one_class_everywhere_is_seen_by_kappa() -> None:
    assert said("miou", [0.39, 0.39], task=Task.SEGMENTATION, kappa=0.0) == ["one_class"]
    assert said("miou", [0.39, 0.39], task=Task.SEGMENTATION, kappa=0.4) == []


def test_learning_by_heart_needs_more_than_one_bad_epoch() -> None:
    values = [0.8] * 7
    assert said("top1", values, val_loss=[1, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]) == ["overfitting"]
    assert said("top1", values, val_loss=[1, 0.5, 0.6, 0.7, 0.5, 0.9, 0.4]) == []
    assert said("top1", values, val_loss=[1, 0.5, 0.51, 0.5, 0.51, 0.5, 0.51]) == []


def test_a_plateau_and_a_training_that_ended_too_soon() -> None:
    flat = [0.8] + [0.7] * 9
    rising = [0.5 + 0.04 * n for n in range(10)]
    assert said("top1", flat) == ["plateau"]
    assert said("top1", rising) == ["still_improving"]
    assert said("top1", rising, ended=False) == []
    assert said("top1", flat[:6]) == []
    full = [min(1.0, 0.5 + 0.1 * n) for n in range(12)]
    assert said("top1", full) == []  # the last of equal epochs is the best, which improves nothing


def test_a_loss_that_runs_away_is_said_at_once() -> None:
    falling = [1 / math.sqrt(n) for n in range(1, 100)]
    assert said("top1", [], steps=falling) == []
    assert said("top1", [], steps=falling + [5.0] * 30) == ["exploding"]
    noisy = [1.0 if n % 10 else 4.0 for n in range(200)]
    assert said("top1", [], steps=[*noisy, 8.0]) == []


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.5] * 60, ["starving"]),
        ([0.9] * 60 + [0.1] * 60, []),  # of late it keeps up
        ([0.9] * 10, []),  # too few to judge by
        ([None] * 60, []),  # a former version did not tell
    ],
)
def test_a_reader_that_starves_the_model(shares: list[float | None], expected: list[str]) -> None:
    history = History()
    for number, share in enumerate(shares, 1):
        step = Step(epoch=1, step=number, steps=999, loss=1.0, learning_rate=0.1, rate=1.0)
        step.waiting = share
        history.extend([step])
    spoken = verdicts(history, Task.DETECTION, 3, ended=False)
    assert [one.message.key.removeprefix("training.verdict.") for one in spoken] == expected
    if expected:
        assert "50 %" in spoken[0].message.text()


def test_a_disk_that_will_fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2500))
    assert short_of_room(tmp_path) is None  # nothing was written yet
    checkpoints = RunFolder(tmp_path).checkpoints
    checkpoints.mkdir()
    (checkpoints / "last.npz").write_bytes(bytes(800))
    assert short_of_room(tmp_path) is None
    (checkpoints / "best.npz").write_bytes(bytes(900))
    said = short_of_room(tmp_path)
    assert said is not None
    assert "900 B" in said.message.text()
    assert str(tmp_path) in said.message.text()

"""Folding events of several jobs into one history."""

from __future__ import annotations

import pytest

from paddlex_nb.jobs.events import Ended, Epoch, Progress, Resumed, Started, Step
from paddlex_nb.runs.history import History


def step(number: int, time: float) -> Step:
    return Step(
        epoch=1 + (number - 1) // 10,
        step=number,
        steps=40,
        loss=1 / number,
        learning_rate=0.1,
        rate=100.0,
        time=time,
    )


def epoch(number: int, value: float, *, best: bool = False, time: float = 0.0) -> Epoch:
    return Epoch(
        epoch=number,
        epochs=4,
        step=10 * number,
        loss=1.0,
        metrics={"top1": value, "loss": 0.5},
        best=best,
        time=time,
    )


def test_a_resume_cuts_what_no_longer_counts() -> None:
    history = History()
    history.extend([Started(time=100.0)])
    history.extend([step(n, 100.0 + n) for n in range(1, 26)])
    history.extend([epoch(1, 0.4, best=True, time=112.0), epoch(2, 0.6, best=True, time=123.0)])
    history.extend([Started(time=500.0), Resumed(epoch=1, step=10, time=501.0)])
    assert [s.step for s in history.steps] == list(range(1, 11))
    assert history.epoch == 1
    assert history.best is not None
    assert (history.best.metric, history.best.value, history.best.epoch) == ("top1", 0.4, 1)
    history.extend([step(n, 490.0 + n) for n in range(11, 16)])
    assert history.step == 15
    assert history.total_steps == 40
    assert history.elapsed == pytest.approx(23 + 5)
    assert history.metrics == ["top1", "loss"]
    assert history.curve("top1") == ([1], [0.4])


def test_time_left_counts_what_remains_at_the_pace_so_far() -> None:
    history = History()
    history.extend([Started(time=0.0), step(1, 1.0)])
    assert history.eta is None
    history.extend([step(n, float(n)) for n in range(2, 21)])
    assert history.eta is not None
    assert history.eta.seconds == pytest.approx(20)
    assert 0 < history.eta.spread < 20
    history.extend([Ended(state="done", time=21.0)])
    assert history.eta is None


def test_time_left_after_a_resume_uses_the_new_job_only() -> None:
    history = History()
    history.extend([Started(time=0.0)] + [step(n, float(n)) for n in range(1, 11)])
    history.extend([Started(time=9000.0), Resumed(epoch=1, step=10, time=9001.0)])
    assert history.eta is None
    history.extend([step(11, 9002.0), step(12, 9004.0)])
    assert history.eta is not None
    assert history.eta.seconds == pytest.approx(2 * 28)


def test_progress_shows_until_training_goes_on() -> None:
    history = History()
    history.extend([Progress(stage="evaluate", done=1, total=2)])
    assert history.progress is not None
    history.extend([step(1, 1.0)])
    assert history.progress is None

"""Where the steps of a run lie on an x axis: by number, by epoch, or by time of work."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.runs.history import History

STEP, EPOCH, TIME = "step", "epoch", "time"
AXES = (EPOCH, STEP, TIME)

Numbers = NDArray[np.float64]


def places(history: History, axis: str, epochs: int, steps: Any) -> Numbers:
    """The positions of steps on an axis.

    Args:
        history: The run's.
        axis: ``step``, ``epoch`` (with its fraction), or ``time`` (minutes of work, without those
            between a job's end and its resume).
        epochs: Epochs that the run is planned for, from which the length of one is known before
            the first has ended.
        steps: Numbers of steps.
    """
    numbers = np.asarray(steps, np.float64)
    if axis == STEP:
        return numbers
    if axis == EPOCH:
        done, step = _epochs_in_steps(history, epochs)
        return numbers * done / step
    if not len(history.steps):
        return np.zeros_like(numbers)
    return np.interp(numbers, history.steps["step"], minutes(history))


def steps_in_epoch(history: History, epochs: int) -> float:
    """Steps of an epoch, 0 until that is known; see `places`."""
    done, step = _epochs_in_steps(history, epochs)
    return round(step / done, 9) if done else 0.0


def _epochs_in_steps(history: History, epochs: int) -> tuple[int, int]:
    """A number of epochs, and that of their steps: positions are exact where an epoch ends."""
    if history.epochs_done and history.epochs_done[-1].step:
        return history.epoch, history.epochs_done[-1].step
    return epochs if history.total_steps else 0, max(1, history.total_steps)


def minutes(history: History) -> Numbers:
    """Minutes of work up to each of a history's steps; never falls, whatever clocks do."""
    times, steps = history.steps["time"], history.steps["step"]
    spent = np.diff(times, prepend=history.started or times[0])
    for resume in history.resumes:
        row = int(np.searchsorted(steps, resume.step, side="right"))
        if row < len(steps):
            spent[row] = times[row] - resume.time
    worked: Numbers = np.cumsum(np.maximum(spent, 0.0)) / 60
    return worked


def rising(xs: Numbers, after: float) -> NDArray[np.bool_]:
    """Which positions lie beyond all before them and beyond ``after``: those can be drawn."""
    before = np.maximum.accumulate(np.concatenate([[after], xs]))[:-1]
    kept: NDArray[np.bool_] = xs > before
    return kept

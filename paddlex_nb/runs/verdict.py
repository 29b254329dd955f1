"""What the curves of a training say, in a sentence, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.params.metric_choices import OVERALL
from paddlex_nb.runs.history import History

_NOTHING = {Task.DETECTION: 0.01, Task.INSTANCE_SEGMENTATION: 0.01}
"""Main metric below which a detector has found next to nothing."""

_ABOVE_CHANCE = 1.15
"""So many times the accuracy of guessing still is guessing."""

_AGREES = 0.05
"""Cohen's kappa below which a label map says no more than one class everywhere."""

_EPOCHS = 2
"""Epochs that a training is given before it is judged."""

_WORSE = 4
"""Epochs after which a validation loss above its minimum is no accident."""

_MARGIN = 1.05
"""So many times the minimum is above it."""

_FLAT_EPOCHS = 8
_FLAT_SHARE = 0.35
"""Epochs without a better one, absolute and as a share of those done, that make a plateau."""

_LATELY = 3
_GAIN = 0.005
"""So much better the last epochs must be than all before for a training that still improves."""

_EXPLODED = 5.0
"""So many times its lowest smoothed value, a loss is running away."""

_SMOOTH = 20
"""Steps that a loss is averaged over before it is judged."""

_STARVES = 0.3
"""Share of the time for which a model waits for data before that is worth a word."""

_REPORTS = 50
"""Newest reports of steps that waiting is averaged over; fewer than half of them say nothing."""


class Verdict(msgspec.Struct, frozen=True):
    """One thing that the curves say.

    Attributes:
        severity: Whether it speaks against the model (warning) or is only worth knowing (info).
        message: What is seen and what to do, in one sentence.
    """

    severity: Severity
    message: Message


def verdicts(history: History, task: Task, classes: int, *, ended: bool) -> list[Verdict]:
    """What the curves say, the gravest first; nothing before there is enough to judge.

    Args:
        history: The curves.
        task: The run's task.
        classes: How many classes it has.
        ended: Whether the training has come to its end.
    """
    return [*_exploding(history), *_nothing_learned(history, task, classes), *_losses(history),
            *_plateau(history, ended=ended), *_starving(history)]  # fmt: skip


def _warning(key: str, **values: object) -> Verdict:
    return Verdict(Severity.WARNING, Message(f"training.verdict.{key}", values))


def _exploding(history: History) -> Iterator[Verdict]:
    losses = history.steps["loss"]
    losses = losses[np.isfinite(losses)]
    if len(losses) < 3 * _SMOOTH:
        return
    smooth = np.convolve(losses, np.ones(_SMOOTH) / _SMOOTH, mode="valid")
    least, now = float(smooth.min()), float(smooth[-1])
    if least > 0 and now > _EXPLODED * least:
        yield _warning("exploding", now=f"{now:.3g}", least=f"{least:.3g}")


def _nothing_learned(history: History, task: Task, classes: int) -> Iterator[Verdict]:
    main = OVERALL[task][0]  # what is known of chance is known of this one, whichever decides
    epochs, curve = history.curve(main)
    if not curve or history.epoch < _EPOCHS:
        return
    reached = max(curve)
    values = {"metric": Message(f"metrics.{main}"), "value": f"{reached:.3f}"}
    if task in _NOTHING:
        if reached < _NOTHING[task]:
            yield _warning("nothing_learned", **values)
    elif task is Task.SEGMENTATION:
        at = epochs[len(curve) - 1 - curve[::-1].index(reached)]  # among equal ones the last
        event = next(e for e in reversed(history.epochs_done) if e.epoch == at)
        kappa = event.metrics.get("kappa")
        if kappa is not None and kappa < _AGREES:
            yield _warning("one_class", **values, kappa=f"{kappa:.2f}")
    elif classes > 1 and reached < min(0.98, _ABOVE_CHANCE / classes):
        chance = f"{1 / classes:.3f}"
        yield _warning("as_good_as_chance", **values, chance=chance)


def _losses(history: History) -> Iterator[Verdict]:
    """The model learns its training images by heart: one loss falls on, the other rises."""
    judged = [
        (event.epoch, loss, event.loss)
        for event in history.epochs_done
        if (loss := event.metrics.get("loss")) is not None and math.isfinite(loss)
    ]
    if len(judged) <= _WORSE:
        return
    at = min(range(len(judged)), key=lambda place: judged[place][1])
    epoch, least, trained = judged[at]
    later = judged[at + 1 :]
    if len(later) < _WORSE or least <= 0:
        return
    worse = all(loss > _MARGIN * least for _, loss, _ in later[-_WORSE:])
    if worse and later[-1][2] < trained:
        yield _warning("overfitting", epoch=epoch)


def _rises(history: History, metric: str) -> bool:
    """Whether the last epochs are better than all before: among equal ones the last is the best."""
    _, values = history.curve(metric)
    return max(values[-_LATELY:], default=0.0) > max(values[:-_LATELY], default=1.0) + _GAIN


def _plateau(history: History, *, ended: bool) -> Iterator[Verdict]:
    best = history.best
    if best is None or best.value is None:
        return
    since = history.epoch - best.epoch
    if since >= max(_FLAT_EPOCHS, _FLAT_SHARE * history.epoch):
        message = Message("training.verdict.plateau", {"epoch": best.epoch, "since": since})
        yield Verdict(Severity.INFO, message)
    elif ended and best.epoch == history.epoch >= _FLAT_EPOCHS and _rises(history, best.metric):
        message = Message("training.verdict.still_improving", {"epoch": best.epoch})
        yield Verdict(Severity.INFO, message)


def _starving(history: History) -> Iterator[Verdict]:
    """The reader is slower than the model."""
    waiting = history.steps["waiting"][-_REPORTS:]
    waiting = waiting[np.isfinite(waiting)]
    if len(waiting) >= _REPORTS / 2 and (share := float(waiting.mean())) > _STARVES:
        message = Message("training.verdict.starving", {"share": f"{100 * share:.0f}"})
        yield Verdict(Severity.INFO, message)

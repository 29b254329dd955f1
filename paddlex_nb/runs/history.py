"""The curves of a run: its training jobs' events, folded into one history.

Light: whoever has the event files can draw everything, without Paddle.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.events import (
    AnyEvent,
    Checkpoint,
    Ended,
    Epoch,
    Notice,
    Progress,
    Resumed,
    Started,
    Step,
)
from paddlex_nb.runs.checkpoint import CheckpointInfo, CheckpointStore

_WINDOW = 60.0
"""Seconds of steps that the speed is measured over."""


class Best(msgspec.Struct, frozen=True):
    """The best main metric so far.

    Attributes:
        metric: Its name.
        value: Its value; None if it is undefined, so that the last epoch counts as the best.
        epoch: The epoch after which it was reached.
    """

    metric: str
    value: float | None
    epoch: int


class Eta(msgspec.Struct, frozen=True):
    """When training will end, if it runs through.

    Attributes:
        seconds: Seconds left from the last event on.
        spread: How far off that may be, in seconds.
    """

    seconds: float
    spread: float


class History:
    """Steps, epochs and messages of a run, over all its training jobs.

    Feed it the events of the jobs, oldest job first; a resumed job cuts away what an earlier one
    reported beyond the checkpoint that it went on from.

    Attributes:
        steps: All step events that count, rising by ``step``.
        epochs_done: All epoch events that count, rising by ``epoch``.
        resumes: Where the jobs went on, rising by ``step``.
        notices: Messages, oldest first.
        progress: The newest progress of a stage other than training, until training goes on.
        checkpoint: The newest checkpoint.
        started: Time of the first job's start, in seconds since the epoch.
        ended: The last job's end, once it has ended by itself.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.epochs_done: list[Epoch] = []
        self.resumes: list[Resumed] = []
        self.notices: list[Notice] = []
        self.progress: Progress | None = None
        self.checkpoint: Checkpoint | None = None
        self.started: float | None = None
        self.ended: Ended | None = None
        self._job_started = 0.0
        self._latest = 0.0
        self._spent = 0.0

    def extend(self, events: Iterable[AnyEvent]) -> None:
        """Take in further events, in their order."""
        for event in events:
            self._take(event)

    def _take(self, event: AnyEvent) -> None:
        match event:
            case Started():
                self._spent = self.elapsed
                self._job_started = event.time
                self.started = self.started or event.time
                self.ended = None
            case Step():
                self.steps.append(event)
                self.progress = None
            case Epoch():
                self.epochs_done.append(event)
                self.progress = None
            case Resumed():
                while self.steps and self.steps[-1].step > event.step:
                    self.steps.pop()
                while self.epochs_done and self.epochs_done[-1].step > event.step:
                    self.epochs_done.pop()
                self.resumes = [r for r in self.resumes if r.step <= event.step] + [event]
            case Notice():
                self.notices.append(event)
            case Checkpoint():
                self.checkpoint = event
            case Progress():
                self.progress = event
            case Ended():
                self.ended = event
                self.progress = None
        self._latest = event.time

    @property
    def elapsed(self) -> float:
        """Seconds that the jobs have worked, up to the last event."""
        return self._spent + (self._latest - self._job_started if self._job_started else 0.0)

    @property
    def step(self) -> int:
        """The number of steps that are done."""
        return max(
            self.steps[-1].step if self.steps else 0,
            self.epochs_done[-1].step if self.epochs_done else 0,
        )

    @property
    def total_steps(self) -> int:
        """Steps of the whole run; 0 until they are known."""
        return self.steps[-1].steps if self.steps else 0

    @property
    def epoch(self) -> int:
        """The number of epochs that are complete."""
        return self.epochs_done[-1].epoch if self.epochs_done else 0

    @property
    def epochs(self) -> int:
        """Epochs that the run is planned for; 0 until the first has ended."""
        return self.epochs_done[-1].epochs if self.epochs_done else 0

    @property
    def best(self) -> Best | None:
        """The best main metric so far; the main one is the first of an epoch's metrics."""
        for event in reversed(self.epochs_done):
            if event.best and event.metrics:
                metric, value = next(iter(event.metrics.items()))
                return Best(metric=metric, value=value, epoch=event.epoch)
        return None

    @property
    def metrics(self) -> list[str]:
        """Names of all validation metrics reported, the main one first."""
        names = dict.fromkeys(name for event in self.epochs_done for name in event.metrics)
        return list(names)

    def curve(self, metric: str) -> tuple[list[int], list[float]]:
        """Epochs and values of a validation metric, for the epochs in which it is defined."""
        pairs = ((event.epoch, event.metrics.get(metric)) for event in self.epochs_done)
        points = [(epoch, value) for epoch, value in pairs if value is not None]
        return [epoch for epoch, _ in points], [value for _, value in points]

    @property
    def rate(self) -> float | None:
        """Images a second, of late."""
        recent = [s.rate for s in self.steps[-10:]]
        return sum(recent) / len(recent) if recent else None

    @property
    def eta(self) -> Eta | None:
        """Time left, evaluation included; None before there is anything to judge by."""
        here = [s for s in self.steps if s.time >= self._job_started]
        if len(here) < 2 or self.ended:
            return None
        recent = [s for s in here if s.time >= here[-1].time - _WINDOW]
        first, last = (recent if len(recent) > 1 else here[-2:])[0], here[-1]
        steps_left = last.steps - last.step
        pace = (last.time - first.time) / max(1, last.step - first.step)
        # the whole job's pace counts evaluations too, the recent one what the machine does now
        seconds_per_step = (last.time - here[0].time) / max(1, last.step - here[0].step)
        return Eta(
            seconds=steps_left * seconds_per_step,
            spread=steps_left * abs(seconds_per_step - pace) + 0.05 * steps_left * seconds_per_step,
        )


def checkpoints(folder: Path) -> list[CheckpointInfo]:
    """What checkpoints a run has, best and last first; damaged ones are left out.

    Args:
        folder: The run's folder.
    """
    store = CheckpointStore(folder)
    infos: list[CheckpointInfo] = []
    for name in store.names():
        with suppress(UserError):
            infos.append(store.info(name))
    return infos

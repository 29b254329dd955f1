"""The curves of a run: its training jobs' events, folded into one history.

Light: whoever has the event files can draw everything, without Paddle.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from paddlex_nb.jobs.events import (
    AnyEvent,
    Checkpoint,
    Ended,
    Epoch,
    Event,
    Notice,
    Progress,
    Resumed,
    Started,
    Step,
)
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.runs.pace import WINDOW, Eta, Pace
from paddlex_nb.runs.read_events import read_events
from paddlex_nb.runs.step_curve import Columns, StepCurve


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


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """How long a run's jobs have worked, and how fast their steps come.

    Attributes:
        job_started: When the last job began, in seconds since the epoch; 0 before the first.
        latest: Time of the newest event.
        spent: Seconds that the jobs before the last one worked.
        first: Time and number of the last job's first step, if one was done.
        recent: Those of its steps of late.
    """

    job_started: float
    latest: float
    spent: float
    first: tuple[float, int] | None
    recent: list[tuple[float, int]]


class History:
    """Steps, epochs and messages of a run, over all its training jobs.

    Feed it the events of the jobs, oldest job first; a resumed job cuts away what an earlier one
    reported beyond the checkpoint that it went on from.

    Attributes:
        steps: The step events that count, rising by ``step``; of very many, those that a curve
            needs.
        epochs_done: All epoch events that count, rising by ``epoch``.
        resumes: Where the jobs went on, rising by ``step``.
        stops: Steps after which a job ended before its end (stopped or failed), rising.
        notices: Messages, oldest first.
        progress: The newest progress of a stage other than training, until training goes on.
        checkpoint: The newest checkpoint.
        started: Time of the first job's start, in seconds since the epoch.
        ended: The last job's end, once it has ended by itself.
    """

    def __init__(self) -> None:
        self.steps = StepCurve()
        self.epochs_done: list[Epoch] = []
        self.resumes: list[Resumed] = []
        self.stops: list[int] = []
        self.notices: list[Notice] = []
        self.progress: Progress | None = None
        self.checkpoint: Checkpoint | None = None
        self.started: float | None = None
        self.ended: Ended | None = None
        self._job_started = 0.0
        self._latest = 0.0
        self._spent = 0.0
        self._best: Best | None = None
        self._metrics: dict[str, None] = {}
        self._pace = Pace()

    @classmethod
    def restored(
        cls,
        *,
        steps: StepCurve,
        epochs: Iterable[Epoch],
        resumes: list[Resumed],
        stops: list[int],
        notices: list[Notice],
        progress: Progress | None,
        checkpoint: Checkpoint | None,
        started: float | None,
        ended: Ended | None,
        clock: Clock,
    ) -> History:
        """A history as it was at some time, from its attributes then.

        Args:
            steps: See the attribute of that name; so are the others.
            epochs: As `epochs_done`.
            resumes: As the attribute.
            stops: As the attribute.
            notices: As the attribute.
            progress: As the attribute.
            checkpoint: As the attribute.
            started: As the attribute.
            ended: As the attribute.
            clock: As `clock`.
        """
        history = cls()
        history.steps, history.resumes, history.stops = steps, resumes, stops
        history.notices, history.progress, history.checkpoint = notices, progress, checkpoint
        history.started, history.ended = started, ended
        history._job_started, history._latest = clock.job_started, clock.latest
        history._spent = clock.spent
        history._pace = Pace(clock.first, clock.recent)
        for event in epochs:
            history.epochs_done.append(event)
            history._judge(event)
        return history

    @property
    def clock(self) -> Clock:
        """Times that are not attributes: what `restored` needs besides."""
        return Clock(
            job_started=self._job_started,
            latest=self._latest,
            spent=self._spent,
            first=self._pace.first,
            recent=list(self._pace.recent),
        )

    def follow(self, reader: EventReader) -> bool:
        """Take in what a job has written since the last time; whether there was anything."""
        anything = False
        for block in reader.blocks():
            for what in read_events(block):
                anything = True
                if isinstance(what, Event):
                    self._take(what)
                else:
                    self._take_steps(what)
        return anything

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
                self._pace = Pace()
            case Step():
                self.steps.append(event)
                self.progress = None
                self._pace.take(event.time, event.step)
            case Epoch():
                self.epochs_done.append(event)
                self.progress = None
                self._judge(event)
            case Resumed():
                self.steps.truncate(event.step)
                while self.epochs_done and self.epochs_done[-1].step > event.step:
                    self.epochs_done.pop()
                self._best, self._metrics = None, {}
                for epoch in self.epochs_done:
                    self._judge(epoch)
                self.stops = [step for step in self.stops if step <= event.step]
                self.resumes = [r for r in self.resumes if r.step <= event.step] + [event]
            case Notice():
                self.notices.append(event)
                if self.ended is not None:  # told by what was done at the end: it trains no more
                    return
            case Checkpoint():
                self.checkpoint = event
            case Progress():
                self.progress = event
            case Ended():
                self.ended = event
                self.progress = None
                if event.state != "done" and self.step:
                    self.stops.append(self.step)
        self._latest = event.time

    def _take_steps(self, columns: Columns) -> None:
        """Take in many steps that follow each other."""
        self.steps.extend(columns)
        self.progress = None
        times, steps = columns["time"], columns["step"]
        self._latest = float(times[-1])
        self._pace.take(float(times[0]), int(steps[0]))
        recent = max(1, int((times < self._latest - WINDOW).sum()))
        self._pace.extend(times[recent:].tolist(), steps[recent:].tolist())

    def _judge(self, event: Epoch) -> None:
        self._metrics.update(dict.fromkeys(event.metrics))
        if event.best and event.metrics:
            metric, value = next(iter(event.metrics.items()))
            self._best = Best(metric=metric, value=value, epoch=event.epoch)

    @property
    def updated(self) -> float:
        """Time of the newest event, in seconds since the epoch; 0 if there is none."""
        return self._latest

    @property
    def elapsed(self) -> float:
        """Seconds that the jobs have worked, up to the last event."""
        return self._spent + (self._latest - self._job_started if self._job_started else 0.0)

    @property
    def startup(self) -> float:
        """Seconds from the start of the last job to its first steps: loading Paddle and model."""
        first = self._pace.first
        return max(0.0, first[0] - self._job_started) if first and self._job_started else 0.0

    @property
    def step(self) -> int:
        """The number of steps that are done."""
        return max(
            int(self.steps["step"][-1]) if len(self.steps) else 0,
            self.epochs_done[-1].step if self.epochs_done else 0,
        )

    @property
    def total_steps(self) -> int:
        """Steps of the whole run; 0 until they are known."""
        return int(self.steps["steps"][-1]) if len(self.steps) else 0

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
        return self._best

    @property
    def metrics(self) -> list[str]:
        """Names of all validation metrics reported, the main one first."""
        return list(self._metrics)

    def curve(self, metric: str) -> tuple[list[int], list[float]]:
        """Epochs and values of a validation metric, for the epochs in which it is defined."""
        pairs = ((event.epoch, event.metrics.get(metric)) for event in self.epochs_done)
        points = [(epoch, value) for epoch, value in pairs if value is not None]
        return [epoch for epoch, _ in points], [value for _, value in points]

    @property
    def rate(self) -> float | None:
        """Images a second, of late."""
        return float(self.steps["rate"][-10:].mean()) if len(self.steps) else None

    @property
    def eta(self) -> Eta | None:
        """Time left, evaluation included; None before there is anything to judge by."""
        return None if self.ended else self._pace.eta(self.total_steps)

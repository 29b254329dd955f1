"""How far a run has come and its best: kept beside its events, so that lists need not read them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.item import Item
from paddlex_nb.jobs.events import AnyEvent, Epoch, Notice, Resumed, Step
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.history import Best, History
from paddlex_nb.runs.live import LiveHistory

_KEEP = 60.0
"""Seconds between two times that the curves of a long training are kept."""


class RunSummary(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How far a run has come, over all its training jobs (``summary.json``).

    Attributes:
        epoch: Epochs that are complete.
        epochs: Epochs that the run is planned for; 0 until the first has ended.
        step: Steps done.
        steps: Steps of the whole run; 0 until they are known.
        loss: Newest training loss; None before the first step.
        best: The best main metric so far.
        metrics: Validation metrics of the newest epoch that was evaluated.
        seconds: How long the jobs have worked.
        startup: How much of that the last job took up to its first steps; 0 if unknown, as the
            next two in a summary of a former version.
        epoch_seconds: How much of it the complete epochs took, evaluations included.
        memory: Most bytes of memory that the trainer has taken.
        updated: Time of the newest event in it, in seconds since the epoch; 0 if there is none.
        job: Name of the newest job whose events are in it.
        offset: How many bytes of that job's events are in it.
    """

    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    loss: float | None = None
    best: Best | None = None
    metrics: dict[str, float | None] = {}
    seconds: float = 0.0
    startup: float = 0.0
    epoch_seconds: float = 0.0
    memory: int = 0
    updated: float = 0.0
    job: str = ""
    offset: int = 0

    def take(self, events: Iterable[AnyEvent]) -> bool:
        """Take in what the job has reported since; False if that can't be done without the rest."""
        for event in events:
            if isinstance(event, Notice):  # one may come long after the end
                continue
            match event:
                case Resumed():
                    return False
                case Step():
                    self.step, self.steps, self.loss = event.step, event.steps, event.loss
                case Epoch():
                    self.epoch, self.epochs, self.step = event.epoch, event.epochs, event.step
                    self.epoch_seconds += event.seconds
                    self.memory = max(self.memory, event.memory)
                    if event.metrics:
                        self.metrics = event.metrics
                    if event.best and event.metrics:
                        metric, value = next(iter(event.metrics.items()))
                        self.best = Best(metric=metric, value=value, epoch=event.epoch)
            if self.updated:
                self.seconds += max(0.0, event.time - self.updated)
            self.updated = event.time
        return True


class SummaryWriter:
    """Keeps the summary of a run that is being trained; one process does at a time.

    Args:
        folder: The run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._live = LiveHistory(folder)
        self._live.poll()
        self._written = 0.0
        self._kept = time.monotonic()

    @property
    def history(self) -> History:
        """What was reported up to the last `write`."""
        return self._live.history

    def write(self, every: float = 0.0) -> None:
        """Take in what was reported since and write it; a disk that refuses does no harm here.

        Args:
            every: Do nothing if it was written within so many seconds.
        """
        now = time.monotonic()
        if every and now - self._written < every:
            return
        self._written = now
        self._live.poll()
        with suppress(UserError, OSError):  # the list then reads the events
            write_json(RunFolder(self._folder).summary, _summary(self._live))
            if not every or now - self._kept > _KEEP:
                self._kept = now
                self._live.keep()


def read_summary(folder: Path) -> RunSummary:
    """How far the run in ``folder`` has come; nothing where it was never started.

    What was written and what was reported since are read; all events only where there is no
    summary, as in a run of a former version.
    """
    written, jobs = _written(folder), Item(folder).jobs("train")
    names = [job.folder.name for job in jobs]
    if written is not None and written.job in names:
        newest, *later = jobs[names.index(written.job) :]
        begun = any(_begun(job) for job in later)  # a resume cuts off what it goes back behind
        if not begun and written.take(_since(newest, written.offset)):
            return written
    live = LiveHistory(folder)
    live.poll()
    return _summary(live)


def _begun(job: Job) -> bool:
    return any(isinstance(event, (Resumed, Step, Epoch)) for event in _since(job, 0))


def _since(job: Job, offset: int) -> list[AnyEvent]:
    return EventReader(JobFolder(job.folder).events, offset).poll()


def _written(folder: Path) -> RunSummary | None:
    with suppress(UserError):
        return read_json(RunFolder(folder).summary, RunSummary)
    return None


def _summary(live: LiveHistory) -> RunSummary:
    history, (job, offset) = live.history, live.place
    judged = (event.metrics for event in reversed(history.epochs_done) if event.metrics)
    return RunSummary(
        epoch=history.epoch,
        epochs=history.epochs,
        step=history.step,
        steps=history.total_steps,
        loss=float(history.steps["loss"][-1]) if len(history.steps) else None,
        best=history.best,
        metrics=next(judged, {}),
        seconds=history.elapsed,
        startup=history.startup,
        epoch_seconds=sum(event.seconds for event in history.epochs_done),
        memory=max((event.memory for event in history.epochs_done), default=0),
        updated=history.updated,
        job=job,
        offset=offset,
    )

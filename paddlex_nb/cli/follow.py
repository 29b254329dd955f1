"""Following a job in the terminal."""

from __future__ import annotations

import sys
import time

from paddlex_nb.cli.shared import Settings
from paddlex_nb.i18n import tr
from paddlex_nb.jobs.events import AnyEvent, Epoch, Notice, Progress, Resumed, Step
from paddlex_nb.jobs.job import Job, JobStatus
from paddlex_nb.metric_names import metric_label


def follow(job: Job, settings: Settings, *, steps: bool = True) -> JobStatus:
    """Print a job's events until it ends; an interrupt stops watching, not the job.

    Progress lines overwrite each other on a terminal and are left out elsewhere.
    """
    reader, live = job.reader(), _Live(settings)
    while True:
        active = job.state.active
        for event in reader.poll():
            text = describe(event)
            if text is None:
                continue
            if isinstance(event, (Step, Progress)):
                if steps:
                    live.show(text)
            else:
                live.clear()
                settings.say(text)
        if not active:
            live.clear()
            return job.status
        time.sleep(0.2)


def describe(event: AnyEvent) -> str | None:
    """One line for an event, or None for those that say nothing to a person."""
    match event:
        case Progress(stage=stage, done=done, total=total):
            amount = f"{done:,}" if total is None else f"{done:,} / {total:,}"
            return f"{tr(f'jobs.stage.{stage}')}: {amount}"
        case Step():
            return tr(
                "cli.step",
                step=event.step,
                steps=event.steps,
                loss=f"{event.loss:.4f}",
                rate=f"{event.rate:.1f}",
            )
        case Epoch():
            metrics = ", ".join(f"{metric_label(k)} {figure(v)}" for k, v in event.metrics.items())
            line = tr(
                "cli.epoch",
                epoch=event.epoch,
                epochs=event.epochs,
                loss=f"{event.loss:.4f}",
                metrics=metrics,
                seconds=f"{event.seconds:.1f}",
            )
            defined = next(iter(event.metrics.values()), None) is not None
            return f"{line} ★" if event.best and defined else line
        case Notice(message=message):
            return message.text()
        case Resumed(epoch=epoch, step=step):
            return tr("cli.resumed", epoch=epoch, step=step)
    return None


def figure(value: float | None) -> str:
    """A figure as it is written in a line."""
    return "–" if value is None else f"{value:.4f}"


class _Live:
    """The one line at the bottom that is written over."""

    def __init__(self, settings: Settings) -> None:
        self._stream = sys.stderr if settings.json else sys.stdout
        self._on = self._stream.isatty()
        self._width = 0

    def show(self, text: str) -> None:
        if self._on:
            self._stream.write("\r" + text.ljust(self._width))
            self._stream.flush()
            self._width = len(text)

    def clear(self) -> None:
        if self._on and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._width = 0

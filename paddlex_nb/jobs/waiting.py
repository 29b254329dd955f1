"""Waiting for a job: with a progress bar, and with a word to whoever interrupts it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from paddlex_nb.core.i18n import tr
from paddlex_nb.jobs.events import AnyEvent, Notice, Progress
from paddlex_nb.jobs.job import Job, T
from paddlex_nb.jobs.reporter import Foreground

_FORMAT = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}]"
_OPEN_FORMAT = "{desc}: {n_fmt} [{elapsed}]"

_LOOKS = 0.005, 0.1
"""Seconds between two looks at the job: at first, for what takes an instant, and at most."""

_LATE = 0.05
"""Share of a job's time by which its end may be noticed late."""


class Display(Protocol):
    """A progress display of a job that is waited for."""

    def take(self, events: Sequence[AnyEvent]) -> None:
        """Show what the job has reported since the last call; called ten times a second."""

    def close(self) -> None:
        """Leave the screen as it is to stay: the job has ended, or is no longer waited for."""


class StageBar:
    """A progress bar for each stage of a job, which goes when the stage ends."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def take(self, events: Sequence[AnyEvent]) -> None:
        """Show the newest progress, and every warning."""
        newest: Progress | None = None
        for event in events:
            if isinstance(event, Progress):
                newest = event
            elif isinstance(event, Notice) and event.severity != "info":
                say(event.message.text())
        if newest is not None:
            self._show(newest)

    def close(self) -> None:
        """Remove the progress bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _show(self, event: Progress) -> None:
        from tqdm.auto import tqdm

        if self._bar is None or event.stage != self._stage:
            self.close()
            self._bar = tqdm(
                total=event.total,
                desc=tr(f"jobs.stage.{event.stage}"),
                leave=False,
                bar_format=_FORMAT if event.total else _OPEN_FORMAT,
            )
            self._stage = event.stage
        self._bar.total = event.total
        self._bar.n = event.done
        self._bar.refresh()


def wait_for(job: Job[T], *, progress: bool = True, display: Callable[[], Display] = StageBar) -> T:
    """Wait for the end of a job and give its result.

    Args:
        job: The job.
        progress: Whether to show how far it is; where nobody would see it, nothing is shown.
        display: Makes what shows it.

    Raises:
        KeyboardInterrupt: Ctrl-C; the job goes on. A sentence on standard error says how to come
            back to it and how to stop it.
        UserError: The job failed, was stopped or interrupted; says why.
    """
    shown = display() if progress and _is_seen() else None
    reader = job.reader()
    began, (shortest, longest) = time.monotonic(), _LOOKS
    try:
        active = True
        while active:
            active = job.state.active  # asked before the look: nothing is missed at the end
            if shown is not None:
                shown.take(reader.poll())
            if active:
                waited = time.monotonic() - began
                time.sleep(min(longest, max(shortest, waited * _LATE)))
    except KeyboardInterrupt:
        if shown is not None:
            shown.close()
            shown = None
        say(tr("jobs.goes_on", kind=tr(f"jobs.kind.{job.kind}"), job=repr(job.id)))
        raise
    finally:
        if shown is not None:
            shown.close()
    return job.result()


@contextmanager
def foreground(*, progress: bool = True) -> Iterator[Foreground]:
    """Work that is done here and now tells this how far it is: a bar, where somebody sees it."""
    bar = StageBar()
    shown = progress and _is_seen()
    try:
        yield Foreground(lambda events: bar.take(events) if shown else None)
    finally:
        bar.close()


def _is_seen() -> bool:
    return in_notebook() or sys.stderr.isatty()


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook, where `tqdm.auto` shows a widget."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config


def say(text: str) -> None:
    """Write a line to standard error without breaking a progress bar."""
    from tqdm.auto import tqdm

    tqdm.write(text, file=sys.stderr)

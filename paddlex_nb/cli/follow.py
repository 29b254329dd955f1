"""Following a job in the terminal."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from paddlex_nb.cli.shared import Interrupted, Settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.display.events import event_text
from paddlex_nb.jobs.ending import GIVE_UP, PATIENCE, SAVING_PATIENCE
from paddlex_nb.jobs.events import Progress, Step
from paddlex_nb.jobs.job import Job, JobStatus, T

_LIMIT = SAVING_PATIENCE + GIVE_UP
"""Seconds after which nobody tries any more to end a job."""


def wait_for_result(job: Job[T], settings: Settings) -> T:
    """Follow a job that belongs to the command: Ctrl-C stops it.

    A terminal that is closed does not: see `wait_for_end`.

    Returns:
        Its result.

    Raises:
        Interrupted: Ctrl-C or another signal; says what became of the job.
        UserError: The job failed or was stopped; says why.
    """
    try:
        with _letting_go(job):
            follow(job, settings)
    except Interrupted:
        raise
    except KeyboardInterrupt:
        settings.say(tr("cli.stopping", job=job.id))
        try:
            status = stopped(job, settings.say)
        except KeyboardInterrupt:  # it is asked to stop, which goes on without us
            raise Interrupted(Message("cli.interrupted.stopping", {"job": job.id})) from None
        state = Message(f"jobs.state.{status.state}")
        values = {"job": job.id, "state": state}
        raise Interrupted(Message("cli.interrupted.stopped", values)) from None
    return job.result()


def wait_for_end(job: Job, settings: Settings) -> JobStatus:
    """Follow a job that goes on by itself: Ctrl-C stops watching, not the job.

    Raises:
        Interrupted: Ctrl-C, a closed terminal or SIGTERM; says how to come back to the job and how
            to stop it.
    """
    try:
        with _letting_go(job):
            return follow(job, settings)
    except KeyboardInterrupt:
        raise _watching(job) from None


@contextmanager
def _letting_go(job: Job) -> Iterator[None]:
    """Whoever ends this process, or closes its terminal, lets go of the job and is told so."""

    def let_go(_number: int, _frame: FrameType | None) -> None:
        raise _watching(job)

    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    # one that is ignored, as by nohup, stays so
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, let_go)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _watching(job: Job) -> Interrupted:
    return Interrupted(Message("cli.interrupted.watching", {"job": job.id}))


def stopped(job: Job, say: Callable[[str], None], *, force: bool = False) -> JobStatus:
    """Stop a job and wait for its end.

    Args:
        job: The job.
        say: Tells why it takes longer.
        force: Kill it at once.

    Raises:
        UserError: It cannot be killed from here and did not end by itself; says who can.
    """
    job.stop(force=force)
    warned = False
    asked = time.monotonic()
    while (status := job.status).state.active:
        waited = time.monotonic() - asked
        if waited > _LIMIT:
            raise UserError("jobs.does_not_end", job=job.id)
        if waited > PATIENCE + 2 and (why := job.unreachable) is not None:
            raise UserError(why.key, **why.values)
        if waited > PATIENCE and job.saving and not warned:
            warned = True
            say(tr("cli.saving", job=job.id))
        time.sleep(0.1)
    return status


def follow(job: Job, settings: Settings, *, steps: bool = True) -> JobStatus:
    """Print a job's events until it ends; an interrupt stops watching, not the job.

    Progress lines overwrite each other on a terminal and are left out elsewhere.
    """
    reader, live = job.reader(), _Live(settings)
    while True:
        active = job.state.active
        for event in reader.poll():
            text = event_text(event)
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

"""Following a job in the terminal."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType

from paddlex_nb.cli.live import LiveDisplay, console
from paddlex_nb.cli.plain_lines import PlainLines
from paddlex_nb.cli.shared import Display, Interrupted, Settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.jobs.ending import GIVE_UP, PATIENCE, SAVING_PATIENCE
from paddlex_nb.jobs.job import Job, JobStatus, State, T
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.run import Run

_LOOK = 0.2
"""Seconds between two looks at a job: it is drawn five times a second at most."""

_ASK_AGAIN = 2.0
"""Seconds between two looks at the queue, which goes over all trainings."""

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


def wait_for_end(job: Job, settings: Settings, *, log: int | None = None) -> JobStatus:
    """Follow a job that goes on by itself: Ctrl-C stops watching, not the job.

    Args:
        job: The job.
        settings: Where to show it.
        log: As `follow` takes it.

    Raises:
        Interrupted: Ctrl-C, a closed terminal or SIGTERM; says how to come back to the job and how
            to stop it.
    """
    try:
        with _letting_go(job):
            return follow(job, settings, log=log)
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


def follow(job: Job, settings: Settings, *, log: int | None = None) -> JobStatus:
    """Show a job until it ends; an interrupt stops watching, not the job.

    On a terminal with a bar below what has happened, elsewhere in plain lines.

    Args:
        job: The job.
        settings: Where to show it.
        log: Show what it prints too, from so many lines before its end on.

    Raises:
        Interrupted: `Settings.letting_go` is set.
    """
    reader, printed = job.reader(), None if log is None else job.log_reader(log)
    with closing(_display(job, settings)) as display:
        asked, waiting = -_ASK_AGAIN, None
        while True:
            state = job.state
            for line in printed.poll() if printed is not None else ():
                display.say(line)
            display.take(reader.poll())
            if not state.active:
                return job.status
            if state is not State.QUEUED:
                waiting = None
            elif time.monotonic() - asked > _ASK_AGAIN:
                asked, waiting = time.monotonic(), job.waiting
            display.show(waiting)
            if settings.letting_go.wait(_LOOK):
                raise _watching(job)


def _display(job: Job, settings: Settings) -> Display:
    if settings.display is not None:
        return settings.display(job.id)
    epochs = 0
    if job.kind == "train":
        with suppress(UserError):  # damaged, which the job tells itself
            planned = Run(JobFolder(job.folder).item.path).record.params.get("epochs")
            epochs = int(str(job.spec.arguments.get("epochs") or planned or 0))
    return display_for(settings, epochs)


def display_for(settings: Settings, epochs: int = 0) -> Display:
    """A bar, or plain lines where nothing can be drawn.

    Args:
        settings: Where to show it.
        epochs: Epochs that a training is planned for.
    """
    terminal = console(sys.stderr if settings.json else sys.stdout)
    return PlainLines(settings.say) if terminal is None else LiveDisplay(terminal, epochs)

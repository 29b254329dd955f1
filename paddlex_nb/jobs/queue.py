"""One training at a time on each device of the machine: the others wait for their turn.

The order is that of creation, unless one was put first (`put_first`). Nothing of it is kept but
what lies in the jobs' own folders, and a process that vanished does not count, so a crash leaves
nothing behind that could block the queue; any number of notebooks share it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.locks import locked
from paddlex_nb.core.wording import duration_text
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.devices import restrict_to
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.workspace import WorkspaceFolder

QUEUED_KINDS = {"train"}
"""Kinds of job that fill the machine by themselves."""

_over: dict[Path, int] = {}
"""When jobs that are over said so, in nanoseconds: there may be a thousand of them."""

_LOOK = 0.5
"""Seconds between two looks at the others."""


class Waiting(msgspec.Struct, frozen=True):
    """What a job in the queue waits for.

    Attributes:
        place: Its place among those that wait, from 1.
        behind: Id of the job that goes before it: the one that runs, else the next one; empty if
            it is about to begin.
        running: For how many seconds that one has run; None if it waits itself.
        waited: For how many seconds this one has waited.
        halted: Process id of the one that runs, if it was halted: it holds the device and gives
            it to nobody; 0 if it was not.
    """

    place: int
    behind: str
    running: float | None
    waited: float
    halted: int = 0

    @property
    def message(self) -> Message:
        """All of it in a sentence."""
        waited = duration_text(self.waited)
        values = {"place": self.place, "job": self.behind, "waited": waited}
        if self.running is not None:
            values["running"] = duration_text(self.running)
            if self.halted:
                return Message("jobs.waiting.halted", {**values, "pid": str(self.halted)})
            return Message("jobs.waiting", values)
        return Message("jobs.waiting.next" if self.behind else "jobs.waiting.soon", values)


@contextmanager
def turn(job: Job, context: JobContext) -> Iterator[str]:
    """Wait for a device that no other job of a queued kind has and none before this one gets.

    Gives the device, which this process sees alone; empty for a job that needs none or all.
    Whoever begins says so within the body, in which nobody else begins: the system frees the lock
    if the process dies there. One that runs goes first even if a clock that was set back makes
    it the younger one; one that was halted while it waits keeps nobody waiting.

    Raises:
        Stopped: The user stopped the job while it waited.
        UserError: The workspace cannot be written.
    """
    if job.kind not in QUEUED_KINDS:
        yield ""
        return
    lock = WorkspaceFolder(context.workspace).queue_lock
    while True:
        context.check_stop()
        if _free_device(job) is not None:
            with ExitStack() as stack:
                if _taken(lock, stack) and (device := _free_device(job)) is not None:
                    context.check_stop()
                    if len(job.spec.devices) > 1:  # else it is chosen by its own number
                        restrict_to(device)
                    yield device
                    return
        time.sleep(_LOOK)


def waiting(job: Job) -> Waiting | None:
    """What a job waits for, and its place; None if it does not wait for its turn."""
    if job.kind not in QUEUED_KINDS or job.state is not State.QUEUED:
        return None
    mine, others = _rank(job), [*_others(job)]
    running = [
        other for other, status in others if status.state is State.RUNNING and _meet(other, job)
    ]
    before = [
        other
        for other, status in others
        if status.state is State.QUEUED and _rank(other) < mine and _meet(other, job)
    ]
    # of those that hold what it waits for, the one to be told of: a halted one, else the oldest
    ahead = min(running, key=lambda other: (not other.halted, other.created), default=None)
    since = None if ahead is None else ahead.status.started
    halted = ahead.pid if ahead is not None and ahead.halted else 0
    ahead = ahead or max(before, key=_rank, default=None)
    now = time.time()
    return Waiting(
        place=len(before) + 1,
        behind="" if ahead is None else ahead.id,
        running=None if since is None else max(0.0, now - since),
        waited=max(0.0, now - job.created),
        halted=halted,
    )


def training_under_way(workspace: WorkspaceFolder) -> bool:
    """Whether a training runs in a workspace, or waits to."""
    return any(
        not _has_ended(folder) and Job(folder).state.active
        for kind in QUEUED_KINDS
        for folder in workspace.jobs(kind)
    )


def put_first(job: Job) -> None:
    """Put a job that waits before all others that do.

    Raises:
        UserError: It does not wait, or the workspace cannot be written.
    """
    if job.kind not in QUEUED_KINDS or job.state is not State.QUEUED:
        raise UserError("jobs.not_waiting", job=job.id, state=Message(f"jobs.state.{job.state}"))
    ranks = [_rank(other)[0] for other, status in _others(job) if status.state is State.QUEUED]
    if ranks:
        write_json(JobFolder(job.folder).turn, min(*ranks, _rank(job)[0]) - 1)


def _taken(lock: Path, stack: ExitStack) -> bool:
    """Take the lock, until the stack ends, if nobody else holds it; whether that was so."""
    try:
        stack.enter_context(locked(lock, timeout=0))
    except UserError as error:
        if error.code != "core.locked":
            raise
        return False
    return True


def _free_device(job: Job) -> str | None:
    """The device on which a job may begin now; empty if it needs all; None if it must wait."""
    others = [*_others(job)]
    taken = [status.device for _, status in others if status.state is State.RUNNING]
    ranks = {
        _rank(other): other
        for other, status in others
        if status.state is State.QUEUED and not other.halted
    }
    # read last: were it older than theirs, all would wait for each other while somebody puts one
    # after the other first; that only one begins is the lock's work
    mine = _rank(job)
    before = [other for rank, other in sorted(ranks.items()) if rank < mine]
    for other in before:  # they are served first, where they can be
        device = _first_free(_devices(other), taken)
        # one that needs the whole machine lets nobody in before it
        taken += [device] if device is not None else [] if _devices(other) else [_ALL]
    return _first_free(_devices(job), taken)


_ALL = ""
"""Stands for every device."""


def _first_free(wanted: Sequence[str], taken: Sequence[str]) -> str | None:
    if _ALL in taken:
        return None
    if not wanted:
        return None if taken else _ALL
    return next((device for device in wanted if device not in taken), None)


def _meet(other: Job, job: Job) -> bool:
    """Whether two jobs can want the same device."""
    theirs, mine = {*_devices(other)}, {*_devices(job)}
    return not theirs or not mine or bool(theirs & mine)


def _devices(job: Job) -> list[str]:
    with suppress(UserError):  # damaged, and told by the job itself when its turn comes
        return job.spec.devices
    return []


def _others(job: Job) -> Iterator[tuple[Job, JobStatus]]:
    """The other jobs of queued kinds that are under way, each with its status."""
    for kind in QUEUED_KINDS:
        # a folder that is just being made is not told: its launcher comes after us
        for folder in JobFolder(job.folder).workspace.jobs(kind):
            if folder == job.folder or _has_ended(folder):
                continue
            other = Job(folder)
            if (status := other.status).state.active:
                yield other, status


def _has_ended(folder: Path) -> bool:
    """Whether a job has said that it is over; asked again only if what it said has changed."""
    status = JobFolder(folder).status
    try:
        said = status.stat().st_mtime_ns
    except OSError:
        return False
    if _over.get(folder) != said:
        with suppress(UserError):  # damaged: the job itself says what that means
            if read_json(status, JobStatus).ended is None:
                return False
            _over[folder] = said
    return _over.get(folder) == said


def _rank(job: Job) -> tuple[float, str]:
    """What the queue is sorted by: the lowest goes first."""
    with suppress(UserError):  # nobody put it first, or that is damaged
        return read_json(JobFolder(job.folder).turn, float), str(job.folder)
    try:
        return job.spec.created, str(job.folder)
    except UserError:  # damaged, and told by the job itself when its turn comes
        return math.inf, str(job.folder)

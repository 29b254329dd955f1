"""What commands on jobs and on the machine answer."""

from __future__ import annotations

from typing import Any

from typing_extensions import NotRequired, TypedDict

from paddlex_nb.cli.answers.datasets import SeverityName
from paddlex_nb.cli.answers.results import Export
from paddlex_nb.cli.answers.shared import Figures, StateName
from paddlex_nb.hosts.report import PaddleFacts, SuiteFacts


class InQueue(TypedDict):
    """A job's place in the queue, from 1, and the id of the job before it; empty if none."""

    place: int
    behind: str


class Job(TypedDict):
    """A job.

    Attributes:
        job: Its id.
        kind: What it does: import, train, evaluate and so on.
        status: Where it is in its life.
        progress: How far it is, in words, if it is under way.
        waiting: What it waits for, if it does.
        created: When it was asked for, in seconds since 1970.
        started: When it began.
        ended: When it ended.
        error: Why it failed, in a sentence.
    """

    job: str
    kind: str
    status: StateName
    progress: str | None
    waiting: InQueue | None
    created: float
    started: float | None
    ended: float | None
    error: str | None


class Jobs(TypedDict):
    """Jobs, newest first."""

    jobs: list[Job]


class Stopped(TypedDict):
    """A job that was stopped.

    Attributes:
        job: Its id.
        status: Where it is in its life now.
        killed: Whether it had to be killed.
        run: Id of the run, of a training.
        checkpoint: Whether the training can be resumed.
    """

    job: str
    status: StateName
    killed: bool
    run: NotRequired[str]
    checkpoint: NotRequired[bool]


class Log(TypedDict):
    """What a job printed, and of which run, if it is a training."""

    job: str
    log: str
    run: NotRequired[str]


class Problem(TypedDict):
    """One thing that is missing or does not fit, and what to do about it."""

    code: str
    severity: SeverityName
    message: str
    advice: str | None


class Diagnosis(TypedDict):
    """What the doctor says; ``ok`` if nothing prevents work."""

    ok: bool
    python: str
    paddle: PaddleFacts
    suites: list[SuiteFacts]
    problems: list[Problem]


class DiskUse(TypedDict):
    """The disk space that a workspace takes in bytes, by data set and run."""

    total: int
    datasets: dict[str, int]
    runs: dict[str, int]
    others: int


class BestEpoch(TypedDict):
    """The best epoch of a training and its main metric."""

    value: float | None
    epoch: int


class Trained(TypedDict):
    """The epochs and steps of a training."""

    epoch: int
    step: int
    best: BestEpoch | None


class Demo(TypedDict):
    """What came of the whole road."""

    workspace: str
    dataset: str
    run: str
    training: Trained
    metrics: Figures
    exports: dict[str, Export]


class Schemas(TypedDict):
    """JSON Schemas of answers by command, and their version."""

    version: int
    schemas: dict[str, dict[str, Any]]

"""What ``train``, ``runs`` and ``compare`` answer."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

from paddlex_nb.cli.answers.evaluation import KeptEvaluation
from paddlex_nb.cli.answers.results import ExportFields
from paddlex_nb.cli.answers.shared import (
    Damaged,
    Failure,
    KeptOrigin,
    StateName,
    TaskName,
)
from paddlex_nb.runs.checkpoint import CheckpointInfo


class Best(TypedDict):
    """The best main metric of a training (null if undefined), and after which epoch."""

    metric: str
    value: float | None
    epoch: int


class Training(TypedDict):
    """A training that was started, or with ``--follow`` its end.

    Attributes:
        run: Id of the run.
        status: Where the training is in its life.
        best: Its best epoch, if it was followed.
        error: Why it failed, if it did.
    """

    run: str
    status: StateName
    best: NotRequired[Best | None]
    error: NotRequired[Failure]


class ListedRun(TypedDict):
    """A run.

    Attributes:
        epoch: Epochs trained.
        epochs: Epochs planned.
        best: Its best epoch.
        error: Why its training failed, in a sentence; else null.
        seconds: How long it was trained.
        created: When it was made, in seconds since 1970.
        user: Who made it.
        host: On which machine.
    """

    run: str
    name: str
    dataset: str
    task: TaskName
    model: str
    status: StateName
    epoch: int
    epochs: int
    best: Best | None
    error: str | None
    seconds: float | None
    created: float
    user: str
    host: str
    note: str
    tags: list[str]
    starred: bool
    archived: bool


class RunList(TypedDict):
    """The runs of the workspace, newest first."""

    runs: list[ListedRun]
    damaged: list[Damaged]


class Remedy(TypedDict):
    """What to do about a failed training, and the command that does it."""

    message: str
    command: str


class KeptExport(KeptOrigin, ExportFields):
    """An export of a run that was made before."""


class ShownRun(TypedDict):
    """What has come of a run."""

    run: str
    name: str
    dataset: str
    model: str
    status: StateName
    checkpoints: list[CheckpointInfo]
    evaluations: list[KeptEvaluation]
    exports: list[KeptExport]
    remedies: list[Remedy]
    error: NotRequired[Failure]


class Annotated(TypedDict):
    """What was said about a run."""

    run: str
    note: str
    tags: list[str]
    starred: bool
    archived: bool


class Annotations(TypedDict):
    """What was said about runs."""

    runs: list[Annotated]


class Script(TypedDict):
    """A run as a script."""

    run: str
    language: Literal["python", "bash"]
    script: str


class Threshold(TypedDict):
    """From which score on objects count, 0 to 1: now, and as the run was trained."""

    run: str
    threshold: float
    trained: float


class Difference(TypedDict):
    """How much a second run is better than a first, on the same images.

    Attributes:
        first: Id of the first run.
        second: Id of the second run.
        metric: Name of the metric.
        class_name: The class; null for all of them.
        difference: Second minus first, in shares of 1; null if undefined.
        low: Lower end of its 95 % interval.
        high: Upper end of it.
        images: How many images both were evaluated on.
        within_noise: Whether the interval holds 0.
    """

    first: str
    second: str
    metric: str
    class_name: str | None
    difference: float | None
    low: float | None
    high: float | None
    images: int
    within_noise: bool


class Comparison(TypedDict):
    """Runs side by side.

    Attributes:
        runs: Of each ``run``, ``name`` and the parameters that are not the same in all of them.
        differences: Each other run against the first.
        notes: Why some are not compared, in sentences.
    """

    runs: list[dict[str, Any]]
    differences: list[Difference]
    notes: list[str]

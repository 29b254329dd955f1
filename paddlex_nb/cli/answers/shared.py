"""Parts that several answers have in common."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

Figures = dict[str, float | None]
"""Metrics by name: fractions from 0 to 1 (``loss`` in its own unit), null where undefined."""

ClassRow = dict[str, float | str | None]
"""A ``class`` and its metrics."""

SplitName = Literal["train", "val", "test"]
"""The training, validation and test set."""

TaskName = Literal["classification", "detection", "segmentation", "instance_segmentation"]
"""A vision task."""

StateName = Literal["queued", "running", "done", "failed", "stopped", "interrupted"]
"""Where a job is in its life."""


class Failure(TypedDict):
    """What went wrong.

    Attributes:
        code: Stable name, the same in every language.
        message: One sentence that says what to do.
    """

    code: str
    message: str


class ErrorAnswer(TypedDict):
    """What every command answers instead, with an exit status of 1 or 2."""

    error: Failure


class Metric(TypedDict):
    """A metric on the validation images; its value is null if it is undefined."""

    name: str
    value: float | None


class Origin(TypedDict):
    """Which weights a result is of.

    Attributes:
        run: Id of the run.
        checkpoint: Name of the checkpoint, such as ``best`` or ``epoch-0004``.
        requested: What was asked for: ``best``, ``last`` or the number of an epoch.
        epoch: The last epoch that it was trained for, from 1.
        step: Steps that it was trained for.
        metric: Its main metric on the validation images, if it was evaluated.
        saved: When the checkpoint was written, in seconds since 1970, if known.
        time: When the job loaded it, in seconds since 1970.
        training_under_way: Whether the run was still being trained then.
    """

    run: str
    checkpoint: str
    requested: str
    epoch: int
    step: int
    metric: Metric | None
    saved: float | None
    time: float
    training_under_way: bool


class KeptOrigin(TypedDict, total=False):
    """As `Origin`, of a result that is kept: earlier versions said less.

    Attributes:
        stale: Why the result is stale, in a sentence; null if it is not.
    """

    run: str
    checkpoint: str
    requested: str
    epoch: int
    step: int
    metric: Metric | None
    saved: float | None
    time: float
    training_under_way: bool
    stale: str | None


class Damaged(TypedDict):
    """An item of the workspace that cannot be read."""

    id: str
    message: str


class ParamDefault(TypedDict):
    """A parameter of a training.

    Attributes:
        name: As ``--set`` takes it.
        label: What it is called.
        default: Its value where neither model, data nor machine say otherwise.
        limits: The allowed values, in words.
        help: One sentence on what it does.
    """

    name: str
    label: str
    default: Any
    limits: str
    help: str


class ParamAdvice(ParamDefault):
    """A parameter as it would be used, and why (null if it was chosen)."""

    value: Any
    reason: str | None

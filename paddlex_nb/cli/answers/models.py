"""What ``models``, ``weights`` and ``params`` answer."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from paddlex_nb.cli.answers.shared import Damaged, ParamAdvice, ParamDefault, TaskName


class Weights(TypedDict):
    """Published starting weights; their checksum is null if it is not known."""

    name: str
    url: str
    sha256: str | None


class Model(TypedDict):
    """A model of the catalogue.

    Attributes:
        name: As ``--model`` takes it.
        task: What it is for.
        suite: ``clas``, ``det`` or ``seg``.
        family: What it belongs to.
        parameters: Number of its parameters.
        gflops: Cost of an image at the default input size, in 10^9 multiply-adds.
        architecture: Its name in the suite.
        backbone: Its backbone's, where that is separate; else empty.
        recipe: Its own defaults of parameters, where they differ.
        input_sizes: The only input sizes it takes, in pixels; empty if it takes any.
        min_size: The smallest input size, in pixels.
        exports: What it can be exported to.
        weights: Its published starting weights.
    """

    name: str
    task: TaskName
    suite: str
    family: str
    parameters: int
    gflops: float
    architecture: str
    backbone: str
    recipe: dict[str, Any]
    input_sizes: list[int]
    min_size: int
    exports: list[str]
    weights: list[Weights]


class SavedModel(TypedDict):
    """A saved model of the workspace, and the run that it came from."""

    name: str
    task: TaskName
    model: str
    classes: list[str]
    run: str


class Models(TypedDict):
    """What can be trained."""

    models: list[Model]
    saved: list[SavedModel]
    damaged: list[Damaged]


class PublishedFile(TypedDict):
    """A file of published weights: where it is looked for; ``size`` is null if it is not there."""

    model: str
    task: TaskName
    name: str
    url: str
    sha256: str | None
    file: str
    size: int | None


class PublishedFiles(TypedDict):
    """The published weights."""

    weights: list[PublishedFile]


class ModelParams(TypedDict):
    """The parameters of a model."""

    model: str
    task: TaskName
    params: list[ParamDefault]


class Advice(TypedDict):
    """What would be trained, and why.

    Attributes:
        model: Name of the model.
        dataset: Id of the data set.
        weights: Starting weights.
        weights_reason: Why these, in a sentence; null if they were named.
        params: The parameters.
        warnings: What is allowed, but will hardly do.
        seconds: What the training would take; null if no training of the model is known here.
        memory_bytes: What memory it would take.
    """

    model: str
    dataset: str
    weights: str
    weights_reason: str | None
    params: list[ParamAdvice]
    warnings: list[str]
    seconds: float | None
    memory_bytes: int

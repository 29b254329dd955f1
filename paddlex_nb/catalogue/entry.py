"""What the catalogue says about a model."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task


class Weights(msgspec.Struct, frozen=True, omit_defaults=True):
    """Published starting weights.

    Attributes:
        name: What they were trained on, such as ``imagenet``.
        url: Where the suite publishes them.
        sha256: Checksum, where it is known.
        part: The part of the model that they are for, such as ``backbone``; the rest begins with
            random values. Empty for all of it.
    """

    name: str
    url: str
    sha256: str = ""
    part: str = ""


class ModelEntry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One model of the catalogue; adding a model is adding one of these.

    Attributes:
        name: As used by ``--model``.
        task: What it is for.
        suite: The suite that has it: ``clas``, ``det`` or ``seg``.
        architecture: Its name in the suite.
        backbone: Its backbone's name, where that is separate.
        parameters: Number of parameters for 1,000 classes (classification) or the suite's own
            reference set.
        gflops: Rough cost of one image at the default input size, in 10^9 multiply-adds.
        arguments: Keyword arguments of the architecture.
        weights: Published starting weights.
        recipe: Its own defaults of parameters, where they differ.
        input_sizes: The only input sizes it takes, in pixels; empty if it takes any.
        min_size: The smallest input size that it takes, in pixels.
        without: Names of parameters that it does not take.
        exports: What it can be exported to.
        family: For grouping on screen.
        note: Catalogue key end of a hint (``models.note.<note>``).
    """

    name: str
    task: Task
    suite: str
    architecture: str
    backbone: str = ""
    parameters: int = 0
    gflops: float = 0.0
    arguments: dict[str, Any] = {}
    weights: list[Weights] = []
    recipe: dict[str, Any] = {}
    input_sizes: list[int] = []
    min_size: int = 0
    without: list[str] = []
    exports: tuple[str, ...] = ("inference", "onnx")
    family: str = ""
    note: str = ""

    @property
    def description(self) -> str:
        """What its family is good for, in one line of the current language."""
        name = re.sub(r"[^a-z0-9]+", "_", self.family.lower().replace("+", "_plus"))
        return tr(f"models.family.{name}")

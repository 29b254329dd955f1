"""What all results have in common."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from typing_extensions import Self

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_facts, html_text
from paddlex_nb.display.text import time_text
from paddlex_nb.metrics.names import metric_label


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Result:
    """The result of a job.

    Attributes:
        data: The plain JSON that it was made of; `to_dict` gives a copy.
    """

    data: Mapping[str, Any]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The result that is written as this plain JSON, by this version or an earlier one."""
        return cls(data=data)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON, as the command line prints it with ``--json``."""
        return deepcopy(dict(self.data))

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}: {value}" for name, value in self._facts())
        return f"{type(self).__name__}({facts})"

    def _repr_html_(self) -> str:
        return html_facts(type(self).__name__, self._facts())

    def _facts(self) -> list[tuple[str, object]]:
        """The fields that are shown, each with its label."""
        raise NotImplementedError


@dataclass(frozen=True)
class MetricValue:
    """One metric on the validation images.

    Attributes:
        name: Its name, such as ``top1`` or ``map``.
        value: Its value; None if it is undefined.
    """

    name: str
    value: float | None

    def __str__(self) -> str:
        return f"{metric_label(self.name)} {'–' if self.value is None else f'{self.value:.4f}'}"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ModelResult(Result):
    """The result of a job that used a checkpoint of a run.

    What results of earlier versions do not say is None.

    Attributes:
        run: Id of the run.
        checkpoint: Name of the checkpoint, such as ``best`` or ``epoch-0004``.
        requested: What was asked for: ``best``, ``last`` or the number of an epoch.
        epoch: The last epoch that it was trained for, from 1.
        step: Steps that it was trained for.
        metric: Its main metric on the validation images, if it was evaluated.
        saved: When the checkpoint was written, in seconds since 1970.
        time: When the job loaded it, in seconds since 1970.
        training_under_way: Whether the run was still being trained then.
        stale: Why the result is stale (the checkpoint of that name has been replaced since), in a
            sentence; None if it is not.
    """

    run: str | None
    checkpoint: str | None
    requested: str | None
    epoch: int | None
    step: int | None
    metric: MetricValue | None
    saved: float | None
    time: float | None
    training_under_way: bool
    stale: str | None

    def _origin(self) -> str:
        """Which weights it is of, in short."""
        names = [self.run, self.checkpoint, None if self.time is None else time_text(self.time)]
        return " · ".join(filter(None, names)) or tr("core.none")

    def _repr_html_(self) -> str:
        stale = html_text(self.stale) if self.stale else ""
        return html_facts(f"{type(self).__name__}: {self._origin()}", self._facts()) + stale


def origin_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `ModelResult` by name, of a result that is plain JSON."""
    metric = data.get("metric")
    names = ("run", "checkpoint", "requested", "epoch", "step", "saved", "time", "stale")
    return {
        "data": data,
        **{name: data.get(name) for name in names},
        "metric": None if metric is None else MetricValue(metric["name"], metric["value"]),
        "training_under_way": bool(data.get("training_under_way")),
    }

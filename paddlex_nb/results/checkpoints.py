"""The kept checkpoints of a run, and how good each is on a split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import Table, columns
from paddlex_nb.display.text import time_text
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.runs.checkpoint import checkpoints


@dataclass(frozen=True)
class KeptCheckpoint:
    """A checkpoint that a run has kept.

    Attributes:
        name: ``best``, ``last`` or ``epoch-<number>``; `Run.evaluate` and its like take it.
        epoch: Whole epochs trained.
        step: Steps trained.
        saved: When it was written, in seconds since 1970; 0 if unknown.
        evaluation: Its evaluation on the split; None if there is none of these weights.
    """

    name: str
    epoch: int
    step: int
    saved: float
    evaluation: Evaluation | None

    @property
    def metrics(self) -> Mapping[str, float | None]:
        """Its metrics on the split; empty if it was not evaluated."""
        return self.evaluation.metrics if self.evaluation is not None else {}


class Checkpoints(Table[KeptCheckpoint]):
    """The kept checkpoints of a run: best, last, then the epochs, the newest first."""

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics that any of them has, the main one first."""
        return [*dict.fromkeys(name for one in self for name in one.metrics)]

    @property
    def missing(self) -> list[str]:
        """Names of those that were not evaluated on the split."""
        return [one.name for one in self if one.evaluation is None]

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        names = self.metrics
        head = [*columns("checkpoint", "epoch", "when"), *map(metric_label, names)]
        return head, [
            (
                one.name,
                one.epoch,
                time_text(one.saved) if one.saved else None,
                *(one.metrics.get(name) for name in names),
            )
            for one in self
        ]

    def _notes(self) -> Sequence[str]:
        missing = self.missing
        return [tr("display.checkpoints.missing", names=missing)] if missing else []

    def _records(self) -> Iterable[dict[str, Any]]:
        return (
            {"checkpoint": one.name, "epoch": one.epoch, "step": one.step, **one.metrics}
            for one in self
        )


def kept_checkpoints(folder: Path, evaluations: Iterable[Evaluation], split: str) -> Checkpoints:
    """The kept checkpoints with what is known of each on a split.

    Args:
        folder: The run's folder.
        evaluations: All of the run, the newest first.
        split: The split.
    """
    known: dict[str, Evaluation] = {}
    for one in evaluations:
        # of weights that have been replaced since, an evaluation says nothing
        if one.split == split and one.stale is None and one.checkpoint is not None:
            known.setdefault(one.checkpoint, one)
    return Checkpoints(
        KeptCheckpoint(info.name, info.epoch, info.step, info.saved, known.get(info.name))
        for info in checkpoints(folder)
    )

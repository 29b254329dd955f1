"""The lists of a workspace's data sets and runs, which show themselves as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.display.tables import Table, columns, data_frame
from paddlex_nb.run import RUN_COLUMNS, Run

if TYPE_CHECKING:
    import pandas as pd


class Datasets(Table[Dataset]):
    """Data sets, one row each."""

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        names = ("id", "name", "task", "format", "images", "classes")
        labels = [
            {**r, "task": tr(f"data.task.{r['task']}"), "format": tr(f"formats.{r['format']}")}
            for r in self._records()
        ]
        return columns(*names), [[r[name] for name in names] for r in labels]

    def _records(self) -> Iterable[dict[str, Any]]:
        for dataset in self:
            with suppress(UserError):  # deleted since
                record = dataset.record
                yield {
                    "id": dataset.id,
                    "name": record.name,
                    "task": record.task.value,
                    "format": record.format,
                    "images": record.images,
                    "classes": len(record.classes),
                }


class Runs(Table[Run]):
    """Runs, one row each: to be compared."""

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        head = columns(*(name for name in RUN_COLUMNS if name != "name"))
        rows = []
        for run in self:
            facts = [value for _, value in run._facts()]
            rows.append([facts[0], *facts[2:]] if len(facts) > 2 else [facts[0], "", "", facts[1]])
        return head, rows

    def _notes(self) -> list[str]:
        """Why those that ended without a result did."""
        reasons = [(run.id, run.status.reason) for run in self[: self.SHOWN]]
        return [f"{name}: {why}" for name, why in reasons if why is not None]

    def _records(self) -> Iterable[dict[str, Any]]:
        for run in self:
            with suppress(UserError):  # deleted since, or damaged
                record, summary = run.record, run.summary
                best = summary.best
                yield {
                    "run": run.id,
                    "name": record.name,
                    "dataset": record.dataset,
                    "model": record.model,
                    "weights": record.weights,
                    "state": run.status.state.value,
                    "reason": run.status.reason,
                    "epoch": summary.epoch,
                    "metric": None if best is None else best.metric,
                    "best": None if best is None else best.value,
                    "best_epoch": None if best is None else best.epoch,
                    "seconds": summary.seconds,
                    **record.params,
                }

    def to_pandas(self) -> pd.DataFrame:
        """The runs as a `pandas.DataFrame`; ids are its index, every parameter is a column.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(self._records(), "run")

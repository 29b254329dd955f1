"""Runs side by side: what differs in their parameters, curves and metrics, and what is noise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.i18n import Message, has, tr
from paddlex_nb.display.html import html_table, html_text
from paddlex_nb.display.tables import columns, data_frame
from paddlex_nb.display.text import plain, table
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.base import MetricValue
from paddlex_nb.results.compared import difference_line
from paddlex_nb.results.differences import Difference
from paddlex_nb.results.held_against import HeldAgainst, all_against
from paddlex_nb.results.recommendation import value_text
from paddlex_nb.runs.required import compared_checkpoint

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from paddlex_nb.results.overlay import Axis
    from paddlex_nb.run import Run

MOST = 20
"""Runs that can be told apart side by side."""


class Comparison:
    """Two to twenty runs side by side; the first is what the others are held against.

    Args:
        runs: The runs.
        split: Of which split evaluations are compared.
        checkpoint: Of which checkpoint.

    Raises:
        UserError: A run has checkpoints, but none of that name.

    Attributes:
        runs: The runs.
        split: ``val``, ``test`` or ``train``.
        checkpoint: ``best``, ``last``, ``epoch-<number>`` or the number.
    """

    def __init__(self, runs: Sequence[Run], split: str = "val", checkpoint: str = "best") -> None:
        self.runs = list(runs)
        self.split = split
        self.checkpoint = checkpoint
        self._names = [compared_checkpoint(run.folder, checkpoint, split) for run in runs]
        self._records = [run.record for run in runs]
        self._summaries = [run.summary for run in runs]

    @cached_property
    def parameters(self) -> dict[str, list[Any]]:
        """What differs in data set, model, weights and parameters, a value for each run."""
        whole = [
            {
                "dataset": record.dataset,
                "dataset_version": record.dataset_version,
                "model": record.model,
                "weights": record.weights,
                **record.params,
            }
            for record in self._records
        ]
        names = dict.fromkeys(name for one in whole for name in one)
        values = {name: [one.get(name) for one in whole] for name in names}
        return {
            name: column
            for name, column in values.items()
            if any(value != column[0] for value in column)
        }

    @cached_property
    def differences(self) -> list[Difference]:
        """Each other run against the first, overall and by class, on the images of both.

        Only runs of which the split was evaluated take part; `notes` says which do not.
        """
        return [one for pair in self._held for one in pair.differences]

    @cached_property
    def _held(self) -> list[HeldAgainst]:
        """Each run that can be held against the first."""
        return [one for one in self._compared if isinstance(one, HeldAgainst)]

    @cached_property
    def _compared(self) -> list[HeldAgainst | Message]:
        """What came of each other run, or why it cannot be held against the first."""
        folders = [
            RunFolder(run.folder).evaluation(self.split, name)
            for run, name in zip(self.runs, self._names, strict=True)
        ]
        first, *others = zip(self._records, folders, strict=True)
        return all_against(first, others)

    @property
    def notes(self) -> list[str]:
        """Why some runs or images are not compared, and at which threshold others are."""
        found = ([one] if isinstance(one, Message) else one.notes for one in self._compared)
        return list(dict.fromkeys(note.text() for notes in found for note in notes))

    def to_pandas(self) -> pd.DataFrame:
        """One row a run: name, best metric, epochs, seconds, and what differs in parameters.

        Raises:
            UserError: pandas is not installed.
        """
        records = []
        for place, (run, record, summary) in enumerate(
            zip(self.runs, self._records, self._summaries, strict=True)
        ):
            best = summary.best
            records.append(
                {
                    "run": run.id,
                    "name": record.name,
                    "dataset": record.dataset,
                    "model": record.model,
                    "metric": None if best is None else best.metric,
                    "best": None if best is None else best.value,
                    "best_epoch": None if best is None else best.epoch,
                    "epoch": summary.epoch,
                    "seconds": summary.seconds,
                    **{name: values[place] for name, values in self.parameters.items()},
                }
            )
        return data_frame(records, "run")

    def differences_to_pandas(self) -> pd.DataFrame:
        """The differences to the first run as a `pandas.DataFrame`, one row a run and class.

        Raises:
            UserError: pandas is not installed.
        """
        names = ("first", "second", "class_name", "metric", "difference", "low", "high", "images")
        return data_frame(
            {**{name: getattr(one, name) for name in names}, "within_noise": one.within_noise}
            for one in self.differences
        )

    def plot(self, *, x: Axis = "epoch", metric: str | None = None) -> Figure:
        """The curves of all runs in one figure.

        Args:
            x: ``epoch``, ``step``, or ``time`` in minutes since each training began.
            metric: A validation metric, or ``train_loss``; the main metric if None.

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.

        Raises:
            UserError: No run has such a curve.
        """
        from paddlex_nb.results.overlay import overlay_plot

        named = [(r.name, run.history) for r, run in zip(self._records, self.runs, strict=True)]
        return overlay_plot(named, x, metric)

    def tables(self) -> list[tuple[Sequence[str], Sequence[Sequence[object]]]]:
        """Headings and rows of what is shown: the runs, then the differences to the first."""
        head = ["", *(record.name for record in self._records)]
        rows: list[list[object]] = [
            [columns("run")[0], *(run.id for run in self.runs)],
            [columns("best")[0], *map(self._best, range(len(self.runs)))],
            [columns("epoch")[0], *(s.epoch for s in self._summaries)],
        ]
        for name, values in self.parameters.items():
            rows.append([_label(name), *map(value_text, values)])
        shown: list[tuple[Sequence[str], Sequence[Sequence[object]]]] = [(head, rows)]
        if self.differences:
            names = {record.id: record.name for record in self._records}
            parts = ("run", "class", "difference", "verdict")
            lines = [_line(one, names) for one in self.differences]
            shown.append(([tr(f"display.compare.{part}") for part in parts], lines))
        return shown

    def _best(self, place: int) -> str:
        best = self._summaries[place].best
        return "–" if best is None else str(MetricValue(best.metric, best.value))

    def __repr__(self) -> str:
        return "\n\n".join([*(table(*part) for part in self.tables()), *map(plain, self.notes)])

    def _repr_html_(self) -> str:
        shown = "".join(html_table(*part) for part in self.tables())
        return shown + "".join(map(html_text, self.notes))


def _label(name: str) -> str:
    """A parameter's label, or that of what else a run is made of."""
    known = (f"params.{name}", f"display.compare.{name}", f"cli.column.{name}")
    return next((tr(key) for key in known if has(key)), name)


def _line(one: Difference, names: dict[str, str]) -> list[object]:
    return [names[one.second], *difference_line(one)]

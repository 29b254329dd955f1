"""The section of kept checkpoints: the metrics of each, and a button for those without."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.evaluation.evaluated import of_photos
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.checkpoints import Checkpoints, KeptCheckpoint
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.toolkit import button, card, data_table, esc, html, number, row, text
from paddlex_nb.widgets.pages.base import job_progress
from paddlex_nb.widgets.pages.evaluation.section import Section, ShownEvaluation

_MOST = 6
"""Metrics of the table, the main ones; all are in the section of each evaluation."""

_EVERY = 0.5
"""Seconds between two looks at an evaluation that is under way."""


class CheckpointsSection(Section):
    """A row for each kept checkpoint, with its metrics on the split that is shown."""

    name = "checkpoints"

    @classmethod
    def offered(cls, shown: ShownEvaluation) -> bool:
        """The table is of evaluations of the data set's own images."""
        return not of_photos(shown.result)

    def content(self) -> Sequence[w.Widget]:
        """The table and the button that evaluates what is missing."""
        self._missing: list[str] = []
        self._waiting: list[str] = []
        self._job: Job | None = None
        self._looked = 0.0
        self._table = html("", "checkpoints")
        self._progress = html("")
        self._start = button(
            tr("wizard.evaluation.checkpoints.evaluate"),
            lambda: self.shown.do(self._evaluate),
            "evaluate-missing",
        )
        self._start.layout.display = "none"
        self._read()
        note = text(tr("wizard.evaluation.checkpoints.hint"), "muted", "note")
        return [card("", self._table, row(self._start), self._progress, note)]

    def tick(self, now: float) -> None:
        """Follow the evaluations, one after another."""
        super().tick(now)
        if self._job is None or now - self._looked < _EVERY:
            return
        self._looked = now
        status = self._job.status
        if status.state.active:
            self._progress.value = job_progress(self._job)
            return
        self._job = None
        self._progress.value = "" if status.error is None else f"<p>{esc(status.error.text())}</p>"
        if status.state is State.DONE and self._waiting:  # who stops one means them all
            self.shown.do(self._next)
            return
        self._waiting = []
        self._read()

    @property
    def _split(self) -> str:
        return str(self.shown.result["split"])

    def _read(self) -> None:
        run = self.shown.run
        aside(self.shown.do, lambda: run.checkpoints(self._split), self._show, lambda: None)

    def _show(self, kept: Checkpoints) -> None:
        self._missing = kept.missing
        self._start.layout.display = "" if self._missing else "none"
        self._start.disabled = self._job is not None
        names = kept.metrics[:_MOST]
        shown = str(self.shown.result["checkpoint"])
        head = [
            tr("wizard.evaluation.checkpoint"),
            tr("wizard.training.table.epoch"),
            *map(metric_label, names),
        ]
        lines = [_line(one, names, shown=one.name == shown) for one in kept]
        self._table.value = data_table(head, lines)

    def _evaluate(self) -> None:
        self._waiting = list(self._missing)
        self._start.disabled = True
        self._next()

    def _next(self) -> None:
        name = self._waiting.pop(0)
        try:
            self._job = self.shown.run.evaluate(self._split, name, wait=False)
        except UserError:  # a training that goes on has deleted it meanwhile
            self._waiting = []
            self._read()
            raise
        self._progress.value = job_progress(self._job)


def _line(one: KeptCheckpoint, names: Sequence[str], *, shown: bool) -> list[str]:
    values = (one.metrics.get(name) for name in names)
    name = f"<b>{esc(one.name)}</b>" if shown else esc(one.name)
    cells = ("–" if value is None else number(value) for value in values)
    return [name, str(one.epoch), *cells]

"""Runs: all that were trained here, to be found, compared, gone on with and cleared away."""

from __future__ import annotations

import time
from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import card, row, styled
from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.pages.runs.chosen import ChosenRuns
from paddlex_nb.widgets.pages.runs.rows import columns, row_of
from paddlex_nb.widgets.parts import Hosted, RecordTable, Row

_EVERY = 1.0
"""Seconds between two looks at the trainings that are under way."""

ALL = ""


class RunsPage(Page):
    """The list of runs, and below it what can be done with those that are chosen."""

    step = Step.RUNS

    def content(self) -> Sequence[w.Widget]:
        """Filters, table, actions."""
        workspace = self.state.workspace
        self._datasets = {d.id: d.record.name for d in workspace.datasets() if d.record.ready}
        self._rows: dict[str, Row] = {}
        self._facts: dict[str, tuple[str, bool]] = {}
        self._active: set[str] = set()
        self._looked = time.monotonic()
        chosen = self.state.dataset.id if self.state.dataset is not None else ALL
        options = [(tr("wizard.runs.all_datasets"), ALL)]
        options += [(name, key) for key, name in self._datasets.items()]
        self._of = styled(
            w.Dropdown(
                options=options,
                value=chosen if self.state.runs_of_dataset and chosen in self._datasets else ALL,
                description=tr("wizard.runs.of"),
            ),
            "field",
            "of",
        )
        self._archived = styled(
            w.Checkbox(value=False, description=tr("wizard.runs.archived"), indent=False),
            "archived",
        )
        self._table = RecordTable(title=tr("wizard.runs.title"), columns=columns(), sort="-created")
        self._table.on_open(lambda key: self.do(lambda: self._open(key)))
        self._hosted = Hosted(self._table)
        self._chosen = ChosenRuns(self, self.changed)
        self._of.observe(lambda change: self.do(lambda: self._filter(change["new"])), "value")
        self._archived.observe(lambda _: self.do(self._show), "value")
        self._table.observe(lambda _: self.do(self._choose), "selected")
        self._look(self.state.all_runs())
        if self.state.run is not None and self.state.run.id in self._shown():
            self._table.selected = [self.state.run.id]
        filters = row(self._of, self._archived, classes=["filters"])
        return [card("", filters, self._hosted), self._chosen.widget]

    def tick(self, now: float) -> None:
        """Look at what is under way, and whether a run came or went."""
        self._hosted.tick(now)
        self._chosen.tick(now)
        if now - self._looked < _EVERY:
            return
        self._looked = now
        runs = self.state.all_runs()
        if {run.id for run in runs} != set(self._facts):
            self._look(runs)
        elif self._active:
            self._again([run for run in runs if run.id in self._active])

    def changed(self, runs: Sequence[Run]) -> None:
        """Read some runs anew, with which something was done here."""
        self._again(runs)
        self.state.revision += 1

    def _again(self, runs: Sequence[Run]) -> None:
        self._read(runs)
        self._show()
        self._chosen.refresh()

    def _look(self, runs: Sequence[Run]) -> None:
        """Read the runs that are new, and forget those that are gone."""
        known = {run.id for run in runs}
        for gone in set(self._facts) - known:
            del self._facts[gone]
            self._rows.pop(gone, None)
            self._active.discard(gone)
        self._read([run for run in runs if run.id not in self._facts])
        self._order = [run.id for run in runs]
        self._show()

    def _read(self, runs: Sequence[Run]) -> None:
        for run in runs:
            self._facts[run.id] = ("", True)
            self._active.discard(run.id)
            read = row_of(run, self._datasets)
            if read is None:
                self._rows.pop(run.id, None)
                continue
            self._rows[run.id], active = read
            record = run.record
            self._facts[run.id] = (record.dataset, record.archived)
            if active:
                self._active.add(run.id)

    def _shown(self) -> list[str]:
        return [
            key
            for key in self._order
            if key in self._rows
            and self._of.value in {ALL, self._facts[key][0]}
            and (self._archived.value or not self._facts[key][1])
        ]

    def _show(self) -> None:
        self._table.show([self._rows[key] for key in self._shown()])

    def _filter(self, dataset: str) -> None:
        self.state.runs_of_dataset = dataset != ALL
        self._show()

    def _choose(self) -> None:
        workspace = self.state.workspace
        runs = [workspace.run(key) for key in self._table.selected if key in self._facts]
        self._chosen.show(runs)

    def _open(self, key: str) -> None:
        self.state.choose_run(self.state.workspace.run(key))
        self.state.goto(Step.TRAINING)

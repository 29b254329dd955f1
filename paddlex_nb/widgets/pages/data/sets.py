"""The data sets of the workspace: to be found, opened, renamed and cleared away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.toolkit import card, column, html, replace_children, styled
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.pages.data.chosen_sets import ChosenDatasets
from paddlex_nb.widgets.pages.data.set_rows import RunCounts, columns, row_of
from paddlex_nb.widgets.parts import Hosted, RecordTable, Row

_EVERY = 1.0
"""Seconds between two looks at what came or went."""


class DatasetList:
    """A table of all data sets that are ready, and below it what can be done with chosen ones.

    A tick costs the same however many there are: a row is read when its data set comes, or is
    changed on this page.

    Args:
        page: The page that it is on.
        open_: Opens a data set.
        left: Told when the data set that is open has another name, or was deleted.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self, page: Page, open_: Callable[[Dataset], None], left: Callable[[], None]
    ) -> None:
        self._state = page.state
        self._rows: dict[str, Row] = {}
        self._unready: list[Dataset] = []
        self._seen: tuple[Sequence[Dataset], Sequence[Run]] = ((), ())
        self._looked = time.monotonic()
        self._counts = RunCounts()
        self._table = RecordTable(
            title=tr("wizard.data.in_workspace"), columns=columns(), sort="-created"
        )
        self._table.on_open(lambda key: page.do(lambda: open_(self._of(key))))
        # not page.do, which takes back what was said: what is deleted is not chosen any more either
        self._table.observe(lambda _: page.frame.do(self._choose), "selected")
        self._hosted = Hosted(self._table)
        self._chosen = ChosenDatasets(page, open_, self._done, self._counts)
        self._sets = card("", self._hosted, self._chosen.widget)
        self._damaged = styled(w.Box(), "column")
        self.widget = column(self._damaged, self._sets, classes=["sets"])
        self._left = left
        self.look()
        self.mark_open()

    def tick(self, now: float) -> None:
        """Look at what came or went, and at what has been measured."""
        self._hosted.tick(now)
        self._chosen.refresh()
        news = [folder for folder in self._state.disk.news() if folder.name in self._rows]
        self._reread([Dataset(folder) for folder in news])
        if now - self._looked < _EVERY:
            return
        self._looked = now
        if not self._is_known():
            self.look()

    def look(self) -> None:
        """List what is there now."""
        state = self._state
        self._seen = state.datasets(), state.all_runs()
        datasets, runs = self._seen
        self._counts.look(runs)
        rows = {dataset: row_of(dataset, state.disk, self._counts) for dataset in datasets}
        self._rows = {row.id: row for row in rows.values() if row is not None}
        self._unready = [dataset for dataset, row in rows.items() if row is None]
        ready = [dataset.folder for dataset, row in rows.items() if row is not None]
        state.disk.measure(folder for folder in ready if state.disk.size(folder) is None)
        self._table.show(list(self._rows.values()))
        self._sets.layout.display = "" if self._rows else "none"
        said = [damage.message for damage in state.workspace.damaged()]
        said += [one.message for one in state.workspace.unfinished() if not one.active]
        alerts = (html(alert(message.text(), "warning")) for message in said)
        replace_children(self._damaged, *alerts)

    def mark_open(self) -> None:
        """Choose the data set that is open, so that it can be renamed and the like."""
        dataset = self._state.dataset
        if dataset is not None and dataset.id in self._rows:
            self._table.selected = [dataset.id]

    def changed(self, datasets: Sequence[Dataset]) -> None:
        """Look again at what something was done with here."""
        there = [dataset for dataset in datasets if dataset.id in self._rows]
        self._state.disk.measure(dataset.folder for dataset in there)
        self._reread(there)

    def _done(self, datasets: Sequence[Dataset]) -> None:
        """The user renamed or deleted data sets: what else is on the page may speak of them."""
        opened = self._state.dataset
        if opened is not None and opened in datasets:
            if not opened.folder.exists():
                self._state.choose_dataset(None)
            self._left()
        if all(dataset.folder.exists() for dataset in datasets):
            self.changed(datasets)
        else:
            self.look()
        self._choose()

    def _reread(self, datasets: Sequence[Dataset]) -> None:
        rows = (row_of(dataset, self._state.disk, self._counts) for dataset in datasets)
        fresh = [row for row in rows if row is not None]
        self._rows |= {row.id: row for row in fresh}
        self._table.update(fresh)

    def _is_known(self) -> bool:
        """Whether nothing came, went or got ready since the last look."""
        datasets, runs = self._state.datasets(), self._state.all_runs()
        if any(_is_ready(dataset) for dataset in self._unready):
            return False
        # listed anew they are other objects, though mostly of the same things
        known = all(
            now is seen or list(now) == list(seen)
            for now, seen in zip((datasets, runs), self._seen, strict=True)
        )
        if known:
            self._seen = datasets, runs
        return known

    def _of(self, key: str) -> Dataset:
        return self._state.workspace.dataset(key)

    def _choose(self) -> None:
        self._chosen.show([self._of(key) for key in self._table.selected if key in self._rows])


def _is_ready(dataset: Dataset) -> bool:
    try:
        return dataset.record.ready
    except UserError:  # it has just gone, or is damaged
        return False

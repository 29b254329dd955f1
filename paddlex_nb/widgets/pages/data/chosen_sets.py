"""What can be done with the data sets that are chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    column,
    esc,
    html,
    replace_children,
    styled,
)
from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.pages.data.set_rows import RunCounts
from paddlex_nb.widgets.pages.deletion import DeletionQuestion, names_of

_NAMED = 5


class ChosenDatasets:
    """Buttons for one data set or several, and a field for the name of one.

    Args:
        page: The page that it is on.
        open_: Opens a data set.
        done: Told with which data sets something was done.
        runs: Knows how many runs each has.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        page: Page,
        open_: Callable[[Dataset], None],
        done: Callable[[Sequence[Dataset]], None],
        runs: RunCounts,
    ) -> None:
        self._page, self._open, self._done, self._runs = page, open_, done, runs
        self._datasets: list[Dataset] = []
        self._title = html("", "chosen-title")
        self._buttons = styled(w.Box(), "row", "actions")
        self._question = styled(w.Box(), "row", "question")
        self._deletion = DeletionQuestion(page, self._question, "sets", done)
        self._own_changes = OwnChanges()
        self._name = styled(
            w.Text(description=tr("wizard.sets.column.name"), continuous_update=False),
            "field",
            "set-name",
        )
        self._name.observe(lambda change: self._typed(change["new"]), "value")
        self.widget = column(self._title, self._buttons, self._question, self._name)
        self.show([])

    def show(self, datasets: Sequence[Dataset]) -> None:
        """Turn to other data sets."""
        self._datasets = list(datasets)
        self._deletion.cancel()
        one = self._datasets[0] if len(self._datasets) == 1 else None
        self._name.layout.display = "" if one else "none"
        with self._own_changes:
            self._name.value = one.record.name if one else ""
        if self._datasets:
            self._title.value = f"<h3>{esc(names_of(self._datasets))}</h3>"
        else:
            self._title.value = f"<p class=pxnb-muted>{esc(tr('wizard.sets.choose'))}</p>"
        self._draw()

    def refresh(self) -> None:
        """Offer what can be done now, if another data set is open than when that was drawn."""
        if self._opened != self._page.state.dataset:
            self._draw()

    def _draw(self) -> None:
        self._opened = self._page.state.dataset
        replace_children(self._buttons, *self._actions())

    def _actions(self) -> list[w.Widget]:
        datasets = self._datasets
        actions: list[w.Widget] = []
        if len(datasets) == 1:
            one = datasets[0]
            if one != self._page.state.dataset:
                actions.append(self._button("open", lambda: self._open(one)))
            if count := self._runs.of(one):
                show = tr("wizard.sets.runs", count=count)
                actions.append(
                    button(show, lambda: self._page.do(lambda: self._show_runs(one)), "sets-runs")
                )
        if datasets:
            actions.append(self._button("delete", lambda: self._deletion.ask(datasets), "danger"))
        return actions

    def _button(self, name: str, call: Callable[[], None], *classes: str) -> w.Button:
        label = tr(f"wizard.runs.{name}")
        return button(label, lambda: self._page.do(call), f"sets-{name}", *classes)

    def _show_runs(self, dataset: Dataset) -> None:
        state = self._page.state
        if dataset != state.dataset:
            state.choose_dataset(dataset)
        state.runs_of_dataset = True
        state.goto(Step.RUNS)

    def _typed(self, name: str) -> None:
        if self._own_changes or len(self._datasets) != 1:
            return
        one = self._datasets[0]

        def rename() -> None:
            one.rename(name)
            self._page.state.revision += 1
            self._done([one])

        self._page.do(rename)

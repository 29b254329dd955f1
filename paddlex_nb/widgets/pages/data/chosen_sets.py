"""What can be done with the data sets that are chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import few, size_text
from paddlex_nb.dataset import Dataset
from paddlex_nb.item import Deletion
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    column,
    esc,
    html,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.pages.data.set_rows import RunCounts

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
        replace_children(self._question)
        one = self._datasets[0] if len(self._datasets) == 1 else None
        self._name.layout.display = "" if one else "none"
        with self._own_changes:
            self._name.value = one.record.name if one else ""
        if self._datasets:
            self._title.value = f"<h3>{esc(self._names())}</h3>"
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

    def _names(self) -> str:
        names = [dataset.record.name for dataset in self._datasets]
        return tr("core.listed", names=few(names, _NAMED))

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
            actions.append(self._button("delete", self._ask_delete, "danger"))
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

    def _ask_delete(self) -> None:
        """What would go; it is measured beside the event loop, since a folder may be large."""
        datasets = list(self._datasets)
        replace_children(self._question, text(tr("wizard.sets.measuring"), "muted"))

        def ask(plans: list[Deletion]) -> None:
            if datasets == self._datasets:
                self._ask(datasets, plans)

        def plan() -> list[Deletion]:
            return [dataset.deletion() for dataset in datasets]

        aside(self._page.do, plan, ask, self._cancel)

    def _ask(self, datasets: list[Dataset], plans: list[Deletion]) -> None:
        size = size_text(sum(plan.size for plan in plans))
        sentences = [tr("wizard.sets.delete_plan", names=self._names(), size=size)]
        sentences += [said.text() for plan in plans for said in plan.consequences]
        label = tr("wizard.runs.delete_go")
        really = button(
            label, lambda: self._page.do(lambda: self._delete(datasets)), "danger", "sets-delete-go"
        )
        keep = button(tr("wizard.runs.keep"), lambda: self._page.do(self._cancel), "sets-keep")
        replace_children(self._question, text(" ".join(sentences), "grow"), row(really, keep))

    def _cancel(self) -> None:
        replace_children(self._question)

    def _delete(self, datasets: list[Dataset]) -> None:
        replace_children(self._question, text(tr("wizard.sets.deleting"), "muted"))

        def delete() -> list[Deletion]:
            return [dataset.delete() for dataset in datasets]

        def gone(freed: list[Deletion]) -> None:
            size = size_text(sum(one.size for one in freed))
            self._done(datasets)
            self._page.tell(tr("wizard.sets.deleted", count=len(freed), size=size))

        aside(self._page.do, delete, gone, lambda: self._done(datasets))

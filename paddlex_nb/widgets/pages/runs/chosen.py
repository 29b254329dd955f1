"""What can be done with the runs that are chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as w

from paddlex_nb.comparison import MOST
from paddlex_nb.core.i18n import tr
from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    column,
    esc,
    html,
    replace_children,
    styled,
)
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.pages.deletion import DeletionQuestion, names_of
from paddlex_nb.widgets.pages.runs.again import train_again
from paddlex_nb.widgets.pages.runs.comparison import ComparisonView
from paddlex_nb.widgets.pages.runs.remarks import Remarks

Changed = Callable[[Sequence[Run]], None]
"""Called with the runs that something was done with."""


class ChosenRuns:
    """Buttons and fields for one run or several; empty while none is chosen.

    Args:
        page: The page that it is on.
        changed: Told which runs are to be read anew.

    Attributes:
        widget: What to show.
    """

    def __init__(self, page: Page, changed: Changed) -> None:
        self._page = page
        self._changed = changed
        self._runs: list[Run] = []
        self._states: list[State] = []
        self._buttons = styled(w.Box(), "row", "actions")
        self._question = styled(w.Box(), "row", "question")
        self._deletion = DeletionQuestion(page, self._question, "runs", self._deleted)
        self._title = html("", "chosen-title")
        self._remarks = Remarks(page, changed)
        self._comparison = ComparisonView(page)
        chosen = card(
            "", self._title, self._buttons, self._question, self._remarks.widget, classes=["chosen"]
        )
        self.widget = column(chosen, self._comparison.widget)
        self.show([])

    def show(self, runs: Sequence[Run]) -> None:
        """Turn to other runs."""
        self._runs = list(runs)
        self._deletion.cancel()
        self._comparison.show([])
        self._remarks.show(self._runs[0] if len(self._runs) == 1 else None)
        self._draw()

    def refresh(self) -> None:
        """Offer what can be done now, if something began or ended."""
        if [run.status.state for run in self._runs] != self._states:
            self._draw()

    def tick(self, now: float) -> None:
        """Let the chart of a comparison come."""
        self._comparison.tick(now)

    def _draw(self) -> None:
        self._states = [run.status.state for run in self._runs]
        if not self._runs:
            self._title.value = f"<p class=pxnb-muted>{esc(tr('wizard.runs.choose'))}</p>"
            replace_children(self._buttons)
            return
        self._title.value = f"<h3>{esc(names_of(self._runs))}</h3>{self._reason()}"
        replace_children(self._buttons, *self._actions())

    def _reason(self) -> str:
        if len(self._runs) > 1:
            return ""
        reason = self._runs[0].status.reason
        return "" if reason is None else alert(reason)

    def _actions(self) -> list[w.Widget]:
        runs, active = self._runs, [state.active for state in self._states]
        records = [run.record for run in runs]
        actions: list[w.Widget] = []
        if len(runs) == 1:
            actions.append(self._button("open", lambda: self._open(runs[0]), "primary"))
        if 2 <= len(runs) <= MOST:
            actions.append(self._button("compare", lambda: self._comparison.show(runs), "primary"))
        if any(active):
            actions.append(self._button("stop", self._stop, "danger"))
        elif len(runs) == 1:
            if self._states[0] is not State.DONE and runs[0].has_checkpoint:
                actions.append(self._button("resume", self._resume))
            if runs[0].has_checkpoint:
                actions.append(self._button("train_on", self._ask_epochs))
        if len(runs) == 1:
            actions.append(self._button("again", self._again))
        starred, archived = (all(getattr(r, n) for r in records) for n in ("starred", "archived"))
        star = "unstar" if starred else "star"
        actions.append(self._button(star, lambda: self._annotate(starred=not starred)))
        put = "unarchive" if archived else "archive"
        actions.append(self._button(put, lambda: self._annotate(archived=not archived)))
        if not any(active):
            actions.append(self._button("delete", lambda: self._deletion.ask(runs), "danger"))
        return actions

    def _button(self, name: str, call: Callable[[], None], *classes: str) -> w.Button:
        return button(
            tr(f"wizard.runs.{name}"), lambda: self._page.do(call), f"runs-{name}", *classes
        )

    def _open(self, run: Run) -> None:
        self._page.state.choose_run(run)
        self._page.state.goto(Step.TRAINING)

    def _stop(self) -> None:
        for run in self._runs:
            if run.status.state.active:
                self._page.stop_job(run.training)
        self._changed(self._runs)

    def _resume(self) -> None:
        self._runs[0].resume(wait=False)
        self._changed(self._runs)

    def _ask_epochs(self) -> None:
        """How far to train on: twice as far unless somebody says otherwise."""
        run = self._runs[0]
        done = run.summary.epoch
        field = styled(
            w.BoundedIntText(
                value=max(2 * done, done + 1),
                min=done + 1,
                max=100_000,
                description=tr("wizard.runs.epochs", done=done),
            ),
            "field",
        )

        def go() -> None:
            run.resume(int(field.value), wait=False)
            replace_children(self._question)
            self._changed([run])

        start = button(tr("wizard.runs.train_on_go"), lambda: self._page.do(go), "primary")
        replace_children(self._question, field, start, self._keep())

    def _again(self) -> None:
        train_again(self._page.state, self._runs[0])

    def _annotate(self, *, starred: bool | None = None, archived: bool | None = None) -> None:
        for run in self._runs:
            run.annotate(starred=starred, archived=archived)
        self._changed(self._runs)
        self._draw()

    def _deleted(self, _: Sequence[Run]) -> None:
        self.show([])
        self._changed([])

    def _keep(self) -> w.Button:
        return button(
            tr("wizard.runs.keep"), lambda: self._page.do(lambda: replace_children(self._question))
        )

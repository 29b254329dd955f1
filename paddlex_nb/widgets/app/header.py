"""The header of the wizard: what all pages speak of, what runs, and the other languages.

Its widgets are made once and updated in place: what is replaced while it is clicked loses the
click.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, language, tr
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.listing import progress
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import button, html, styled

_LISTED = 50
"""Data sets and runs to choose from; all runs are on their page."""

NONE = ""


class Header:
    """Data set and run, both to be changed here; jobs under way; languages.

    Args:
        choose_language: Called with the language that was chosen.
        choose_dataset: Called with the id of the data set that was chosen.
        choose_run: Called with the id of the run that was chosen.
        open_job: Called with the newest job under way, to be looked at.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        choose_language: Callable[[str], None],
        choose_dataset: Callable[[str], None],
        choose_run: Callable[[str], None],
        open_job: Callable[[Job], None],
    ) -> None:
        self._own_changes = OwnChanges()
        self._listed_for: tuple[object, ...] = ()
        self._lists: tuple[object, ...] = ()  # so that no other list gets their ids
        self._job: Job | None = None
        title = html('<div class="pxnb-title"><b>PaddleX</b></div>')
        self._dataset = self._choice("dataset", choose_dataset)
        self._run = self._choice("run", choose_run)
        self._lamp = button("", lambda: self._open(open_job), "quiet", "lamp")
        others = [code for code in LANGUAGES if code != language()]
        switches = [self._switch(code, choose_language) for code in others]
        parts = [title, self._dataset, self._run, self._lamp, *switches]
        self.widget = styled(w.Box(parts), "header")

    def _switch(self, code: str, choose: Callable[[str], None]) -> w.Button:
        return button(LANGUAGES[code], lambda: choose(code), "quiet", "language")

    def _choice(self, name: str, choose: Callable[[str], None]) -> w.Dropdown:
        field = w.Dropdown(description=tr(f"wizard.header.{name}"))

        def chosen(change: dict[str, Any]) -> None:
            if not self._own_changes and change["new"] not in {None, NONE}:
                choose(change["new"])

        field.observe(chosen, "value")
        return styled(field, "field", f"header-{name}")

    def _open(self, open_job: Callable[[Job], None]) -> None:
        if self._job is not None:
            open_job(self._job)

    def update(self, state: WizardState) -> None:
        """Show data set, run and the jobs under way."""
        self._list(state)
        jobs = state.jobs_under_way()
        self._job = jobs[0] if jobs else None
        self._lamp.layout.display = "" if jobs else "none"
        if self._job is None:
            return
        waiting = sum(job.state.value == "queued" for job in jobs)
        text = tr("wizard.header.jobs", running=len(jobs) - waiting, waiting=waiting)
        how_far = progress(self._job)
        self._lamp.description = f"● {text}"
        self._lamp.tooltip = how_far.text() if how_far is not None else text

    def _list(self, state: WizardState) -> None:
        """Fill the choices anew, if something to choose from came, went or was renamed."""
        dataset, run = state.dataset, state.run
        datasets, runs = state.datasets(), state.all_runs()
        # lists are made anew when something came or went: which one it is says enough
        now = (state.revision, id(datasets), id(runs), dataset, run, state.dataset_ready)
        if now == self._listed_for:
            return
        self._listed_for, self._lists = now, (datasets, runs)
        mine = state.runs_of(dataset)[:_LISTED] if dataset is not None else []
        if run is not None and run not in mine:
            mine.insert(0, run)
        ready = [one for one in datasets[:_LISTED] if _name(one) is not None]
        if dataset is not None and dataset not in ready:
            ready.insert(0, dataset)
        self._fill(self._dataset, ready, dataset)
        self._fill(self._run, mine, run)

    def _fill(self, field: w.Dropdown, items: Sequence[Any], chosen: Any) -> None:
        options = [(_name(item) or item.id, item.id) for item in items]
        if chosen is None:
            options.insert(0, ("–", NONE))
        with self._own_changes:
            field.options = options
            field.value = NONE if chosen is None else chosen.id
        field.layout.display = "" if items else "none"


def _name(item: Any) -> str | None:
    try:
        return str(item.record.name)
    except UserError:  # damaged, or deleted a moment ago
        return None

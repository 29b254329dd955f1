"""Which weights a training starts from: a list of all that there are, or a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from paddlex_nb.catalogue.entry import ModelEntry, Weights
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.planning.plan import Plan
from paddlex_nb.results.base import MetricValue
from paddlex_nb.run import Run
from paddlex_nb.weights.automatic import Automatic, automatic, by_hand
from paddlex_nb.weights.cache import cached_file
from paddlex_nb.weights.saved import SAVED, SavedModel
from paddlex_nb.weights.starting import AUTO, NONE, RUN
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.toolkit import column, esc, html, styled
from paddlex_nb.widgets.pages.parameters.model_choice import SUITES

FILE = "file"
"""What the list gives where a file is wanted; its path is typed below."""

Options = list[tuple[str, str]]


class WeightsChoice:
    """A list of starting weights that fit a model, each said in words, and a field for a path.

    Args:
        state: Knows the workspace and its runs.
        choose: Called with the starting weights, as `Workspace.train` takes them.

    Attributes:
        widget: What to show.
    """

    def __init__(self, state: WizardState, choose: Callable[[str], None]) -> None:
        self._state, self._choose = state, choose
        self._own_changes = OwnChanges()
        self._options: dict[str, Options] = {}
        self._list = w.Dropdown(
            options=[("", NONE)], description=tr("wizard.parameters.weights"), value=NONE
        )
        self._why = html("", "field-note", "weights-why")
        self._file = styled(
            w.Text(
                description=tr("wizard.weights.file"),
                placeholder=tr("wizard.weights.file.placeholder"),
                continuous_update=False,
            ),
            "weights-file",
        )
        self.widget = column(self._list, self._file, self._why, classes=["field", "weights"])
        self._list.observe(self._listed, "value")
        self._file.observe(self._typed, "value")

    def show(self, planned: Plan) -> None:
        """Show what there is for a model, what is recommended and what is chosen.

        Args:
            planned: What would be trained.
        """
        entry, weights = planned.model, planned.weights
        advised = automatic(entry, patience=0) if planned.chosen is None else planned.chosen
        if entry.name not in self._options:  # each run of it is read
            self._options[entry.name] = _options(entry, self._state)
        options = [
            (f"★ {text}" if value == advised.weights != NONE else text, value)
            for text, value in self._options[entry.name]
        ]
        self._why.value = "" if planned.chosen is None else _why(planned.chosen)
        listed = weights in {value for _, value in options}
        with self._own_changes:
            if list(self._list.options) != options:
                self._list.options = options
            self._list.value = weights if listed else FILE
            self._file.value = "" if listed else weights
        self._show_file()

    def _show_file(self) -> None:
        self._file.layout.display = "" if self._list.value == FILE else "none"

    def _listed(self, change: dict[str, Any]) -> None:
        if self._own_changes:
            return
        self._show_file()
        if change["new"] != FILE:  # a path has to be typed first
            self._choose(change["new"])

    def _typed(self, change: dict[str, Any]) -> None:
        if not self._own_changes:
            self._choose(change["new"].strip() or AUTO)


def _why(chosen: Automatic) -> str:
    """Markup of how the weights were chosen; that they are random stands there all the time."""
    reason = esc(chosen.reason.text())
    if chosen.weights != NONE:
        return f'<p class="pxnb-reason">★ {reason}</p>'
    said = f'<p class="pxnb-without">{reason}</p>'
    if (remedy := by_hand(chosen.reason)) is None:
        return said
    how = esc(tr("wizard.weights.by_hand"))
    return f"{said}<details><summary>{how}</summary><p>{esc(remedy.text())}</p></details>"


def _options(entry: ModelEntry, state: WizardState) -> Options:
    """All starting weights for a model: published ones, saved models, runs, none, a file."""
    space = state.workspace
    options = [(_published(entry, one), one.name) for one in entry.weights]
    options += [
        (_saved(one), f"{SAVED}{one.name}")
        for one in space.saved_models()
        if one.model == entry.name
    ]
    options += [
        (text, f"{RUN}{run.id}")
        for run in state.all_runs()
        if (text := _trained(run, entry)) is not None
    ]
    none = (tr("wizard.parameters.weights.none"), NONE)
    return [*options, none, (tr("wizard.weights.from_file"), FILE)]


def _published(entry: ModelEntry, weights: Weights) -> str:
    there = "here" if cached_file(weights.url).is_file() else "fetched"
    suite = SUITES.get(entry.suite, entry.suite)
    name = tr(f"wizard.weights.{weights.part}", name=weights.name) if weights.part else weights.name
    return tr(f"wizard.weights.published.{there}", name=name, suite=suite)


def _saved(model: SavedModel) -> str:
    figure = next(iter(model.metrics.items()), None)
    return _with(f"{SAVED}{model.name}", MetricValue(*figure) if figure else None)


def _trained(run: Run, entry: ModelEntry) -> str | None:
    """A run in words; None if it is of another model, or has no weights."""
    try:
        record = run.record
        if record.model != entry.name or record.archived or not run.has_checkpoint:
            return None
        best = run.summary.best
    except UserError:  # damaged, or deleted a moment ago
        return None
    figure = MetricValue(best.metric, best.value) if best is not None else None
    return _with(tr("wizard.weights.run", name=record.name), figure)


def _with(name: str, figure: MetricValue | None) -> str:
    return name if figure is None else f"{name} · {figure}"

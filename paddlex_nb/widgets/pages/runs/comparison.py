"""Runs side by side: what differs, their curves in one chart, and what is noise."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, cast

import ipywidgets as w

from paddlex_nb.comparison import Comparison
from paddlex_nb.core.files import write_bytes
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.spreadsheet import neutral
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.overlay import TRAIN_LOSS, Axis, overlaid
from paddlex_nb.run import Run
from paddlex_nb.runs.history import History
from paddlex_nb.runs.places import AXES
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    column,
    data_table,
    esc,
    html,
    replace_children,
    row,
    styled,
)
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.parts import Hosted, LineChart, Series

Histories = tuple[Run, str, History]
"""A run with its name and its curves."""


class ComparisonView:
    """Tables and a chart of the runs that are compared; empty until some are.

    Args:
        page: The page that it is on.

    Attributes:
        widget: What to show.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked: Sequence[Run] = ()
        self._comparison: Comparison | None = None
        self._hosted: Hosted | None = None
        self._own_changes = OwnChanges()
        self._chart = styled(w.Box(), "compare-chart")
        self._tables = html("", "compare-tables")
        self._metric = styled(w.Dropdown(description=tr("wizard.runs.compare_metric")), "field")
        self._axis = styled(
            w.Dropdown(
                options=[(tr(f"display.compare.axis.{x}"), x) for x in AXES],
                description=tr("wizard.runs.compare_axis"),
            ),
            "field",
        )
        save = button(
            tr("wizard.runs.compare_save"), lambda: page.do(self._save), "quiet", "compare-save"
        )
        for field in (self._metric, self._axis):
            field.observe(self._field_changed, "value")
        filters = row(self._metric, self._axis, save, classes=["filters"])
        self.widget = card(
            tr("wizard.runs.compare_title"), self._tables, column(filters, self._chart)
        )
        self.show([])

    def show(self, runs: Sequence[Run]) -> None:
        """Compare other runs; none hides the view. Reading and resampling go on aside."""
        self.widget.layout.display = "" if runs else "none"
        self._asked, self._comparison = runs, None
        self._hosted = None
        replace_children(self._chart)
        self._tables.value = f"<p class=pxnb-muted>{esc(tr('wizard.runs.comparing'))}</p>"
        if not runs:
            return
        workspace = self._page.state.workspace

        def compare() -> tuple[Comparison, list[Histories]]:
            comparison = workspace.compare(runs)
            comparison.tables()  # which resamples
            return comparison, [(run, run.record.name, run.history) for run in comparison.runs]

        def then(found: tuple[Comparison, list[Histories]]) -> None:
            if runs is self._asked:
                self._show(*found)

        aside(self._page.do, compare, then, lambda: self.show([]))

    def _show(self, comparison: Comparison, histories: list[Histories]) -> None:
        self._comparison, self._histories = comparison, histories
        self._tables.value = "".join(
            _markup(head, lines) for head, lines in comparison.tables()
        ) + "".join(alert(note, "info") for note in comparison.notes)
        metrics = dict.fromkeys(name for *_, history in histories for name in history.metrics)
        options = [(metric_label(name), name) for name in metrics]
        with self._own_changes:
            self._metric.options = [*options, (tr("display.training_loss"), TRAIN_LOSS)]
            self._metric.value = self._metric.options[0][1]
        self._draw()

    def tick(self, now: float) -> None:
        """Let the chart come."""
        if self._hosted is not None:
            self._hosted.tick(now)

    def _field_changed(self, _: object) -> None:
        if not self._own_changes:
            self._page.do(self._draw)

    def _draw(self) -> None:
        if self._comparison is None:
            return
        metric, axis = self._metric.value, cast(Axis, self._axis.value)
        chart = LineChart(
            title={key: label for label, key in self._metric.options}[metric],
            x_label=tr(f"display.compare.axis.{axis}"),
            y_label=tr("wizard.training.value"),
            series=[Series(run.id, name) for run, name, _ in self._histories],
        )
        for run, _, history in self._histories:
            chart.extend(run.id, *overlaid(history, axis, metric))
        chart.flush()
        self._hosted = Hosted(chart)
        replace_children(self._chart, self._hosted)

    def _save(self) -> None:
        """Write the tables beside the workspace's exports, and say where."""
        if self._comparison is None:
            return
        out = io.StringIO()
        writer = csv.writer(out)
        for head, lines in self._comparison.tables():
            writer.writerow([neutral(str(cell)) for cell in head])
            writer.writerows([neutral(str(cell)) for cell in line] for line in lines)
            writer.writerow([])
        path = WorkspaceFolder(self._page.state.workspace.path).exports / "comparison.csv"
        write_bytes(path, out.getvalue().encode("utf-8-sig"))
        self._page.tell(tr("wizard.runs.compare_saved", path=path))


def _markup(head: Sequence[str], lines: Sequence[Sequence[Any]]) -> str:
    cells = [[esc("–" if cell is None else cell) for cell in line] for line in lines]
    return data_table(head, cells, numbers_from=len(head))

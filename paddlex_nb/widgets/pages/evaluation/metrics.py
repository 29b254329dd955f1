"""The section of the main figures: confusion matrix, precision over recall, classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as w
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.confusion import confusion_order
from paddlex_nb.metrics.figure_intervals import FigureIntervals
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.widgets.app.toolkit import card, column, html, styled, text
from paddlex_nb.widgets.pages.evaluation.figures import by_class
from paddlex_nb.widgets.pages.evaluation.section import Section
from paddlex_nb.widgets.parts import Hosted, LineChart, MatrixView, Series

MOST_CURVES = 10
"""Classes that have a curve of their own; there are as many colours."""

_BESIDE = 6
"""Columns of the table of classes that fit beside the matrix."""


class MetricsSection(Section):
    """Confusion matrix, curves of precision over recall, and the metrics of each class."""

    name = "metrics"

    def content(self) -> Sequence[w.Widget]:
        """The matrix, whose cells show their images, beside the curves or the classes."""
        result, classes = self.shown.result, self.shown.classes
        counts = result["confusion_matrix"]
        background = [tr("wizard.evaluation.background")] * (len(counts) - len(classes))
        order = confusion_order(np.array(counts, np.int64)[: len(classes), : len(classes)])
        order += range(len(classes), len(counts))  # the background stays last
        title = tr("wizard.evaluation.matrix")
        matrix = MatrixView(counts, classes + background, order, title=title)
        self._matrix = matrix
        matrix.observe(lambda _: self.shown.do(self._show_cell), "selected")
        shown = Hosted(matrix)
        self.hosted = [shown]
        note = text(_matrix_note(result), "muted", "note")
        classes_table = html(by_class(result["per_class"]), "by-class")
        table = card(tr("wizard.evaluation.by_class"), classes_table)

        def with_intervals(intervals: FigureIntervals | None) -> None:
            classes_table.value = by_class(result["per_class"], intervals)

        self.shown.with_intervals(with_intervals)
        charts: list[w.Widget] = [column(shown, note, classes=["card", "chart", "matrix"])]
        if "curves" not in result:
            if len(result["per_class"][0]) > _BESIDE:
                return [*charts, table]
            return [styled(w.Box([*charts, table]), "charts")]
        curves = Hosted(_curves(result))
        self.hosted.append(curves)
        charts.append(styled(curves, "card", "chart"))
        return [styled(w.Box(charts), "charts"), table]

    def _show_cell(self) -> None:
        cell, pictures = self._matrix.selected, self.shown.pictures
        if cell is None:
            pictures.leave_choice(self._leave_cell)
            return
        truth, predicted = (self._matrix.classes[number] for number in cell)
        name = tr("wizard.evaluation.cell", truth=truth, predicted=predicted)
        images = pictures.results.in_cell(cell[0], cell[1])
        pictures.show_images(images, name, left=self._leave_cell)

    def _leave_cell(self) -> None:
        self._matrix.selected = None


def _matrix_note(result: dict[str, Any]) -> str:
    """The note that says what the matrix counts and that its cells can be clicked."""
    hint = tr("wizard.evaluation.matrix.hint")
    if "threshold" not in result:
        return hint
    note = tr("wizard.evaluation.matrix.objects", threshold=f"{result['threshold']:.2f}")
    return f"{note} {hint}"


def _curves(result: dict[str, Any]) -> LineChart:
    """Precision over recall: of each class, or of all together where they are many."""
    curves = {c["class"]: (c["recall"], c["precision"]) for c in result["curves"]}
    defined = [
        n
        for n, (row, curve) in enumerate(zip(result["per_class"], result["curves"], strict=True))
        if row.get("support") and curve["precision"]
    ]
    if len(curves) > MOST_CURVES:
        chosen = [result["curves"][number] for number in defined]
        mean = np.mean([c["precision"] for c in chosen], axis=0).tolist() if chosen else []
        curves = {
            tr("wizard.evaluation.all_classes"): (chosen[0]["recall"] if chosen else [], mean)
        }
        defined = [0]
    chart = LineChart(
        title=tr("wizard.evaluation.curves"),
        x_label=metric_label("recall"),
        y_label=metric_label("precision"),
        series=[Series(str(number), name) for number, name in enumerate(curves)],
        latest=False,
    )
    for number, points in enumerate(curves.values()):
        if number in defined:
            chart.extend(str(number), *points)
    return chart

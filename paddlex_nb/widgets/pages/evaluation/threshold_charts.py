"""The curves of the section of the threshold; a click on a point sets the threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.lost_precision import RECALLS
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.metrics.threshold_curves import THRESHOLDS
from paddlex_nb.results.threshold import FIGURES
from paddlex_nb.widgets.pages.evaluation.metrics import MOST_CURVES
from paddlex_nb.widgets.pages.evaluation.threshold_figures import Worked
from paddlex_nb.widgets.parts import LineChart, Series


class ThresholdCharts:
    """Figures by threshold, and precision over recall, of all classes or of one.

    Args:
        classes: Class names.
        chosen: Called, from any thread, with the threshold of a point that was clicked.

    Attributes:
        figures: Precision, recall and F1 over the threshold.
        recall: Precision over recall: of each class, or the mean where they are many.
    """

    def __init__(self, classes: Sequence[str], chosen: Callable[[float], None]) -> None:
        self._classes, self._chosen = list(classes), chosen
        self._worked: Worked | None = None
        self.figures = LineChart(
            title=tr("threshold.curves"),
            x_label=tr("threshold.score"),
            series=[Series(name, metric_label(name)) for name in FIGURES],
            latest=False,
            clickable=True,
        )
        self.recall = LineChart(
            x_label=metric_label("recall"),
            y_label=metric_label("precision"),
            latest=False,
            clickable=True,
        )
        self.figures.observe(self._figure_picked, "picked")
        self.recall.observe(self._recall_picked, "picked")

    def show(self, worked: Worked) -> None:
        """Show the curves of another overlap or class, or mark another threshold."""
        before, self._worked = self._worked, worked
        asked, row = worked.asked, worked.asked.class_id + 1
        curves = worked.of.curves
        same = before is not None and before.of is worked.of
        if not same or before is None or before.asked.class_id != asked.class_id:
            drawn = {name: getattr(curves, name)[row] for name in FIGURES}
            _draw(self.figures, {name: (THRESHOLDS, drawn[name]) for name in FIGURES})
            self._draw_recall(worked)
        self.figures.set_marks([(asked.threshold, f"{asked.threshold:.2f}")])
        # one threshold is at another recall in each class
        reached = curves.recall[row][round(asked.threshold * (len(THRESHOLDS) - 1))]
        marked = asked.class_id >= 0 and bool(np.isfinite(reached))
        self.recall.set_marks([(float(reached), f"{asked.threshold:.2f}")] if marked else [])

    def _draw_recall(self, worked: Worked) -> None:
        asked, rows = worked.asked, worked.of.precision
        self.recall.title = tr("threshold.page.recall", iou=f"{asked.iou:.2f}")
        numbers = [asked.class_id] if asked.class_id >= 0 else list(range(len(rows)))
        curves = {str(number): rows[number] for number in numbers}
        labels = [self._classes[number] for number in numbers]
        if len(numbers) > MOST_CURVES:
            curves, labels = {"mean": _mean(rows)}, [tr("wizard.evaluation.all_classes")]
        self.recall.clear()
        self.recall.series = [
            # the mean of the classes is at many thresholds
            Series(name, label, clickable=name != "mean")
            for name, label in zip(curves, labels, strict=True)
        ]
        known = {name: one for name, one in curves.items() if not np.isnan(one).any()}
        _draw(self.recall, {name: (RECALLS, one) for name, one in known.items()})

    def _figure_picked(self, change: dict[str, object]) -> None:
        if isinstance(change["new"], list):
            self._chosen(float(change["new"][1]))

    def _recall_picked(self, change: dict[str, object]) -> None:
        """The highest threshold with so much recall, of the class of the curve."""
        if not isinstance(change["new"], list) or self._worked is None:
            return
        name, at = change["new"]
        if name == "mean":
            return
        recall = self._worked.of.curves.recall[int(name) + 1]
        enough = np.flatnonzero(recall >= float(at) - 1e-9)
        self._chosen(float(THRESHOLDS[enough[-1]]) if len(enough) else 0.0)


def _draw(
    chart: LineChart, curves: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
) -> None:
    chart.clear()
    for name, (xs, ys) in curves.items():
        chart.extend(name, xs.tolist(), ys.tolist())


def _mean(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the classes that occur."""
    defined = rows[~np.isnan(rows).any(axis=1)]
    return defined.mean(axis=0) if len(defined) else np.full(rows.shape[1], np.nan)

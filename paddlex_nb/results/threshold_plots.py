"""Figures for papers: what a threshold changes, and what each kind of error costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paddlex_nb.core.figure import figure_style, new_figure
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.palette import colour
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.metrics.threshold_curves import THRESHOLDS
from paddlex_nb.results.error_table import SUMS, ErrorTable
from paddlex_nb.results.threshold import FIGURES, Thresholds

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def thresholds_plot(thresholds: Thresholds) -> Figure:
    """Precision, recall and F1 of all classes together over the threshold."""
    with figure_style():
        figure = new_figure(5.0, 3.2)
        axes = figure.add_subplot()
        for number, name in enumerate(FIGURES):
            values = getattr(thresholds.curves, name)[0]
            axes.plot(THRESHOLDS, values, color=colour(number), label=metric_label(name))
        if (best := thresholds.best) is not None:
            axes.axvspan(best.low, best.high, color="0.9", zorder=0)
            axes.axvline(best.threshold, color="0.4", linewidth=1)
        axes.set(xlabel=tr("threshold.score"), xlim=(0, 1), ylim=(0, 1.02))
        axes.set_title(tr("threshold.curves"), loc="left")
        axes.legend(frameon=False, fontsize=8)
    return figure


def errors_plot(errors: ErrorTable) -> Figure:
    """A bar for each kind of error: by how much the AP would rise without it."""
    shown = [one for one in errors if one.kind not in SUMS][::-1]
    with figure_style():
        figure = new_figure(5.0, 2.8)
        axes = figure.add_subplot()
        axes.barh(
            [one.label for one in shown], [100 * (one.lost or 0) for one in shown], color=colour(0)
        )
        axes.set(xlabel=tr("threshold.column.lost"))
        axes.set_title(tr("threshold.errors"), loc="left")
    return figure

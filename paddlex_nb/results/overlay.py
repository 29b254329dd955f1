"""The curves of several runs in one figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import figure_style, new_figure, plain_label
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.palette import colour
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History
from paddlex_nb.runs.places import places, rising

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRAIN_LOSS = "train_loss"

Axis = Literal["step", "epoch", "time"]


def overlaid(history: History, x: Axis, metric: str) -> tuple[list[float], list[float]]:
    """Positions and values of one run's curve, rising; empty if it has none.

    Args:
        history: The run's.
        x: ``step``, ``epoch``, or ``time`` (minutes of work, without those between two jobs).
        metric: A validation metric, or ``train_loss``.
    """
    if metric == TRAIN_LOSS:
        steps, values = history.steps["step"], history.steps["loss"]
    else:
        events = [e for e in history.epochs_done if e.metrics.get(metric) is not None]
        steps = np.array([event.step for event in events])
        values = np.array([event.metrics[metric] for event in events], np.float64)
    xs = places(history, x, history.epochs, steps)
    kept = rising(xs, -np.inf)  # a clock may have been set back
    return xs[kept].tolist(), values[kept].tolist()


def overlay_plot(
    runs: Sequence[tuple[str, History]], x: Axis = "epoch", metric: str | None = None
) -> Figure:
    """One curve a run.

    Args:
        runs: Name and curves of each.
        x: See `overlaid`.
        metric: See `overlaid`; the main metric of the first run that has one if None.

    Raises:
        UserError: No run has such a curve.
    """
    wanted = metric or next((h.metrics[0] for _, h in runs if h.metrics), TRAIN_LOSS)
    curves = [(name, *overlaid(history, x, wanted)) for name, history in runs]
    if not any(xs for _, xs, _ in curves):
        raise UserError("display.compare.no_curve", metric=wanted)
    with figure_style():
        figure = new_figure(7.0, 4.0)
        axes = figure.subplots()
        for number, (name, xs, ys) in enumerate(curves):
            if xs:
                label = plain_label(name)
                axes.plot(xs, ys, color=colour(number), label=label)
        label = tr("display.training_loss") if wanted == TRAIN_LOSS else metric_label(wanted)
        axes.set(xlabel=tr(f"display.compare.axis.{x}"), ylabel=label)
        axes.legend(frameon=False, fontsize=8)
    return figure

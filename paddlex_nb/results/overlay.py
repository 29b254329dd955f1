"""The curves of several runs in one figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import figure_style, new_figure, plain_label
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.palette import colour
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TRAIN_LOSS = "train_loss"

Axis = Literal["step", "epoch", "time"]


def overlaid(history: History, x: Axis, metric: str) -> tuple[list[float], list[float]]:
    """Positions and values of one run's curve; empty if it has none.

    Args:
        history: The run's.
        x: ``step``, ``epoch``, or ``time`` in minutes since the training began.
        metric: A validation metric, or ``train_loss``.
    """
    begin = history.started or 0.0
    if metric == TRAIN_LOSS:
        steps = history.steps
        if x == "time":
            along = (steps["time"] - begin) / 60
        else:
            each = history.epochs_done[0].step if history.epochs_done else 1
            along = steps["step"] / (each if x == "epoch" else 1)  # epochs are of one length
        return along.tolist(), steps["loss"].tolist()
    events = [e for e in history.epochs_done if e.metrics.get(metric) is not None]
    places = {
        "step": [float(e.step) for e in events],
        "epoch": [float(e.epoch) for e in events],
        "time": [(e.time - begin) / 60 for e in events],
    }
    return places[x], [float(e.metrics[metric] or 0) for e in events]


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

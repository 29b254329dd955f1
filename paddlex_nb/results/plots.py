"""Figures for papers: the confusion matrix of an evaluation, the curves of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.figure import figure_style, new_figure, plain_label
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.palette import colour
from paddlex_nb.metrics.names import metric_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.runs.history import History

_NAMED = 40
"""Classes whose names and numbers can be read in a figure."""


def matrix_plot(
    matrix: NDArray[np.int64],
    classes: Sequence[str],
    normalize: Literal["true", "pred"] | None = None,
) -> Figure:
    """Draw a confusion matrix.

    Args:
        matrix: Counts of shape (n, n); rows are the truth.
        classes: Names of the first rows; what follows is the background.
        normalize: ``true`` for shares of each row, ``pred`` for shares of each column.

    Raises:
        UserError: ``normalize`` is something else.
    """
    if normalize not in (None, "true", "pred"):
        raise UserError("display.no_such_share", name=str(normalize))
    values: NDArray[Any] = matrix
    if normalize is not None:
        sums = matrix.sum(axis=1 if normalize == "true" else 0, keepdims=True)
        values = matrix / np.maximum(sums, 1)
    names = [*map(plain_label, classes), tr("display.background")][: len(matrix)]
    side = min(14.0, max(3.2, 1.6 + 0.42 * len(names)))
    with figure_style():
        figure = new_figure(side + 0.6, side)
        figure.set_layout_engine("constrained")  # names of any length are not cut
        axes = figure.add_subplot()
        drawn = axes.imshow(values, cmap="Blues", vmin=0, vmax=1 if normalize else None)
        if len(names) <= _NAMED:
            axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
            axes.set_yticks(range(len(names)), names)
            _write_values(axes, values)
        axes.set_xlabel(tr("display.predicted"))
        axes.set_ylabel(tr("display.truth"))
        axes.set_title(tr("display.matrix"), loc="left")
        figure.colorbar(drawn, ax=axes, fraction=0.046)
    return figure


def _write_values(axes: Any, values: NDArray[Any]) -> None:
    half = float(values.max()) / 2 if values.size else 0.0
    for (row, column), value in np.ndenumerate(values):
        text = f"{value:.2f}" if values.dtype.kind == "f" else _short(int(value))
        ink = "white" if value > half else "black"
        axes.text(column, row, text, ha="center", va="center", color=ink, fontsize=7)


def _short(count: int) -> str:
    """A count that fits a small cell: 950, 12k, 3.4M; as the page writes it."""
    for least, unit, one in ((10**9, "G", 10**9), (10**6, "M", 10**6), (10**4, "k", 10**3)):
        if count >= least:
            share = count / one
            return f"{share:.0f}{unit}" if share >= 10 else f"{share:.1f}".removesuffix(".0") + unit
    return str(count)


def curves_plot(history: History, name: str) -> Figure:
    """Training loss over steps, and the validation metrics over epochs.

    Args:
        history: The curves.
        name: What the run is called.

    Raises:
        UserError: There is no curve yet.
    """
    if not len(history.steps) and not history.epochs_done:
        raise UserError("display.no_curves", run=name)
    metrics = [metric for metric in history.metrics if metric != "loss"]
    with figure_style():
        figure = new_figure(8.0, 3.2)
        loss, judged = figure.subplots(1, 2)
        steps = history.steps
        label = tr("display.training_loss")
        loss.plot(steps["step"], steps["loss"], color=colour(0), label=label)
        if "loss" in history.metrics:
            known = [e for e in history.epochs_done if e.metrics.get("loss") is not None]
            values = [e.metrics["loss"] for e in known]
            label = tr("display.validation_loss")
            loss.plot([e.step for e in known], values, "o-", color=colour(1), label=label)
        loss.set(xlabel=tr("display.step"), ylabel=tr("display.loss"))
        loss.legend(frameon=False)
        for number, metric in enumerate(metrics[:6]):
            epochs, values_of = history.curve(metric)
            judged.plot(
                epochs, values_of, "o-", ms=3, color=colour(number), label=metric_label(metric)
            )
        judged.set(xlabel=tr("display.epochs"), ylim=(0, 1.02))
        if metrics:
            judged.legend(frameon=False, fontsize=7)
        title = tr("display.curves", run=plain_label(name))
        figure.suptitle(title, fontsize=10, ha="left", x=0.01)
    return figure

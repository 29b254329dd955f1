"""The figures of an evaluation as markup: headline, all of them, by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.text import interval_text
from paddlex_nb.metrics.figure_intervals import FigureInterval, FigureIntervals, overall_figures
from paddlex_nb.metrics.names import metric_definition, metric_label
from paddlex_nb.widgets.app.toolkit import bar, data_table, esc, number

HEADLINE = (
    *("top1", "precision", "recall", "f1", "auc"),
    *("map", "ap50", "ap75", "ar100"),
    *("mask_map", "mask_ap50", "mask_ap75", "box_map", "box_ap50"),
    *("miou", "accuracy", "kappa", "dice"),
)
"""Figures in large print, of whatever task; the others are listed below."""

Figures = dict[str, float | None]


def headline(metrics: Figures, intervals: FigureIntervals | None = None) -> str:
    """The main figures; what they mean on hover.

    Args:
        metrics: All figures.
        intervals: Those that are known; None while they are not.
    """
    known = intervals or {}
    metrics = overall_figures(metrics, known)
    shown = [name for name in metrics if name in HEADLINE] or list(metrics)[:5]
    tiles = "".join(
        f'<div class="pxnb-figure" data-metric="{esc(name)}" '
        f'title="{esc(metric_definition(name))}"><b>{_written(metrics[name])}</b>'
        f"<span>{esc(metric_label(name))}</span>{_between(known.get((name, None)))}</div>"
        for name in shown
    )
    return f'<div class="pxnb-figures">{tiles}</div>'


def definitions(metrics: Figures, others: Sequence[str] = ()) -> str:
    """All figures with their values and what they mean, folded away."""
    values = {**dict.fromkeys(others), **metrics}
    rows = [
        [
            f"<b>{esc(metric_label(name))}</b>",
            f"{_written(values[name]) if name in metrics else ''}",
            f'<span class="pxnb-wrap pxnb-muted">{esc(metric_definition(name))}</span>',
        ]
        for name in [*metrics, *(name for name in others if name not in metrics)]
    ]
    title = esc(tr("wizard.evaluation.definitions"))
    head = ["", tr("wizard.evaluation.value"), tr("wizard.evaluation.meaning")]
    table = data_table(head, rows, numbers_from=9)
    return f'<details class="pxnb-definitions"><summary>{title}</summary>{table}</details>'


def by_class(rows: list[dict[str, Any]], intervals: FigureIntervals | None = None) -> str:
    """A table with a line for each class.

    Args:
        rows: The figures of each.
        intervals: Those that are known; None while they are not.
    """
    columns = [name for name in rows[0] if name != "class"]
    known = intervals or {}

    def cell(row: dict[str, Any], name: str) -> str:
        shown = _cell(row[name], barred=name == columns[0])
        return shown + _between(known.get((name, row["class"])))

    return data_table(
        [tr("wizard.split.class"), *map(metric_label, columns)],
        [[esc(row["class"]), *(cell(row, name) for name in columns)] for row in rows],
    )


def _between(interval: FigureInterval | None) -> str:
    """Markup of an interval; nothing where it is not known, or has no width."""
    if interval is None or interval.low is None or interval.high is None:
        return ""
    limits = interval_text(interval.low, interval.high)
    if not limits:
        return ""
    title = esc(tr("wizard.evaluation.interval"))
    return f'<small class="pxnb-interval" title="{title}">{limits}</small>'


def _cell(value: float | None, *, barred: bool) -> str:
    if isinstance(value, float) and barred:
        return f"{bar(value)}{number(value)}"
    return _written(value)


def _written(value: float | None) -> str:
    return "–" if value is None else number(value)

"""The figures of a run in large print."""

from __future__ import annotations

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History
from paddlex_nb.widgets.app.toolkit import esc, number


def figures(history: History, epochs: int, *, active: bool) -> str:
    """Markup of the figures in large print."""
    shown = []
    if history.best is not None:
        best = history.best
        name = tr("wizard.training.best", metric=metric_label(best.metric), epoch=best.epoch)
        shown.append(("–" if best.value is None else number(best.value), name))
    shown.append((f"{history.epoch} / {epochs}", tr("wizard.training.epochs")))
    if history.rate:
        shown.append((f"{history.rate:.1f}", tr("wizard.training.rate")))
    if history.elapsed and not active:  # while it goes on, the progress tells
        shown.append((duration_text(history.elapsed), tr("wizard.training.elapsed")))
    tiles = "".join(
        f'<div class="pxnb-figure"><b>{esc(value)}</b><span>{esc(label)}</span></div>'
        for value, label in shown
    )
    return f'<div class="pxnb-figures">{tiles}</div>'

"""The table of a run's epochs."""

from __future__ import annotations

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.jobs.events import Epoch
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History
from paddlex_nb.widgets.app.toolkit import data_table, esc, number

_ROWS = 100
"""Rows that are shown at once: the newest, and the best."""


def epochs_table(history: History) -> str:
    """Markup of the epochs, the newest first, with the best one marked."""
    events = history.epochs_done
    if not events:
        return f"<p class=pxnb-muted>{esc(tr('wizard.training.table.empty'))}</p>"
    best = history.best.epoch if history.best and history.best.value is not None else 0
    shown = [event for event in events[:-_ROWS] if event.epoch == best] + events[-_ROWS:]
    head = [
        tr("wizard.training.table.epoch"),
        tr("wizard.training.table.loss"),
        *(metric_label(name) for name in history.metrics),
        tr("wizard.training.table.seconds"),
    ]
    lines = [_cells(event, history.metrics, best=best) for event in reversed(shown)]
    older = len(events) - len(shown)
    note = f"<p class=pxnb-muted>{esc(tr('wizard.training.table.older', count=older))}</p>"
    return data_table(head, lines, scrolls=True) + (note if older else "")


def _cells(event: Epoch, metrics: list[str], *, best: int) -> list[str]:
    mark = f" ★ {esc(tr('wizard.training.table.best'))}" if event.epoch == best else ""
    name = f"<b>{event.epoch}{mark}</b>" if mark else str(event.epoch)
    values = (event.metrics.get(metric) for metric in metrics)
    return [
        name,
        number(event.loss, 4),
        *("–" if value is None else number(value) for value in values),
        esc(duration_text(event.seconds)),
    ]

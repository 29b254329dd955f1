"""A run as a row of the table."""

from __future__ import annotations

import time
from collections.abc import Mapping

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.toolkit import number
from paddlex_nb.widgets.parts import Cell, Column, Row
from paddlex_nb.widgets.parts.record_table import Kind

_STAR = "★"


def columns() -> list[Column]:
    """The columns, in the current language."""
    kinds: dict[str, Kind] = {
        "star": "star", "name": "text", "state": "state", "best": "number", "epochs": "number",
        "model": "text", "dataset": "text", "duration": "number", "created": "number",
        "user": "text", "tags": "text",
    }  # fmt: skip
    return [Column(name, tr(f"wizard.runs.column.{name}"), kind) for name, kind in kinds.items()]


def row_of(run: Run, datasets: Mapping[str, str]) -> tuple[Row, bool] | None:
    """The row of a run, and whether its training is under way; None if it cannot be read.

    Args:
        run: The run.
        datasets: Names of the data sets by id.
    """
    try:
        record = run.record
    except UserError:  # damaged or deleted since; the list of the data page names it
        return None
    status, summary = run.status, run.summary
    best = summary.best
    planned = record.params.get("epochs")
    epochs = summary.epochs or (planned if isinstance(planned, int) else 0)
    dataset = datasets.get(record.dataset, tr("wizard.runs.dataset_gone", id=record.dataset))
    if record.dataset_version:
        dataset = tr("wizard.runs.dataset_version", name=dataset, version=record.dataset_version)
    where = f"{record.user}@{record.host}" if record.user else ""
    created = time.strftime("%Y-%m-%d %H:%M", time.localtime(record.created))
    score = "–" if best is None or best.value is None else number(best.value)
    cells = (
        Cell(_STAR if record.starred else "", 0.0 if record.starred else 1.0),
        Cell(record.name, record.name),
        Cell(tr(f"jobs.state.{status.state}"), status.state.value),
        Cell(
            f"{metric_label(best.metric)} {score}" if best is not None else "–",
            None if best is None else best.value,
        ),
        Cell(f"{summary.epoch}/{epochs}" if epochs else str(summary.epoch), summary.epoch),
        Cell(record.model, record.model),
        Cell(dataset, dataset),
        Cell(duration_text(summary.seconds) if summary.seconds else "–", summary.seconds or None),
        Cell(created, record.created),
        Cell(where, where),
        Cell(", ".join(record.tags), ", ".join(record.tags)),
    )
    return Row(run.id, cells, f"{record.note} {status.reason or ''}"), status.state.active

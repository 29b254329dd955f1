"""What is said of a run wherever it stands in one line."""

from __future__ import annotations

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import columns
from paddlex_nb.jobs.job import JobStatus
from paddlex_nb.results.base import MetricValue
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.runs.summary import RunSummary

RUN_COLUMNS = ("run", "name", "dataset", "model", "state", "epoch", "best")
"""What is said of a run in a line, by the ends of the headings' keys."""


def run_facts(
    name: str, record: RunRecord, status: JobStatus, summary: RunSummary
) -> list[tuple[str, object]]:
    """A run in a line of every list: headings in the user's language, and what stands below.

    Args:
        name: Id of the run.
        record: What it is.
        status: How its training stands.
        summary: How far it has come.
    """
    best = summary.best
    values = (
        name,
        record.name,
        record.dataset,
        record.model,
        tr(f"jobs.state.{status.state}"),
        f"{summary.epoch}/{summary.epochs or record.params.get('epochs', '–')}",
        "–" if best is None else str(MetricValue(best.metric, best.value)),
    )
    return list(zip(columns(*RUN_COLUMNS), values, strict=True))

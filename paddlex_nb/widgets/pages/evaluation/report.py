"""The report of an evaluation: written into the workspace, and offered to the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.evaluation.evaluated import of_photos
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.pages.file_buttons import FileButton, FileButtons


def report_buttons(run: Run, result: dict[str, Any], do: Callable[[Call], None]) -> FileButtons:
    """Buttons for the report as a page and as tables.

    Args:
        run: The run.
        result: The evaluation as plain JSON.
        do: Has work done on the event loop.
    """
    write = partial(_write, run, Evaluation.from_dict(result))
    return FileButtons(
        FileButton("report", tr("wizard.evaluation.report"), partial(write, ".html")),
        FileButton("report-tables", tr("wizard.evaluation.report_tables"), partial(write, ".xlsx")),
        do=do,
    )


def _write(run: Run, evaluation: Evaluation, suffix: str) -> Path:
    photos = "-photos" if of_photos(evaluation.data) else ""
    name = f"{run.id}-{evaluation.split}-{evaluation.checkpoint}{photos}{suffix}"
    return run.report(evaluation, RunFolder(run.folder).workspace.exports / name)

"""A data set as a row of the table."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import size_text
from paddlex_nb.dataset import Dataset
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.disk_meter import DiskMeter
from paddlex_nb.widgets.parts import Cell, Column, Row
from paddlex_nb.widgets.parts.record_table import Kind


class RunCounts:
    """How many runs each data set has; the record of a run is read once."""

    def __init__(self) -> None:
        self._datasets: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def look(self, runs: Sequence[Run]) -> None:
        """Count the runs that there are now."""
        known, self._datasets = self._datasets, {}
        for run in runs:
            with suppress(UserError):  # a damaged one is of no data set
                self._datasets[run.id] = known.get(run.id) or run.record.dataset
        self._counts = Counter(self._datasets.values())

    def of(self, dataset: Dataset) -> int:
        """The runs of a data set, archived ones too."""
        return self._counts[dataset.id]


def columns() -> list[Column]:
    """The columns, in the current language."""
    kinds: dict[str, Kind] = {
        "name": "text", "task": "text", "images": "number", "classes": "number",
        "disk": "number", "runs": "number", "created": "number",
    }  # fmt: skip
    return [Column(name, tr(f"wizard.sets.column.{name}"), kind) for name, kind in kinds.items()]


def row_of(dataset: Dataset, disk: DiskMeter, runs: RunCounts) -> Row | None:
    """The row of a data set; None if it is not ready or cannot be read.

    Args:
        dataset: The data set.
        disk: Knows how much disk it takes, if that was measured already.
        runs: Knows how many runs it has.
    """
    try:
        record = dataset.record
    except UserError:  # damaged or deleted since; the page names it
        return None
    if not record.ready:
        return None
    size, count = disk.size(dataset.folder), runs.of(dataset)
    task = tr(f"data.task.{record.task}")
    created = time.strftime("%Y-%m-%d %H:%M", time.localtime(record.created))
    cells = (
        Cell(record.name, record.name),
        Cell(task, task),
        Cell(f"{record.images:,}", record.images),
        Cell(f"{len(record.classes):,}", len(record.classes)),
        Cell("…" if size is None else size_text(size), size),
        Cell(f"{count:,}", count),
        Cell(created, record.created),
    )
    # found by its format and classes as well
    search = [dataset.id, tr(f"formats.{record.format}"), *record.classes[:100]]
    return Row(dataset.id, cells, " ".join(search))

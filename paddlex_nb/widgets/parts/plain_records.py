"""A `RecordTable` as a list of core ipywidgets."""

from __future__ import annotations

import ipywidgets

from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.parts.record_table import RecordTable

_LINES = 14
"""Lines that are seen at once."""


class PlainRecords:
    """A list with one line a row, from which one or several may be chosen.

    Args:
        table: What to show.
    """

    def __init__(self, table: RecordTable) -> None:
        self.table = table
        kind = ipywidgets.Select if table.single else ipywidgets.SelectMultiple
        self.widget = kind(rows=_LINES, layout={"width": "auto"})
        self._drawn = -1
        self._own_changes = OwnChanges()
        self.widget.observe(lambda change: self._choose(change["new"]), "value")

    def refresh(self, now: float) -> None:  # noqa: ARG002  drawing has no rate to keep
        """Draw if something changed."""
        if self.table.revision == self._drawn:
            return
        self._drawn = self.table.revision
        options = [
            (" · ".join(cell.text for cell in row.cells if cell.text), row.id)
            for row in self.table.rows
        ]
        with self._own_changes:  # other options take the choice away
            if list(self.widget.options) != options:
                self.widget.options = options
            chosen = tuple(self.table.selected)
            self.widget.value = next(iter(chosen), None) if self.table.single else chosen

    def _choose(self, value: str | tuple[str, ...] | None) -> None:
        ids = [value] if isinstance(value, str) else list(value or ())
        if not self._own_changes and set(ids) != set(self.table.selected):
            self.table.selected = ids

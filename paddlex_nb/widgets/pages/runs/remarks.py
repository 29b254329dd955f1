"""Name, note and tags of one run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import column, row, styled
from paddlex_nb.widgets.pages.base import Page


class Remarks:
    """Fields that keep what is typed as soon as they are left.

    Args:
        page: The page that they are on.
        changed: Told which runs are to be read anew.

    Attributes:
        widget: What to show.
    """

    def __init__(self, page: Page, changed: Callable[[Sequence[Run]], None]) -> None:
        self._page = page
        self._changed = changed
        self._run: Run | None = None
        self._own_changes = OwnChanges()
        self._name = self._field(w.Text, "name")
        self._tags = self._field(w.Text, "tags")
        self._note = self._field(w.Textarea, "note")
        self.widget = column(row(self._name, self._tags), self._note, classes=["remarks"])

    def _field(self, kind: type[w.Widget], name: str) -> w.Widget:
        field = styled(
            kind(
                description=tr(f"wizard.runs.column.{name}"),
                placeholder=tr(f"wizard.runs.{name}_hint"),
                continuous_update=False,
            ),
            "field",
            f"remark-{name}",
        )
        field.observe(lambda change: self._typed(name, change["new"]), "value")
        return field

    def show(self, run: Run | None) -> None:
        """Turn to another run; None hides the fields."""
        self._run = run
        self.widget.layout.display = "none" if run is None else ""
        if run is None:
            return
        record = run.record
        with self._own_changes:
            self._name.value = record.name
            self._tags.value = ", ".join(record.tags)
            self._note.value = record.note

    def _typed(self, name: str, value: str) -> None:
        run = self._run
        if self._own_changes or run is None:
            return

        def keep() -> None:
            if name == "name":
                run.rename(value)
            elif name == "note":
                run.annotate(note=value)
            else:
                run.annotate(tags=[tag for tag in re.split(r"[,，;；]", value) if tag.strip()])
            self._changed([run])

        self._page.do(keep)

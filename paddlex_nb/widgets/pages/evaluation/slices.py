"""The section of slices: the main figure by parts of the images."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.explore import Query
from paddlex_nb.data.explore.query import replaced
from paddlex_nb.evaluation.evaluated import of_photos
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.slices import Slice, Slices, figure_text, verdict_text
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.toolkit import card, styled, text
from paddlex_nb.widgets.pages.evaluation.section import Section
from paddlex_nb.widgets.parts import Hosted, RecordTable
from paddlex_nb.widgets.parts.record_table import Cell, Column, Row


class SlicesSection(Section):
    """A row for each slice; choosing one shows its images, those with most errors first."""

    name = "slices"

    def content(self) -> Sequence[w.Widget]:
        """The table; measuring how images look takes time, and goes on aside."""
        self._slices = Slices()
        names = ("kind", "slice", "images", "value", "rest", "verdict")
        self._table = RecordTable(
            title=tr("wizard.evaluation.section.slices"),
            columns=[
                Column(
                    name,
                    tr(f"display.slices.{name}"),
                    "number" if name in {"images", "value", "rest"} else "text",
                )
                for name in names
            ],
            single=True,
        )
        self._table.observe(lambda _: self.shown.do(self._choose), "selected")
        shown = Hosted(self._table)
        self.hosted = [shown]
        self._note = text(tr("wizard.evaluation.slices.reading"), "muted", "note")
        own = self.shown.evaluation
        # what is looked for on the preview page is looked for among tiles
        of_tiles = not of_photos(self.shown.result)
        queries = preview_query(self.shown.state.query) if of_tiles else {}
        aside(self.shown.do, lambda: own.slices(queries=queries), self._show, self._failed)
        return [card("", styled(shown, "slices"), self._note)]

    def _show(self, slices: Slices) -> None:
        self._slices = slices
        self._table.show([_row(place, one) for place, one in enumerate(slices)])
        how = tr("display.slices.how", metric=metric_label(slices[0].metric)) if slices else ""
        self._note.value = text(how).value

    def _failed(self) -> None:
        self._note.value = ""

    def _choose(self) -> None:
        chosen = self._table.selected
        if not chosen:
            self.shown.pictures.leave_choice(self._leave)
            return
        one = self._slices[int(chosen[0])]
        self.shown.pictures.show_images(one.rows, one.label, left=self._leave)

    def _leave(self) -> None:
        self._table.selected = []


def preview_query(query: Query) -> dict[str, Query]:
    """What is looked for on the preview page, by name; nothing if that is everything there."""
    asked = replaced(query, sort="order", descending=False)
    return {} if asked == Query() else {tr("wizard.evaluation.slices.preview"): query}


def _row(place: int, one: Slice) -> Row:
    cells = (
        Cell(tr(f"display.slices.{one.kind}"), one.kind),
        Cell(one.name, one.name),
        Cell(f"{one.images:,}", one.images),
        Cell(figure_text(one), _order(one.value)),
        Cell("–" if np.isnan(one.rest) else f"{one.rest:.3f}", _order(one.rest)),
        Cell(verdict_text(one), 0 if one.worse else 1),
    )
    return Row(str(place), cells)


def _order(value: float) -> float | None:
    return None if np.isnan(value) else value

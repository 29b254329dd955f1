"""Counts as bars, columns or cells, of which some can be chosen."""

from __future__ import annotations

from html import escape

import ipywidgets
import traitlets

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.parts.base import Part, StandIn

_MOST_LINES = 12


class StatPlot(Part):
    """A plot whose bars, columns or cells choose: whoever shows it observes ``selected``.

    Args:
        **traits: ``kind`` (``bars`` with names, ``columns`` of a histogram, or ``cells`` of a
            table), ``title``, ``x_label`` (what is counted), ``labels`` (names of bars, or of the
            rows and columns of cells; untrusted text), ``edges`` (where columns begin, and where
            the last ends), ``totals`` and ``counts`` (all, and those chosen elsewhere),
            ``selected`` (places chosen here; of columns one run), ``class_ids`` (classes whose
            colours bars have) and ``across`` (cells in a row).
    """

    bundle = "stat_plot"
    text_keys = ("cell_place", "clear")

    kind = traitlets.Enum(["bars", "columns", "cells"], "bars").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    x_label = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    edges = traitlets.List(traitlets.Float()).tag(sync=True)
    totals = traitlets.List(traitlets.Int()).tag(sync=True)
    counts = traitlets.List(traitlets.Int()).tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)
    class_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    across = traitlets.Int(1, min=1).tag(sync=True)

    @property
    def places(self) -> list[int]:
        """The chosen places that there are."""
        return sorted({at for at in self.selected if 0 <= at < len(self.totals)})

    def stand_in(self) -> StandIn:
        """The largest counts as text."""
        return _PlainPlot(self)

    def __repr__(self) -> str:
        return self.title


class _PlainPlot:
    """The largest counts, a line each."""

    def __init__(self, plot: StatPlot) -> None:
        self._plot = plot
        self._drawn = -1
        self.widget = ipywidgets.HTML()

    def refresh(self, now: float) -> None:  # noqa: ARG002  it is quick
        """Send what changed since the last drawing."""
        plot = self._plot
        if self._drawn == plot.revision:
            return
        self._drawn = plot.revision
        lines = [(n, at) for at, n in enumerate(plot.totals) if n]
        if plot.kind != "columns":
            lines = sorted(lines, key=lambda line: -line[0])[:_MOST_LINES]
        items = "".join(f"<li>{escape(self._name(at))}: {n:,}</li>" for n, at in lines)
        self.widget.value = f"<b>{escape(plot.title)}</b><ul>{items}</ul>"

    def _name(self, at: int) -> str:
        plot = self._plot
        if plot.kind == "columns":
            return f"{plot.edges[at]:.4g} – {plot.edges[at + 1]:.4g}"
        if plot.kind == "bars":
            return plot.labels[at]
        row, column = divmod(at, plot.across)
        if not plot.labels:
            return tr("parts.cell_place", row=row + 1, column=column + 1)
        return " + ".join(dict.fromkeys((plot.labels[row], plot.labels[column])))

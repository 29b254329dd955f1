"""The statistics of a data set as plots whose bars and cells choose images."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.explore import (
    Bars,
    Catalogue,
    Histogram,
    Match,
    Query,
    cells,
    class_bars,
    pairs,
    split_bars,
)
from paddlex_nb.data.explore.columns import Mask
from paddlex_nb.data.explore.counting import GRID
from paddlex_nb.data.explore.query import OBJECT_QUANTITIES, replaced
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.own_changes import OwnChanges
from paddlex_nb.widgets.app.toolkit import styled
from paddlex_nb.widgets.parts import Hosted, StatPlot

_SPLITS = (*SPLITS, "none")
_NAMES = ("classes", "split", "width", "aspect_ratio", "objects", "object_side", "object_aspect",
          "cells", "pairs")  # fmt: skip
_KINDS = {"classes": "bars", "split": "bars", "cells": "cells", "pairs": "cells"}
_MOST_PAIRED = 16
"""Classes of the table of pairs: the most frequent."""


class Analysis:
    """Plots of a data set that show, and change, what is looked for.

    Args:
        catalogue: The data set.
        do: Has work done on the event loop.
        changed: Told the new query.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self, catalogue: Catalogue, do: Callable[[Call], None], changed: Callable[[Query], None]
    ) -> None:
        self._do, self._changed = do, changed
        self._catalogue, self._query = catalogue, Query()
        self._own_changes = OwnChanges()
        measured = self._measured()
        self._plots = {name: _plot(name) for name, bars in measured.items() if any(bars.totals)}
        self._fill(measured)
        for name, plot in self._plots.items():
            plot.observe(lambda _, name=name: self._choose(name), "selected")
        self._hosted = [styled(Hosted(plot), "plot-box") for plot in self._plots.values()]
        self.widget = styled(w.Box(self._hosted), "analysis")

    def _measured(self) -> dict[str, Bars]:
        """All that there is, by the names of plots; those with nothing to show have no totals."""
        everything = np.ones(len(self._catalogue), np.bool_)
        totals = class_bars(self._catalogue, everything).totals
        order = sorted(range(len(totals)), key=lambda number: -totals[number])
        shown = sorted(number for number in order[:_MOST_PAIRED] if totals[number])
        self._paired = shown if self._several() else []
        columns = [name for name in _NAMES if name not in _KINDS]
        self._histograms = {name: Histogram(self._catalogue, name) for name in columns}
        return {name: self._bars(name, everything) for name in _NAMES}

    def _several(self) -> bool:
        """Whether any image holds more than one class."""
        images, _ = self._catalogue.present
        return bool((images[1:] == images[:-1]).any())

    def _fill(self, measured: dict[str, Bars]) -> None:
        names = self._catalogue.classes
        for name, plot in self._plots.items():
            with plot.hold_sync():
                if name == "classes":
                    plot.labels, plot.class_ids = names, list(range(len(names)))
                if name == "pairs":
                    plot.labels = [names[number] for number in self._paired]
                    plot.across = max(1, len(self._paired))
                plot.edges, plot.totals = measured[name].edges, measured[name].totals

    def tick(self, now: float) -> None:
        """Let the plots' stand-ins come in where they are needed."""
        for hosted in self._hosted:
            hosted.tick(now)

    def show(self, catalogue: Catalogue, query: Query) -> None:
        """Show what is looked for: each plot counts what its own choice does not exclude."""
        known, self._catalogue, self._query = self._catalogue, catalogue, query
        with self._own_changes:
            if catalogue is not known:  # the data set was changed
                self._fill(self._measured())
            matching = catalogue.fits(query)
            for name, plot in self._plots.items():
                others, selected = self._apart(name, plot)
                bars = self._bars(name, matching if others == query else catalogue.fits(others))
                with plot.hold_sync():
                    plot.counts, plot.selected = bars.counts, selected

    def _bars(self, name: str, selected: Mask) -> Bars:
        match name:
            case "classes":
                return class_bars(self._catalogue, selected)
            case "split":
                return split_bars(self._catalogue, selected)
            case "cells":
                return cells(self._catalogue, selected)
            case "pairs":
                return pairs(self._catalogue, selected, self._paired)
        return self._histograms[name].bars(selected)

    def _apart(self, name: str, plot: StatPlot) -> tuple[Query, list[int]]:
        """The query without what a plot chooses, and what it has chosen."""
        query = self._query
        match name:
            case "classes":
                return replaced(query, classes=()), list(query.classes)
            case "split":
                selected = [_SPLITS.index(query.split)] if query.split else []
                return replaced(query, split=""), selected
            case "cells":
                place = [query.cell[0] * GRID + query.cell[1]] if query.cell else []
                return replaced(query, cell=None), place
            case "pairs":
                both = [self._paired.index(n) for n in query.classes if n in self._paired]
                alone = query.match is Match.ALL and 0 < len(both) == len(query.classes) <= 2
                places = [both[0] * len(self._paired) + both[-1]] if alone else []
                return (replaced(query, classes=()) if alone else query), places
        ranges = {key: limits for key, limits in query.ranges.items() if key != name}
        return replaced(query, ranges=ranges), _columns(plot.edges, query.ranges.get(name))

    def _choose(self, name: str) -> None:
        if not self._own_changes:
            self._do(lambda: self._changed(self._with(name)))

    def _with(self, name: str) -> Query:
        """The query with what a plot has chosen."""
        query, places = self._query, self._plots[name].places
        match name:
            case "classes":
                match_ = query.match if len(places) > 1 else Match.ANY
                return replaced(query, classes=tuple(places), match=match_)
            case "split":
                return replaced(query, split=_SPLITS[places[-1]] if places else "")
            case "cells":
                cell = divmod(places[0], GRID) if places else None
                return replaced(query, cell=cell)
            case "pairs":
                both = divmod(places[0], len(self._paired)) if places else ()
                wanted = tuple(dict.fromkeys(self._paired[place] for place in both))
                return replaced(query, classes=wanted, match=Match.ALL if places else Match.ANY)
        ranges = {key: limits for key, limits in query.ranges.items() if key != name}
        if places:
            edges = self._plots[name].edges
            last = edges[places[-1] + 1]
            # a bin ends before the next one begins; the last one has its end
            most = last if places[-1] + 2 == len(edges) else float(np.nextafter(last, -np.inf))
            ranges[name] = (edges[places[0]], most)
        return replaced(query, ranges=ranges)


def _plot(name: str) -> StatPlot:
    """A plot that is still empty; all but those of other kinds are histograms of a quantity."""
    of_objects = name == "cells" or name in OBJECT_QUANTITIES
    return StatPlot(
        kind=_KINDS.get(name, "columns"),
        title=tr(f"browse.plot.{name}" if name in _KINDS else f"browse.quantity.{name}"),
        x_label=tr("browse.objects" if of_objects else "browse.images"),
        labels=[tr(f"browse.split.{split}") for split in _SPLITS] if name == "split" else [],
        across=GRID if name == "cells" else 1,
    )


def _columns(edges: list[float], limits: tuple[float, float] | None) -> list[int]:
    """The columns that lie within limits."""
    if limits is None:
        return []
    return [
        at
        for at in range(len(edges) - 1)
        if edges[at] >= limits[0] and np.nextafter(edges[at + 1], -np.inf) <= limits[1]
    ]

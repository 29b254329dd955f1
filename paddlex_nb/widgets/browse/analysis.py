"""The statistics of a data set as plots whose bars and cells choose images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w
import numpy as np

from paddlex_nb.data.browse import (
    Bars,
    Catalogue,
    Match,
    Query,
    bins,
    cells,
    class_bars,
    pairs,
    split_bars,
)
from paddlex_nb.data.browse.query import OBJECT_QUANTITIES, replaced
from paddlex_nb.data.records import SPLITS
from paddlex_nb.data.statistics import GRID
from paddlex_nb.i18n import tr
from paddlex_nb.widgets.parts import Hosted, StatPlot
from paddlex_nb.widgets.pump import Call
from paddlex_nb.widgets.toolkit import styled

_SPLITS = (*SPLITS, "none")
_MOST_PAIRED = 16
"""Classes of the table of pairs: the most frequent."""


class Analysis:
    """Plots of a data set that show, and change, what is looked for.

    Args:
        catalogue: The data set.
        do: Has work done on the pump.
        changed: Told the new query.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self, catalogue: Catalogue, do: Callable[[Call], None], changed: Callable[[Query], None]
    ) -> None:
        self._do, self._changed = do, changed
        self._catalogue, self._query = catalogue, Query()
        self._quiet = False
        everything = np.ones(len(catalogue), np.bool_)
        images, objects = tr("browse.images"), tr("browse.objects")
        names = catalogue.classes
        self._plots: dict[str, StatPlot] = {
            "classes": StatPlot(
                title=tr("browse.plot.classes"),
                x_label=images,
                labels=names,
                class_ids=list(range(len(names))),
                totals=class_bars(catalogue, everything).totals,
            ),
            "split": StatPlot(
                title=tr("browse.plot.split"),
                x_label=images,
                labels=[tr(f"browse.split.{name}") for name in _SPLITS],
                totals=split_bars(catalogue, everything).totals,
            ),
        }
        has_objects = len(catalogue.object_images) > 0
        quantities = ["width", "aspect_ratio"]
        if has_objects:
            quantities += ["objects", "object_side", "object_aspect"]
        for name in quantities:
            if found := bins(catalogue, name, everything):
                self._plots[name] = StatPlot(
                    kind="columns",
                    title=tr(f"browse.quantity.{name}"),
                    x_label=objects if name in OBJECT_QUANTITIES else images,
                    edges=found.edges,
                    totals=found.totals,
                )
        if has_objects:
            self._plots["cells"] = StatPlot(
                kind="cells",
                title=tr("browse.plot.cells"),
                x_label=objects,
                across=GRID,
                totals=cells(catalogue, everything).totals,
            )
        self._paired = self._most_frequent()
        if len(self._paired) > 1 and self._several():
            self._plots["pairs"] = StatPlot(
                kind="cells",
                title=tr("browse.plot.pairs"),
                x_label=images,
                labels=[names[number] for number in self._paired],
                across=len(self._paired),
                totals=pairs(catalogue, everything, self._paired).totals,
            )
        for name, plot in self._plots.items():
            plot.observe(lambda _, name=name: self._choose(name), "selected")
        self._hosted = [styled(Hosted(plot), "plot-box") for plot in self._plots.values()]
        self.widget = styled(w.Box(self._hosted), "analysis")

    def _most_frequent(self) -> list[int]:
        totals = class_bars(self._catalogue, np.ones(len(self._catalogue), np.bool_)).totals
        order = sorted(range(len(totals)), key=lambda number: -totals[number])
        return sorted(number for number in order[:_MOST_PAIRED] if totals[number])

    def _several(self) -> bool:
        """Whether any image shows more than one class."""
        images, _ = self._catalogue.present
        return len(np.unique(images)) < len(images)

    def tick(self, now: float) -> None:
        """Let the plots' stand-ins come in where they are needed."""
        for hosted in self._hosted:
            hosted.tick(now)

    def show(self, catalogue: Catalogue, query: Query) -> None:
        """Show what is looked for: each plot counts what its own choice does not exclude."""
        self._catalogue, self._query = catalogue, query
        self._quiet = True
        try:
            for name, plot in self._plots.items():
                others, selected = self._apart(name, plot)
                bars = self._bars(name, catalogue.fits(others))
                with plot.hold_sync():
                    plot.counts, plot.selected = bars.counts, selected
        finally:
            self._quiet = False

    def _bars(self, name: str, chosen: Any) -> Bars:
        match name:
            case "classes":
                return class_bars(self._catalogue, chosen)
            case "split":
                return split_bars(self._catalogue, chosen)
            case "cells":
                return cells(self._catalogue, chosen)
            case "pairs":
                return pairs(self._catalogue, chosen, self._paired)
        edges = self._plots[name].edges
        return bins(self._catalogue, name, chosen, edges) or Bars([], [], [])

    def _apart(self, name: str, plot: StatPlot) -> tuple[Query, list[int]]:
        """The query without what a plot chooses, and what it has chosen."""
        query = self._query
        match name:
            case "classes":
                return replaced(query, classes=()), list(query.classes)
            case "split":
                chosen = [_SPLITS.index(query.split)] if query.split else []
                return replaced(query, split=""), chosen
            case "cells":
                place = [query.cell[0] * GRID + query.cell[1]] if query.cell else []
                return replaced(query, cell=None), place
            case "pairs":
                both = [self._paired.index(n) for n in query.classes if n in self._paired]
                alone = query.match is Match.ALL and len(both) == len(query.classes) == 2
                places = [both[0] * len(self._paired) + both[1]] if alone else []
                return (replaced(query, classes=()) if alone else query), places
        ranges = {key: limits for key, limits in query.ranges.items() if key != name}
        return replaced(query, ranges=ranges), _columns(plot.edges, query.ranges.get(name))

    def _choose(self, name: str) -> None:
        if not self._quiet:
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


def _columns(edges: list[float], limits: tuple[float, float] | None) -> list[int]:
    """The columns that lie within limits."""
    if limits is None:
        return []
    return [
        at
        for at in range(len(edges) - 1)
        if edges[at] >= limits[0] and np.nextafter(edges[at + 1], -np.inf) <= limits[1]
    ]

"""The images of a data set, to be looked through, chosen and corrected."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w
import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.explore import Catalogue, Query
from paddlex_nb.data.explore.query import renamed
from paddlex_nb.data.store.snapshot import edition, snapshot
from paddlex_nb.data.thumbnails.ahead import ensure_thumbnails
from paddlex_nb.dataset import Dataset
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, column, replace_children, styled, text
from paddlex_nb.widgets.browse.actions import Actions
from paddlex_nb.widgets.browse.analysis import Analysis
from paddlex_nb.widgets.browse.corrector import Corrector
from paddlex_nb.widgets.browse.filters import Filters
from paddlex_nb.widgets.images.dataset_images import DatasetPictures
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.parts import Correction, Hosted, ImageGrid

_CORRECTIONS = {
    Task.CLASSIFICATION: "class",
    Task.DETECTION: "boxes",
    Task.INSTANCE_SEGMENTATION: "objects",
    Task.SEGMENTATION: "",
}


class Browser:
    """Filters, plots, the grid with its viewer, and what is done with chosen images.

    Args:
        dataset: A data set that is ready.
        query: What is looked for at first.
        do: Has work done on the event loop; what fails is said on the page.
        executor: Runs the grid's providers.
        queried: Told what is looked for now, and the classes that it counts.
        changed: Told that the data set is another now.
        fix: Opens the page where findings are fixed.

    Attributes:
        widget: What to show.
        grid: The grid.
    """

    def __init__(
        self,
        dataset: Dataset,
        query: Query,
        do: Callable[[Call], None],
        executor: Callable[[Call], None],
        queried: Callable[[Query, list[str]], None],
        changed: Callable[[], None],
        fix: Callable[[], None],
    ) -> None:
        self._dataset, self._do, self._queried, self._changed = dataset, do, queried, changed
        do(self._thumbnails_ahead)
        self._known = self._state()
        taken = snapshot(dataset.folder)
        record = taken.record
        self._catalogue, self._query = Catalogue(dataset.folder, taken), query
        self._pictures = DatasetPictures(dataset, self._catalogue.rows(query).tolist(), taken)
        self._pictures.matching = self._catalogue.matching(query)
        self._corrector = Corrector(dataset, self._pictures)
        self.grid = ImageGrid(
            self._pictures,
            record.classes,
            uncoloured=uncoloured(record.task, record.classes),
            selectable=True,
            corrections=_CORRECTIONS[record.task],
            corrector=self._correct,
            remover=lambda: do(self._leave_out),
            executor=executor,
            side=128,
        )
        self.grid.observe(lambda _: do(self._choose), "selection")
        self._hosted = styled(Hosted(self.grid), "grid-box")
        self._filters = Filters(self._catalogue, query, do, self.look_for)
        self._actions: Actions | None = None
        self._hint = text(tr("browse.choose"), "muted")
        self._below = column(self._hint, classes=["below"])
        self._analysis: Analysis | None = None
        self._plots = styled(w.Box(), "column")
        self._toggle = button(
            tr("browse.analysis"), lambda: do(self.turn_analysis), "quiet", "analysis-toggle"
        )
        self._fix = button(tr("browse.fix"), lambda: do(fix), "quiet", "open-fix")
        self._filters.beside(self._fix, self._toggle)
        self.widget = column(
            self._filters.widget, self._plots, self._below, self._hosted, classes=["browser"]
        )
        self._show_query()

    def tick(self, now: float) -> None:
        """Let stand-ins come in where they are needed, and follow changes made elsewhere."""
        self._hosted.tick(now)
        if self._analysis is not None:
            self._analysis.tick(now)
        if self._state() != self._known:
            self._renew()

    def _state(self) -> tuple[object, ...]:
        """Another one as soon as the data set is changed, moved, or divided otherwise."""
        splits = DatasetFolder(self._dataset.folder).splits
        divided = splits.stat().st_mtime_ns if splits.exists() else 0
        return *edition(self._dataset.folder), divided

    def _thumbnails_ahead(self) -> None:
        ensure_thumbnails(self._dataset.folder)

    def look_for(self, query: Query) -> None:
        """Show the images that fulfil a query."""
        self._query = query
        self._pictures.rows = self._catalogue.rows(query)
        self._pictures.matching = self._catalogue.matching(query)
        self.grid.show(self._pictures)
        self._show_query()
        self._queried(query, self._catalogue.classes)

    def _show_query(self) -> None:
        self._fix.layout.display = "" if self._query.finding else "none"
        self._filters.show(self._query, self._pictures.count)
        if self._analysis is not None:
            self._analysis.show(self._catalogue, self._query)

    def turn_analysis(self) -> None:
        """Show the plots, or hide them."""
        if self._analysis is None:
            self._analysis = Analysis(self._catalogue, self._do, self.look_for)
            self._analysis.show(self._catalogue, self._query)
            self._plots.children = (self._analysis.widget,)
            self._toggle.description = tr("browse.analysis.hide")
        else:
            self._analysis = None
            replace_children(self._plots)
            self._toggle.description = tr("browse.analysis")

    def _choose(self) -> None:
        runs = [self._pictures.rows[start:stop] for start, stop in self.grid.chosen]
        if self._actions is None:
            if not runs:
                return
            self._actions = Actions(self._dataset, self._pictures.path, self._do, self._renew)
            self._below.children = (self._hint, self._actions.widget)
        # what is chosen must not move the pictures: a second click would meet another one
        self._hint.layout.display = "none" if runs else ""
        self._actions.choose(np.concatenate(runs) if runs else np.zeros(0, np.int64))

    def _leave_out(self) -> None:
        if self._actions is not None:
            self._actions.exclude()

    def _correct(self, wish: Correction) -> int | None:
        number = self._corrector.make(wish)
        self._read_again()
        self.grid.renew([wish.index])
        self._show_query()
        self._changed()
        return number

    def _read_again(self) -> None:
        """Read the data set as it is now; classes that are looked for keep their names."""
        self._known, taken = self._state(), snapshot(self._dataset.folder)
        former, self._catalogue = (
            self._catalogue.classes,
            Catalogue(self._dataset.folder, taken),
        )
        self._pictures.reload(taken)
        classes = self._catalogue.classes
        if classes != former:
            self._query = renamed(self._query, former, classes)
            self._queried(self._query, classes)
            with self.grid.hold_sync():
                self.grid.classes = classes
                self.grid.uncoloured = uncoloured(self._catalogue.task, classes)
        self._pictures.matching = self._catalogue.matching(self._query)
        self._filters.renew(self._catalogue)
        if self._actions is not None:
            self._actions.renew(classes)

    def _renew(self) -> None:
        """The data set was changed: show it as it is now; what is looked for stays."""
        self._read_again()
        rows = self._catalogue.rows(self._query)
        if np.array_equal(rows, self._pictures.rows):
            self.grid.renew()
        else:
            self._pictures.rows = rows
            self.grid.refill()
        self._choose()
        self._show_query()
        self._changed()

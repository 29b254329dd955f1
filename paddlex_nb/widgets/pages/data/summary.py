"""The card of the data set that is open: what it is, what is wrong with it, what can be done."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.importing.relocation import Relocation
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import button, card, html, row
from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.pages.data.again import import_again, import_as, import_in_tiles
from paddlex_nb.widgets.pages.data.classes import ClassEditor
from paddlex_nb.widgets.pages.data.export import WriteDataset
from paddlex_nb.widgets.pages.data.figures import figures
from paddlex_nb.widgets.pages.data.findings import FindingsPanel
from paddlex_nb.widgets.pages.data.moved_source import MovedSource
from paddlex_nb.widgets.pages.data.recognised import Choice, other_readings, recognised_lines
from paddlex_nb.widgets.pages.data.update import UpdateDataset
from paddlex_nb.widgets.pages.tiling import tile_size


class Summary:
    """All about one data set.

    Args:
        page: The page that it is on.
        dataset: A data set that is ready.
        changed: Told after something of it was changed.
        moved: Told when its folder or archive is found again.
        began: Called with the data set whose import has begun.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        page: Page,
        dataset: Dataset,
        changed: Callable[[], None],
        moved: Callable[[Relocation], None],
        began: Callable[[Dataset], None],
    ) -> None:
        self._state, self._record, self._began = page.state, dataset.record, began
        self._findings = FindingsPanel(
            dataset,
            page.do,
            page.frame.event_loop.call,
            changed,
            lambda: page.state.goto(Step.SPLIT),
            self._reread,
            self._in_tiles,
        )
        statistics = button(
            tr("wizard.data.statistics"), lambda: page.do(self._plots), "quiet", "statistics"
        )
        writing = WriteDataset(dataset, page.do, page.state)
        updating = UpdateDataset(dataset, page.state, page.do, changed, moved)
        self._ticks = [writing.tick, updating.tick]
        lost = dataset.away() is not None
        away = [MovedSource(dataset, page.state, page.do, moved).widget] if lost else []
        readings = other_readings(self._record, page.do, self._read_as)
        self.widget: w.Widget = card(
            self._record.name,
            *away,
            recognised_lines(dataset),
            *([row(*readings, classes=["chips"])] if readings else []),
            html(figures(self._record, self._findings.settled)),
            self._findings.widget,
            row(statistics),
            ClassEditor(dataset, page.do, changed).widget,
            writing.widget,
            updating.widget,
            classes=["chosen"],
        )

    def tick(self, now: float) -> None:
        """Follow what was started here."""
        self._findings.tick(now)
        for tick in self._ticks:
            tick()

    def _plots(self) -> None:
        """Open the plots beside the images that they choose from."""
        self._state.analysis = True
        self._state.goto(Step.PREVIEW)

    def _reread(self, encoding: str) -> None:
        """Import it once more; runs of this one keep what they know."""
        self._began(import_again(self._state, self._record, encoding=encoding))

    def _in_tiles(self, size: str) -> None:
        """Likewise, in tiles."""
        self._began(import_in_tiles(self._state, self._record, tile_size(size)))

    def _read_as(self, choice: Choice) -> None:
        """Likewise, as what else it could be."""
        self._began(import_as(self._state, self._record, choice))

"""Preview: the images with their labels, as the model will see them."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.data.records import SPLITS
from paddlex_nb.i18n import tr
from paddlex_nb.widgets.annotations import uncoloured
from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.parts import Hosted, ImageGrid
from paddlex_nb.widgets.preview import Preview
from paddlex_nb.widgets.steps import Step
from paddlex_nb.widgets.toolkit import card, row, styled


class PreviewPage(Page):
    """A grid of thumbnails, by split and class."""

    step = Step.PREVIEW

    def content(self) -> Sequence[w.Widget]:
        """Filters and the grid."""
        self._preview = Preview(self.dataset)
        counts = self.dataset.counts()
        splits = [(tr("wizard.preview.all"), "")] + [
            (f"{tr(f'data.split.{s}')} ({counts.splits[s]:,})", s)
            for s in SPLITS
            if counts.splits[s]
        ]
        classes = [(tr("wizard.preview.all"), -1)] + [
            (name, i) for i, name in enumerate(self.dataset.classes)
        ]
        self._split = styled(
            w.Dropdown(options=splits, description=tr("wizard.preview.split")), "field"
        )
        self._class = styled(
            w.Dropdown(options=classes, description=tr("wizard.preview.class")), "field"
        )
        for choice in (self._split, self._class):
            choice.observe(lambda _: self.do(self._filter), "value")
        self._grid = ImageGrid(
            self._preview.count,
            self._preview.tiles,
            self._preview.picture,
            self.dataset.classes,
            uncoloured=uncoloured(self.dataset.record.task, self.dataset.classes),
            executor=self.frame.pump.call,
        )
        self._hosted = Hosted(self._grid)
        return [
            card(
                "",
                row(self._split, self._class, classes=["filters"]),
                styled(self._hosted, "grid-box"),
            )
        ]

    def tick(self, now: float) -> None:
        """Let the grid's stand-in come in where it is needed."""
        self._hosted.tick(now)

    def _filter(self) -> None:
        self._preview.choose(self._split.value, self._class.value)
        self._grid.show(
            self._preview.count,
            self._preview.tiles,
            self._preview.picture,
            self.dataset.classes,
        )

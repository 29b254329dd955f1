"""Preview: the images with their labels, as the model will see them."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.data.explore.query import Query, renamed
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import card
from paddlex_nb.widgets.browse import Browser
from paddlex_nb.widgets.pages.base import Page


class PreviewPage(Page):
    """The images of a data set, filtered, sorted, chosen and corrected."""

    step = Step.PREVIEW

    def content(self) -> Sequence[w.Widget]:
        """Filters, plots and the grid."""
        state, classes = self.state, self.dataset.classes
        state.query = renamed(state.query, state.query_classes or classes, classes)
        self._browser = Browser(
            self.dataset,
            state.query,
            self.do,
            self.frame.event_loop.call,
            self._remember,
            self.state.refresh,
            lambda: self.state.goto(Step.DATA),
        )
        if state.analysis:
            state.analysis = False
            self._browser.turn_analysis()
        return [card("", self._browser.widget)]

    def tick(self, now: float) -> None:
        """Let the grid's stand-in come in where it is needed."""
        self._browser.tick(now)

    def _remember(self, query: Query, classes: list[str]) -> None:
        self.state.query, self.state.query_classes = query, classes

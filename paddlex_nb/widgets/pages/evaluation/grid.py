"""The images of an evaluation with filters: all, the worst, a class, what a figure is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.widgets.app.compat import focus
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, card, row, styled
from paddlex_nb.widgets.images.differences import KINDS
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.pages.evaluation.results import Results
from paddlex_nb.widgets.parts import Hosted, ImageGrid

DIFFERENCE, BOTH = "difference", "both"


class ResultGrid:
    """Truth and prediction of every image, as a card.

    Args:
        results: The images.
        task: Their task.
        classes: Class names.
        threshold: Least score of the objects that are drawn at first.
        do: Has work done on the event loop.
        executor: Runs the grid's providers.

    Attributes:
        widget: What to show.
        hosted: The grid, to be ticked.
        results: The images.
    """

    def __init__(
        self,
        results: Results,
        task: Task,
        classes: list[str],
        threshold: float,
        do: Callable[[Call], None],
        executor: Callable[[Call], None],
    ) -> None:
        self.results, self._do = results, do
        self._among: NDArray[np.int64] | None = None
        self._left: Call = _nothing
        self._classes, self._task = classes, task
        self._grid = ImageGrid(
            results, classes, threshold=threshold, executor=executor, **self._look(differing=False)
        )
        self.hosted = styled(Hosted(self._grid), "grid-box")
        order = [(tr(f"wizard.evaluation.show.{name}"), name) for name in results.orders]
        self._order = styled(
            w.Dropdown(options=order, description=tr("wizard.evaluation.show")), "field", "show"
        )
        names = [(tr("wizard.preview.all"), -1), *((name, i) for i, name in enumerate(classes))]
        self._class = styled(
            w.Dropdown(options=names, description=tr("wizard.evaluation.having")), "field"
        )
        self._chip = button(
            "",
            lambda: do(lambda: self.leave_choice()),
            *("chip", "chip-on", "cell"),
            tooltip=tr("wizard.evaluation.cell.leave"),
        )
        self._chip.layout.display = "none"
        for choice in (self._order, self._class):
            choice.observe(lambda _: do(self._choose), "value")
        looks = [(tr(f"wizard.training.samples.{name}"), name) for name in (BOTH, DIFFERENCE)]
        self._looks = styled(w.ToggleButtons(options=looks), "samples-view")
        self._looks.layout.display = "" if results.can_differ else "none"
        self._looks.observe(lambda _: do(self._change_look), "value")
        filters = row(self._order, self._class, self._looks, self._chip, classes=["filters"])
        title = tr("wizard.evaluation.pictures")
        self.widget = card(title, filters, self.hosted, classes=["result-grid"])

    @property
    def threshold(self) -> float:
        """Least score of the objects that are drawn, from 0 to 1."""
        return float(self._grid.threshold)

    @threshold.setter
    def threshold(self, threshold: float) -> None:
        self._grid.threshold = threshold

    def on_threshold(self, moved: Call) -> None:
        """Call back, on the event loop, when the grid's own slider was moved."""
        self._grid.observe(lambda _: self._do(moved), "threshold")

    def show_worst(self) -> None:
        """Show the images with most errors, and bring them into view."""
        self.leave_choice()
        self._order.value = "worst"
        focus(self._order)

    def show_images(
        self, images: NDArray[np.int64], name: str, *, left: Call | None = None
    ) -> None:
        """Show the images that something on the page counts.

        Args:
            images: Rows of the evaluation's table, in the order in which they are to be shown.
            name: What they are, for the chip that leaves the choice.
            left: Called when the choice is left or another one is made, to unmark what led here.
        """
        before, self._left = self._left, left or _nothing
        if before != self._left:
            before()
        self._among = images
        self._order.value = "all"
        self._chip.description = f"{name}  ×"
        self._chip.layout.display = ""
        self._choose()

    def leave_choice(self, led: Call | None = None) -> None:
        """Show all images again.

        Args:
            led: Only if what led to the choice is unmarked by this; whatever it is if None.
        """
        if self._among is None or led not in (None, self._left):
            return
        self._among = None
        left, self._left = self._left, _nothing
        left()
        self._chip.layout.display = "none"
        self._choose()

    def _look(self, *, differing: bool) -> dict[str, Any]:
        """How truth and prediction are drawn, or where they differ, as traits of the grid."""
        if differing:
            return {"titles": [], "beside": False, "scored": False, "uncoloured": []}
        return {
            "titles": [tr("wizard.evaluation.truth"), tr("wizard.evaluation.prediction")],
            "beside": self._task is not Task.CLASSIFICATION,
            "scored": self._task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION},
            "uncoloured": uncoloured(self._task, self._classes),
        }

    def _change_look(self) -> None:
        differing = self._looks.value == DIFFERENCE
        self.results.differing = differing
        kinds = [tr(f"wizard.training.samples.{kind}") for kind in KINDS]
        with self._grid.hold_sync():
            for name, value in self._look(differing=differing).items():
                self._grid.set_trait(name, value)
            self._grid.hidden = []  # they are of other classes
            self._grid.show(self.results, kinds if differing else self._classes)

    def _choose(self) -> None:
        self.results.choose(class_id=self._class.value, order=self._order.value, among=self._among)
        self._grid.show(self.results)


def _nothing() -> None:
    """What led to all images needs no unmarking."""

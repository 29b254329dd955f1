"""The images of an evaluation with filters: all, the worst, a class, a cell of the matrix."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import button, card, row, styled
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.pages.evaluation.results import Results
from paddlex_nb.widgets.parts import Hosted, ImageGrid, MatrixView


class ResultGrid:
    """Truth and prediction of every image, as a card.

    Args:
        results: The images.
        task: Their task.
        classes: Class names.
        matrix: The confusion matrix; a click on a cell shows the images behind it.
        threshold: Least score of the objects that are drawn at first.
        do: Has work done on the event loop.
        executor: Runs the grid's providers.

    Attributes:
        widget: What to show.
        hosted: The grid, to be ticked.
    """

    def __init__(
        self,
        results: Results,
        task: Task,
        classes: list[str],
        matrix: MatrixView,
        threshold: float,
        do: Callable[[Call], None],
        executor: Callable[[Call], None],
    ) -> None:
        self._results, self._matrix, self._do = results, matrix, do
        self._grid = ImageGrid(
            results,
            classes,
            titles=[tr("wizard.evaluation.truth"), tr("wizard.evaluation.prediction")],
            beside=task is not Task.CLASSIFICATION,
            scored=task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION},
            threshold=threshold,
            uncoloured=uncoloured(task, classes),
            executor=executor,
        )
        self.hosted = styled(Hosted(self._grid), "grid-box")
        order = [(tr(f"wizard.evaluation.show.{name}"), name) for name in ("all", "worst")]
        self._order = styled(
            w.Dropdown(options=order, description=tr("wizard.evaluation.show")), "field", "show"
        )
        names = [(tr("wizard.preview.all"), -1), *((name, i) for i, name in enumerate(classes))]
        self._class = styled(
            w.Dropdown(options=names, description=tr("wizard.evaluation.having")), "field"
        )
        self._cell = button("", lambda: do(self._leave_cell), "chip", "chip-on", "cell")
        self._cell.layout.display = "none"
        for choice in (self._order, self._class):
            choice.observe(lambda _: do(self._choose), "value")
        matrix.observe(lambda _: do(self._choose), "selected")
        filters = row(self._order, self._class, self._cell, classes=["filters"])
        title = tr("wizard.evaluation.pictures")
        self.widget = card(title, filters, self.hosted, classes=["result-grid"])

    def _choose(self) -> None:
        cell = self._matrix.selected
        self._results.choose(
            class_id=self._class.value,
            worst=self._order.value == "worst",
            cell=None if cell is None else (cell[0], cell[1]),
        )
        self._name_cell(cell)
        self._grid.show(self._results)

    def _name_cell(self, cell: list[int] | None) -> None:
        self._cell.layout.display = "none" if cell is None else ""
        if cell is not None:
            truth, predicted = (self._matrix.classes[number] for number in cell)
            name = tr("wizard.evaluation.cell", truth=truth, predicted=predicted)
            self._cell.description = f"{name}  ×"
            self._cell.tooltip = tr("wizard.evaluation.cell.leave")

    def _leave_cell(self) -> None:
        self._matrix.selected = None

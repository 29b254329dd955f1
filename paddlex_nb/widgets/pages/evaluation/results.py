"""What the evaluation page shows of single images: the truth beside the prediction."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.dataset import Dataset
from paddlex_nb.evaluation.evaluated import (
    evaluated_dataset,
    evaluated_view,
    evaluation_files,
)
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.metrics.image_counts import image_counts
from paddlex_nb.metrics.orders import alike, doubt, loss, worst
from paddlex_nb.run import Run
from paddlex_nb.widgets.images.differences import difference
from paddlex_nb.widgets.images.predicted_images import PredictedImages
from paddlex_nb.widgets.images.predictions import PREDICTIONS, TableRow
from paddlex_nb.widgets.parts import Layer

Order = Literal["all", "worst", "loss", "unsure", "alike"]


class Results(PredictedImages):
    """The images of one evaluation.

    Args:
        run: The run.
        result: The evaluation's result.

    Attributes:
        differing: Show where the prediction differs from the truth, in place of both.

    Raises:
        UserError: The data set or the predictions are gone or damaged.
    """

    def __init__(self, run: Run, result: dict[str, Any]) -> None:
        view = evaluated_view(run.folder, result)
        table = stored_predictions(evaluation_files(run.folder, result).predictions)
        predictions = PREDICTIONS[run.record.task](view, table, result)
        self._table, self._threshold = table, float(result.get("threshold") or 0.0)
        self.differing = False
        pictured = Dataset(evaluated_dataset(run.folder, result))
        super().__init__(pictured, view, numbers(table["row"]), predictions)

    def choose(
        self,
        *,
        class_id: int = -1,
        order: Order = "all",
        among: NDArray[np.int64] | None = None,
    ) -> None:
        """Choose what is shown.

        Args:
            class_id: Images in which this class truly occurs; -1 for all.
            order: All of them as they are; only those with errors, the worst first; by their loss;
                those that the model is unsure of, most of all first; those with errors, alike
                ones together.
            among: Only these images (rows of the evaluation's table), in this order; all if None.
        """
        images: NDArray[np.int64] = np.arange(len(self._rows)) if among is None else among
        if class_id >= 0:
            images = images[np.isin(self._rows[images], self._view.having(class_id))]
        self._chosen = self._ordered(images, order)

    def _layers(self, position: TableRow, size: int) -> tuple[Layer, ...]:
        if not self.differing:
            return super()._layers(position, size)
        return (difference(self._view, self._table, self._predictions, position, size),)

    @property
    def can_differ(self) -> bool:
        """Whether it is stored where predictions differ (it was not in version 0.1.0)."""
        return bool({"mask", "missed_number"} & set(self._table.column_names))

    @property
    def orders(self) -> list[Order]:
        """The orders that the stored predictions allow."""
        none = self._table.slice(0, 0)
        stored = {"loss": loss(none), "unsure": doubt(none, self._threshold)}
        orders: list[Order] = ["all", "worst", "loss", "unsure", "alike"]
        return [one for one in orders if stored.get(one, none) is not None]

    def _ordered(self, images: NDArray[np.int64], order: Order) -> NDArray[np.int64]:
        match order:
            case "worst":
                counts = image_counts(self._table, len(self._view.classes))
                if counts is None:
                    return _by(self._predictions.error_scores(), images)
                found = worst(self._table, counts)
                return found[np.isin(found, images)]
            case "loss" | "unsure":
                table = self._table
                much = loss(table) if order == "loss" else doubt(table, self._threshold)
                return images if much is None else _by(much, images)
            case "alike":
                together = alike(self._table, len(self._view.classes))
                return together[np.isin(together, images)]
        return images

    def first(self, count: int) -> list[tuple[Path, str]]:
        """The first of the chosen images (classification): their files and true classes."""
        rows = self._rows[self._chosen[:count]].tolist()
        return [(self._view.path(row), self._view.classes[self._view.labels[row]]) for row in rows]

    @cached_property
    def true_classes(self) -> dict[Path, str]:
        """The true class of every image of the split (classification), by its file."""
        names = (self._view.classes[label] for label in self._view.labels.tolist())
        return dict(zip(self._view.paths, names, strict=True))

    def in_cell(self, truth: int, predicted: int) -> NDArray[np.int64]:
        """The images (rows of the table) in a cell of the confusion matrix, most of it first."""
        return _by(self._predictions.in_cell(truth, predicted), np.arange(len(self._rows)))


def _by(strength: NDArray[np.float64], images: NDArray[np.int64]) -> NDArray[np.int64]:
    """The images with a strength above 0, the strongest first."""
    mine = strength[images]
    order = np.argsort(-mine, kind="stable")
    return images[order[mine[order] > 0]]

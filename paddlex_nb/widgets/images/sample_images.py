"""The few images on which one sees how a training learns, after an epoch of one's choice."""

from __future__ import annotations

from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.run import Run
from paddlex_nb.runs.samples import read_samples
from paddlex_nb.widgets.images.differences import difference
from paddlex_nb.widgets.images.predicted_images import PredictedImages
from paddlex_nb.widgets.images.predictions import PREDICTIONS, TableRow
from paddlex_nb.widgets.parts import Layer


class SampleImages(PredictedImages):
    """A run's sample predictions after one epoch.

    Args:
        dataset: The run's data set.
        run: The run.
        view: Its validation images.
        epoch: Number of the epoch.
        differing: Show where the prediction differs from the truth, in place of both.

    Raises:
        UserError: The predictions are gone or damaged.
    """

    def __init__(
        self, dataset: Dataset, run: Run, view: DatasetView, epoch: int, *, differing: bool
    ) -> None:
        self._table = read_samples(run.folder, epoch)
        self._differing = differing
        predictions = PREDICTIONS[run.record.task](view, self._table, {})
        super().__init__(dataset, view, numbers(self._table["row"]), predictions)

    def _layers(self, position: TableRow, size: int) -> tuple[Layer, ...]:
        if not self._differing:
            return super()._layers(position, size)
        return (difference(self._view, self._table, self._predictions, position, size),)

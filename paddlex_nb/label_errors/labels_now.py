"""What the labels of evaluated images are by now, after the corrections made since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.evaluated import evaluation_files, of_photos
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import read_run

if TYPE_CHECKING:
    import pyarrow as pa


class LabelsNow:
    """The images of an evaluation with their labels as they are now, and as they were trained with.

    Args:
        folder: The run's folder.
        result: The evaluation as plain JSON.

    Attributes:
        dataset: The data set's folder.
        table: The stored predictions, a row an image.
        before: The images of the split as the evaluation saw them.
        images: Positions of the evaluated images in ``before``, of shape (images,).
        now: All images of the data set with their labels of today.
        rows: The evaluated images' rows of the index, which are positions in ``now`` too.
        kept: Whether each is not left out by now.
        classes: Class names of today's labels.
        today: The class of today for each class of the model, -1 if there is none of that name.

    Raises:
        UserError: The data set or the predictions are gone or damaged, or not of this run, or the
            evaluation is of whole photos, whose labels are not corrected here.
    """

    def __init__(self, folder: Path, result: Mapping[str, Any]) -> None:
        if of_photos(result):
            raise UserError("label_errors.of_photos")
        run, split = RunFolder(folder), str(result["split"])
        self.dataset = run.workspace.datasets / read_run(folder).dataset
        predictions = evaluation_files(folder, result).predictions
        self.table: pa.Table = stored_predictions(predictions)
        self.before = DatasetView(self.dataset, split, divided=folder)
        self.now = DatasetView(self.dataset, left_out=True)
        self.images: NDArray[np.int64] = self.table["row"].to_numpy().astype(np.int64)
        if len(self.images) and self.images.max() >= len(self.before):
            raise UserError("display.no_predictions", split=tr(f"data.split.{split}"))
        self.rows: NDArray[np.int64] = self.before.rows[self.images]
        self.kept: NDArray[np.bool_] = ~self.now.excluded[self.rows]
        self.classes = self.now.classes
        place = {name: number for number, name in enumerate(self.classes)}
        self.model_classes: list[str] = [str(name) for name in result["classes"]]
        self.today: NDArray[np.int64] = np.array(
            [place.get(name, -1) for name in self.model_classes], np.int64
        )

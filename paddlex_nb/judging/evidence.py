"""What an evaluation is judged by, gathered from the files of its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.list_columns import flat
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.evaluated import (
    evaluated_dataset,
    evaluated_view,
    evaluation_files,
    of_photos,
)
from paddlex_nb.evaluation.stored_objects import stored_objects
from paddlex_nb.evaluation.stored_predictions import reading, stored_predictions
from paddlex_nb.layout.run import EvaluationFolder, RunFolder
from paddlex_nb.metrics.bootstrap import Intervals, bootstrap
from paddlex_nb.metrics.class_scores import ClassScores, class_scores
from paddlex_nb.metrics.figure_intervals import FigureIntervals, figure_intervals
from paddlex_nb.metrics.image_counts import ImageCounts, image_counts
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.params.values import as_config
from paddlex_nb.runs.history import History
from paddlex_nb.runs.live import LiveHistory
from paddlex_nb.runs.record import RunRecord, read_run

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Missed:
    """The true objects that were not found.

    Attributes:
        class_id: Their classes, of shape (missed,).
        side: Their shorter sides in pixels of the image, of shape (missed,).
        input_side: The same in pixels of the model's input.
    """

    class_id: NDArray[np.int64]
    side: NDArray[np.float64]
    input_side: NDArray[np.float64]


class Evidence:
    """An evaluation with all that helps to judge it; what is gone or damaged is just not there.

    Args:
        folder: The run's folder.
        result: The evaluation as plain JSON.

    Attributes:
        record: The run's record.
        result: The evaluation as plain JSON.
        metrics: Its metrics.
        classes: Names of the classes.
        matrix: The confusion matrix; rows are the truth.

    Raises:
        UserError: The run is damaged.
    """

    def __init__(self, folder: Path, result: Mapping[str, Any]) -> None:
        self._folder = RunFolder(folder)
        self.record: RunRecord = read_run(folder)
        self.result = result
        self.metrics: dict[str, float | None] = dict(result["metrics"])
        self.classes: list[str] = list(result["classes"])
        self.matrix: NDArray[np.int64] = np.array(result["confusion_matrix"], np.int64)

    @property
    def task(self) -> Task:
        """The run's task."""
        return self.record.task

    @property
    def main(self) -> tuple[str, float | None]:
        """Name and value of the metric that the task is judged by."""
        return next(iter(self.metrics.items()))

    @property
    def images(self) -> int:
        """Number of images."""
        return int(self.result.get("images") or 0)

    @cached_property
    def history(self) -> History:
        """The curves of the training."""
        live = LiveHistory(self._folder.path)
        live.poll()
        return live.history

    @cached_property
    def table(self) -> pa.Table | None:
        """The stored predictions but for boxes and masks, a row an image; None if they are gone."""
        try:
            return stored_predictions(self._predictions, counts_only=True)
        except UserError:
            return None

    def full_table(self) -> pa.Table:
        """The stored predictions, a row an image.

        Raises:
            UserError: They are gone or damaged.
        """
        return stored_predictions(self._predictions)

    @property
    def files(self) -> EvaluationFolder:
        """The files of the evaluation."""
        return evaluation_files(self._folder.path, self.result)

    @property
    def dataset(self) -> Path:
        """Folder of the data set that the images are of."""
        return evaluated_dataset(self._folder.path, self.result)

    @property
    def _predictions(self) -> Path:
        return self.files.predictions

    @cached_property
    def counts(self) -> ImageCounts | None:
        """Hits and errors of each image; None if the predictions are gone, or of an old version."""
        return image_counts(self.table, len(self.classes)) if self.table is not None else None

    @cached_property
    def class_scores(self) -> ClassScores | None:
        """Scores of every class; None in other tasks, or if they were not kept.

        Raises:
            UserError: They are damaged.
        """
        if self.table is None:
            return None
        with reading(self._predictions):
            return class_scores(self.table, len(self.classes))

    @cached_property
    def intervals(self) -> Intervals | None:
        """95 % intervals of the overall figure and of each class; None without `counts`."""
        return bootstrap(self.counts) if self.counts is not None and self.counts.images else None

    @cached_property
    def figure_intervals(self) -> FigureIntervals | None:
        """`intervals` and those of average precision, by name; None without `counts`.

        Of many predictions it takes seconds.
        """
        if self.counts is None or self.intervals is None:
            return None
        prefix = "mask_" if self.task is Task.INSTANCE_SEGMENTATION else ""
        of = self.counts, self.intervals, self._objects, self.classes, prefix
        return figure_intervals(*of)

    @property
    def _objects(self) -> MatchedObjects | None:
        """What was predicted and what is true; None in other tasks, or if it was not stored."""
        try:
            return stored_objects(self._predictions, len(self.classes))
        except UserError:
            return None

    @cached_property
    def view(self) -> DatasetView | None:
        """The images with their labels; None if the data set is gone, or another."""
        try:
            view = evaluated_view(self._folder.path, self.result)
        except UserError:
            return None
        return view if self.table is not None and len(view) == len(self.table) else None

    @cached_property
    def trained(self) -> NDArray[np.int64] | None:
        """How many training images have each class, of shape (classes,); None if unknown."""
        return self._train.images_by_class if self._train is not None else None

    @cached_property
    def copies(self) -> NDArray[np.bool_] | None:
        """Which evaluated images have a copy among the training images; None if unknown."""
        train, view, table = self._train, self.view, self.table
        if train is None or view is None or table is None or of_photos(self.result):
            return None  # of photos no copies are known: what was compared are tiles
        groups = view.groups[table["row"].to_numpy()]
        return np.isin(groups, train.groups)

    @cached_property
    def missed(self) -> Missed | None:
        """The true objects that were not found; None in tasks without objects."""
        view, table = self.view, self.table
        if view is None or table is None or "missed_number" not in table.column_names:
            return None
        places, missed = flat(table, "missed_number", np.int64)
        images = table["row"].to_numpy()[places]
        sides = view.object_sides(images, missed)
        longest = view.sizes[images].max(axis=1, initial=1)
        if tile := self.result.get("tile"):
            longest = np.minimum(longest, tile)  # each tile is an input, also of a photo
        scale = as_config(self.record.params).input_size / longest
        return Missed(flat(table, "missed_class", np.int64)[1], sides, sides * scale)

    def sides_of(self, class_id: int) -> NDArray[np.float64]:
        """The shorter sides in pixels of all true objects of a class; empty if unknown."""
        return np.zeros(0) if self.view is None else self.view.sides_of_class(class_id)

    def other(self, split: str) -> Mapping[str, Any] | None:
        """The evaluation of the same weights on another split; None if there is none."""
        file = evaluation_files(self._folder.path, {**self.result, "split": split}).result
        try:
            other: dict[str, Any] = read_json(file, dict)
        except UserError:
            return None
        return other if other.get("step") == self.result.get("step") else None

    @cached_property
    def _train(self) -> DatasetView | None:
        """The training images; None if the data set is gone."""
        dataset = self._folder.workspace.datasets / self.record.dataset
        try:
            return DatasetView(dataset, "train", divided=self._folder.path)
        except UserError:
            return None

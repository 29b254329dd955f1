"""What an evaluation is of: its files, and its images with their labels.

They are those of a split; or, of a data set in tiles, whole photos, which lie below the evaluation
as a data set of their own, so that all else is asked of them as of any images.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import DECODE_ERRORS
from paddlex_nb.data.images.tile_reader import most_pixels
from paddlex_nb.data.store.label_maps import read_label_map
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.layout.run import EvaluationFolder, RunFolder
from paddlex_nb.runs.record import read_run


class PhotoView(DatasetView):
    """Photos may be larger than what is else read whole."""

    def label_map(self, image: int, size: int | None = None) -> NDArray[np.uint8]:
        """The class number of every pixel of an image; see `DatasetView.label_map`."""
        path = self.masks[image]
        try:
            return read_label_map(path, self._table, size, most_pixels())
        except DECODE_ERRORS as error:
            raise UserError("data.image_unreadable", path=path) from error


def of_photos(result: Mapping[str, Any]) -> bool:
    """Whether an evaluation, plain JSON, is of whole photos of a data set in tiles."""
    return bool(result.get("photos"))


def evaluation_files(run: Path, result: Mapping[str, Any]) -> EvaluationFolder:
    """The files of an evaluation.

    Args:
        run: The run's folder.
        result: The evaluation as plain JSON.
    """
    split, checkpoint = str(result["split"]), str(result["checkpoint"])
    return RunFolder(run).evaluation(split, checkpoint, photos=of_photos(result))


def evaluated_dataset(run: Path, result: Mapping[str, Any]) -> Path:
    """Folder of the data set that the images of an evaluation are of.

    Args:
        run: The run's folder.
        result: The evaluation as plain JSON.

    Raises:
        UserError: The run is damaged.
    """
    if of_photos(result):
        return evaluation_files(run, result).photos
    return RunFolder(run).workspace.datasets / read_run(run).dataset


def evaluated_view(run: Path, result: Mapping[str, Any]) -> DatasetView:
    """The images of an evaluation, in its order, with the labels that it was measured by.

    Args:
        run: The run's folder.
        result: The evaluation as plain JSON.

    Raises:
        UserError: The data set, the photos or the run are gone or damaged.
    """
    dataset = evaluated_dataset(run, result)
    if of_photos(result):
        return PhotoView(dataset)
    return DatasetView(dataset, str(result["split"]), divided=run)

"""What the evaluation page shows of single images: the truth beside the prediction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.index import DatasetRow
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.full_size import whole_picture
from paddlex_nb.data.thumbnails.making import thumbnail
from paddlex_nb.dataset import Dataset
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.widgets.images.dataset_images import LARGE, DatasetThumbnails, kept_side
from paddlex_nb.widgets.images.layers import truth
from paddlex_nb.widgets.images.predictions import PREDICTIONS, TableRow
from paddlex_nb.widgets.parts import Pictures, Tile


class Results(Pictures):
    """The images of one evaluation.

    Args:
        dataset: The run's data set.
        run: The run.
        result: The evaluation's result.

    Raises:
        UserError: The data set or the predictions are gone or damaged.
    """

    def __init__(self, dataset: Dataset, run: Run, result: dict[str, Any]) -> None:
        split = str(result["split"])
        self._view = DatasetView(dataset.folder, split, divided=run.folder)
        table = _read(RunFolder(run.folder).evaluation(split, result["checkpoint"]).predictions)
        self._rows = numbers(table["row"])
        self._predictions = PREDICTIONS[run.record.task](self._view, table, result)
        self._thumbnails = DatasetThumbnails(dataset)
        self.choose()

    def choose(
        self, *, class_id: int = -1, worst: bool = False, cell: tuple[int, int] | None = None
    ) -> None:
        """Choose what is shown.

        Args:
            class_id: Images in which this class truly occurs; -1 for all.
            worst: Only images with mistakes, the worst first.
            cell: Only images of this cell (truth, prediction) of the confusion matrix.
        """
        positions: NDArray[np.int64] = np.arange(len(self._rows))
        if class_id >= 0:
            positions = positions[np.isin(self._rows[positions], self._view.having(class_id))]
        if cell is not None:
            positions = _by(self._predictions.in_cell(*cell), positions)
        elif worst:
            positions = _by(self._predictions.error_scores(), positions)
        self._chosen = positions

    def _dataset_rows(self, chosen: NDArray[np.int64]) -> list[DatasetRow]:
        return self._view.dataset_rows(self._rows[chosen])

    @property
    def count(self) -> int:
        """Number of images chosen."""
        return len(self._chosen)

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        here, size = self._chosen[start:stop], kept_side(side)
        pictures = self._thumbnails.tiles(self._dataset_rows(here), side)
        return self._tiles(here, pictures, size)

    def at_hand(self, stop: int, side: int) -> Sequence[Tile]:
        """The first thumbnails that are made already."""
        if self._view.task is Task.SEGMENTATION:  # masks take time to decode
            return ()
        here = self._chosen[:stop]
        rows = self._dataset_rows(here)
        pictures, size = self._thumbnails.at_hand(rows, side), kept_side(side)
        return self._tiles(here, pictures, size)

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        """One picture large enough to look into, or with all its pixels.

        Raises:
            UserError: The file is gone or damaged.
        """
        position = TableRow(int(self._chosen[index]))
        row = int(self._rows[position])
        path, size = self._view.path(row), self._view.size(row)
        jpeg = whole_picture(path) if whole else thumbnail(path, LARGE)
        return self._tile(position, jpeg, max(size) if whole else LARGE)

    def _tiles(self, chosen: NDArray[np.int64], pictures: Sequence[bytes], size: int) -> list[Tile]:
        """The tiles of the first images, as many as there are pictures."""
        pairs = zip(chosen.tolist(), pictures, strict=False)
        return [self._tile(TableRow(row), jpeg, size) for row, jpeg in pairs]

    def _tile(self, position: TableRow, jpeg: bytes, size: int) -> Tile:
        row = int(self._rows[position])
        layers = (truth(self._view, row, size), self._predictions.layer(position, size))
        return Tile(jpeg, self._view.name(row), layers, self._view.size(row))


def _by(strength: NDArray[np.float64], positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The positions with a strength above 0, the strongest first."""
    mine = strength[positions]
    order = np.argsort(-mine, kind="stable")
    return positions[order[mine[order] > 0]]


def _read(path: Path) -> pa.Table:
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error

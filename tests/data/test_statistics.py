"""Statistics are what a plain count gives; pictures of them are drawn for every task."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import Exclude, make
from paddlex_nb.data.explore.counting import GRID
from paddlex_nb.data.explore.plots import write_plots
from paddlex_nb.data.explore.statistics import statistics
from paddlex_nb.data.store.view import DatasetView

from .in_process import imported

DRAWN = {
    Task.CLASSIFICATION: {"classes", "sizes"},
    Task.DETECTION: {"classes", "sizes", "objects", "boxes", "positions", "together"},
    Task.SEGMENTATION: {"classes", "sizes", "together"},
    Task.INSTANCE_SEGMENTATION: {"classes", "sizes", "objects", "boxes", "positions", "together"},
}


@pytest.mark.parametrize("task", list(Task))
def test_plots_are_drawn(tmp_path: Path, sample: Callable[[Task], Path], task: Task) -> None:
    folder, _ = imported(tmp_path / "w", sample(task))
    written = write_plots(folder, tmp_path / "plots")
    assert {path.stem for path in written} == DRAWN[task]
    for path in written:
        with Image.open(path) as image:
            assert len(np.unique(np.asarray(image))) > 8


def test_positions_and_pairs_of_classes(tmp_path: Path, sample: Callable[[Task], Path]) -> None:
    folder, _ = imported(tmp_path / "w", sample(Task.DETECTION))
    make(folder, Exclude([0, 5]))
    stats = statistics(folder)
    view = DatasetView(folder)
    cells = np.zeros((GRID, GRID))
    pairs = np.zeros((len(view.classes), len(view.classes)), int)
    total = 0
    for row in range(len(view)):
        objects, (width, height) = view.objects(row), view.sizes[row]
        for x, y, w, h in objects.xywh.tolist():
            cells[int((y + h / 2) / height * GRID), int((x + w / 2) / width * GRID)] += 1
            total += 1
        shown = np.unique(objects.class_id)
        pairs[np.ix_(shown, shown)] += 1
    assert stats.objects == total
    assert np.allclose(stats.positions, cells / total, atol=1e-6)
    assert stats.together == pairs.tolist()


def test_pixels_of_the_classes(tmp_path: Path, sample: Callable[[Task], Path]) -> None:
    folder, _ = imported(tmp_path / "w", sample(Task.SEGMENTATION))
    view = DatasetView(folder)
    stats = statistics(folder, colours=True, sample=1000)
    values = np.concatenate([np.asarray(Image.open(path)).ravel() for path in view.masks])
    counts = np.bincount(values, minlength=len(view.classes))
    assert list(stats.pixels) == view.classes
    assert np.allclose(list(stats.pixels.values()), counts / counts.sum(), atol=1e-5)

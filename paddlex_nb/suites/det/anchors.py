"""Anchors: sizes of boxes that YOLO's outputs start from, clustered from a run's own boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.suites.det.canvas import Canvas

_ENOUGH = 50_000
"""Boxes more than these change no cluster."""

_LEAST = 4.0
"""Smallest side in pixels."""


def cluster(sizes: NDArray[np.float64], count: int, seed: int = 0) -> list[list[float]]:
    """Typical sizes of boxes, smallest first (Redmon and Farhadi, "YOLO9000", 2016, 2).

    Clustered by logarithms, so that a small box counts as much as a large one.

    Args:
        sizes: Width and height of each box in pixels, of shape (n, 2).
        count: Number of anchors.
        seed: Of the random numbers.

    Returns:
        Width and height of each anchor in pixels.
    """
    from scipy.cluster.vq import kmeans2

    rng = np.random.default_rng(seed)
    if len(sizes) > _ENOUGH:
        sizes = sizes[rng.choice(len(sizes), _ENOUGH, replace=False)]
    logs = np.log(sizes.clip(_LEAST))
    # with few different boxes some anchors would be the same: spread them a little
    logs = np.repeat(logs, 1 + count // len(logs), axis=0)
    logs = logs + rng.normal(0, 0.05, logs.shape)
    centres, _ = kmeans2(logs, count, minit="++", seed=rng, missing="warn")
    anchors = np.exp(centres)
    order = np.argsort(anchors.prod(axis=1))
    return [[round(float(side), 1) for side in anchors[row]] for row in order]


def run_anchors(
    folder: Path, view: DatasetView, canvas: Canvas, size: int, count: int
) -> list[list[float]]:
    """The anchors of a run, clustered when they are first asked for and kept in its folder.

    Args:
        folder: The run's folder.
        view: Its training images.
        canvas: How they are placed.
        size: Side of the canvas in pixels.
        count: Number of anchors.
    """
    file = RunFolder(folder).anchors
    if not file.is_file():
        sizes = []
        for row, (width, height) in enumerate(view.sizes.tolist()):
            xywh = view.objects(row).xywh
            content = np.array(canvas.content(width, height, size))
            sizes.append(xywh[:, 2:] * content / (width, height))
        write_json(file, cluster(np.concatenate(sizes), count))
    return read_json(file, list[list[float]])

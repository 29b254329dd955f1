"""The job that evaluates a run on the whole photos that its tiles were cut from."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.metric import Metric
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.data.store.records import split_name
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.beside_metric import BesideMetric
from paddlex_nb.evaluation.evaluate import stop_if_asked
from paddlex_nb.evaluation.job import Arguments as TileArguments
from paddlex_nb.evaluation.job import write_evaluation
from paddlex_nb.evaluation.kept_photos import keep_photos
from paddlex_nb.evaluation.loaded_model import forget_model, load_checkpoint
from paddlex_nb.evaluation.photos import Photos, PhotoSetup, photos_of
from paddlex_nb.evaluation.split import check_split
from paddlex_nb.evaluation.tiled_images import TiledPrediction, is_cut, tile_batches
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.objects import MOST
from paddlex_nb.runs.origin import origin
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.failures import in_words


class Arguments(TileArguments):
    """The arguments; as those of an evaluation.

    Attributes:
        photos: Always true.
    """

    photos: bool = True


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Predict photos tile by tile as a prediction does, and measure what is merged of it.

    The figures are those of any evaluation, of whole photos with their whole objects. Below the
    run's ``evaluation/<split>-<checkpoint>-photos`` as an evaluation has them, and the photos with
    their labels as a data set.

    Returns:
        As an evaluation, and ``photos``: how many were ``measured`` and ``left_out`` (their labels
        are others by now), an ``example`` of the latter, and how many are ``crowded`` (more
        objects of a class than COCO's figures count predictions).

    Raises:
        Stopped: The user asked for it.
        UserError: The run's images are no tiles, the photos cannot be read any more, or none of
            them has the labels of its tiles; or there is no such split or checkpoint.
    """
    check_split(arguments.split)
    setup = RunSetup.load(context.item)
    if setup.record.tiles is None:
        raise UserError("evaluation.not_tiled", run=setup.record.id)
    scratch = JobFolder(context.folder).scratch
    try:
        with disk_errors(scratch):
            scratch.mkdir()
        photos = photos_of(context, setup, setup.record.tiles, arguments.split, scratch)
        return _evaluated(context, setup, photos, arguments, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _evaluated(
    context: JobContext, setup: RunSetup, photos: Photos, arguments: Arguments, scratch: Path
) -> dict[str, Any]:
    view, tiling = photos.view, setup.record.tiles
    if not len(view) or tiling is None:
        named = split_name(arguments.split)
        raise UserError("evaluation.no_photos", split=named, photos=photos.left_out)
    context.progress("load", 0, 1)
    with in_words():
        forget_model()  # two models need not fit into memory
        adapter = adapter_for(
            PhotoSetup(
                **{name: getattr(setup, name) for name in ("folder", "dataset", "record", "entry")},
                split=arguments.split,
                photos=view,
            )
        )
        info = load_checkpoint(adapter, arguments.checkpoint)
        source = origin(context, info, arguments.checkpoint)
        started = time.monotonic()
        beside = BesideMetric(setup.record)
        metric = _measured(context, adapter, arguments.split, tiling, beside.update)
        report = beside.report(metric)
    result = {
        **report,
        "split": arguments.split,
        "images": len(view),
        "photos": {
            "measured": len(view),
            "left_out": photos.left_out,
            "example": photos.example,
            "crowded": _crowded(view),
        },
        "seconds": time.monotonic() - started,
        "tile": tiling.size,
        **source,
    }
    folder = RunFolder(context.item).evaluation(arguments.split, info.name, photos=True)
    kept = keep_photos(photos.taken, scratch, folder.photos)
    write_evaluation(folder, beside.table(metric), kept.paths, result)
    return result


def _measured(
    context: JobContext,
    adapter: Adapter,
    split: str,
    tiling: Tiling,
    seen: Callable[[Batch, Any], None],
) -> Metric:
    """The metric, fed with every photo of the split."""
    metric, paths = adapter.metric(), adapter.paths(split)
    adapter.waiting = partial(stop_if_asked, context)
    with adapter.learner().evaluating():
        for row, path in enumerate(paths):
            predicted = [_predicted(context, adapter, path, tiling)]
            batch = Batch(rows=[row], data=adapter.truth(split, [row]))
            metric.update(batch, predicted)
            seen(batch, predicted)
            context.progress("evaluate", row + 1, len(paths), "images")
    return metric


def _predicted(context: JobContext, adapter: Adapter, path: Path, tiling: Tiling) -> Any:
    """What is predicted in a photo; one that is no larger than a tile is predicted whole."""
    if not is_cut(path, tiling):
        return adapter.predict(adapter.file_batch([path]))[0]
    tiled: TiledPrediction | None = None
    for one in tile_batches(path, tiling, adapter.file_batch):
        if not isinstance(one.batch, Batch):
            raise UserError(one.batch.key, **one.batch.values)
        tiled = tiled or TiledPrediction(adapter, one)
        tiled.add(one.some, one.batch)
        context.progress("predict_tiles", one.done, len(one.tiles), "tiles")
    return None if tiled is None else tiled.merged


def _crowded(view: DatasetView) -> int:
    """How many photos have more than `MOST` objects of one class."""
    if view.task is Task.SEGMENTATION:
        return 0
    counts = (np.bincount(view.objects(n).class_id, minlength=1).max() for n in range(len(view)))
    return sum(int(count) > MOST for count in counts)

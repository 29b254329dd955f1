"""The job that predicts images from files and folders."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_bytes, write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.evaluation.evaluate import stop_if_asked
from paddlex_nb.evaluation.image_files import find_images
from paddlex_nb.evaluation.loaded_model import loaded_model
from paddlex_nb.evaluation.threshold import score_threshold, split_by_score, write_unsure
from paddlex_nb.evaluation.tiled_images import (
    TileBatch,
    TiledPrediction,
    is_cut,
    tile_batches,
    tiling_of,
)
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.runs.origin import origin
from paddlex_nb.suites.failures import in_words
from paddlex_nb.suites.prefetch import SILENCE, prefetched

_Whole: TypeAlias = "tuple[Sequence[Path], Batch | Message]"
"""Images and a batch of them, or why there is none."""


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of a prediction job.

    Attributes:
        paths: Images, and folders all of whose images are meant.
        checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
        threshold: Least score of the objects, 0 to 1; the run's own if None.
        tile: Side in pixels of the tiles that larger images are cut into; 0 for none, the run's
            own if None.
        tile_overlap: Share of it by which tiles overlap; the run's own if None.
    """

    paths: list[str]
    checkpoint: str = "best"
    threshold: float | None = None
    tile: int | None = None
    tile_overlap: float | None = None


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Predict; an image that cannot be read becomes an entry that says so.

    Returns:
        ``predictions``, one an image: ``path`` and what the task's adapter describes, with
        ``best_below``, the highest score, where no object reaches the threshold; or ``error`` (a
        message's ``key`` and ``values``). A label map is the path of a PNG file whose values are
        class numbers. Objects have a score of at least ``threshold`` (None in tasks without
        objects). ``tile`` and ``tile_overlap`` say how larger images were cut (None if they were
        not); what was predicted is in pixels of the whole image. What `training.origin` tells of
        the checkpoint is there too. The same stands in the job's ``predictions.json``; objects
        below the threshold stand beside it.

    Raises:
        Stopped: The user asked for it.
        UserError: There is no image at the paths, no such checkpoint or threshold, or tiles do not
            fit their limits or the task.
    """
    files, passed = find_images([Path(path) for path in arguments.paths])
    if passed:
        context.notice("evaluation.label_maps", count=passed)
    setup = RunSetup.load(context.item)
    least = score_threshold(setup.record, arguments.threshold)
    tiling = tiling_of(setup.record, arguments.tile, arguments.tile_overlap)
    context.progress("load", 0, 1)
    predictions: list[dict[str, Any]] = []
    unsure: list[list[dict[str, Any]]] = []
    with in_words():
        model = loaded_model(setup, arguments.checkpoint)
        adapter = model.adapter
        source = origin(context, model.info, arguments.checkpoint)
        waiting = _Waiting(context, files)
        with closing(prefetched(_read(adapter, files, tiling), waiting)) as batches:
            for entries in _predicted(context, adapter, batches, waiting):
                for entry in entries:
                    kept, below = split_by_score(entry, least)
                    if not kept.get("objects", True) and entry["objects"]:
                        kept["best_below"] = max(one["score"] for one in entry["objects"])
                    mask = JobFolder(context.folder).mask(len(predictions))
                    predictions.append(_filed(kept, mask))
                    unsure.append(below)
                waiting.came(len(predictions))
                context.progress("predict", len(predictions), len(files), "images")
    result = {
        "predictions": predictions,
        "images": len(predictions),
        "failed": sum("error" in entry for entry in predictions),
        "threshold": least,
        "classes": setup.record.classes,
        "tile": tiling.size if tiling else None,
        "tile_overlap": tiling.overlap if tiling else None,
        **source,
    }
    write_unsure(context.folder, unsure)
    write_json(JobFolder(context.folder).predictions, result)
    return result


class _Waiting:
    """Called while images are waited for.

    Args:
        context: The job.
        files: All images.
    """

    def __init__(self, context: JobContext, files: Sequence[Path]) -> None:
        self._context = context
        self._files = files
        self.came(0)

    def came(self, done: int) -> None:
        """So many images are done."""
        self._next = self._files[min(done, len(self._files) - 1)]
        self._since = time.monotonic()

    def goes_on(self) -> None:
        """A part of the next image is done."""
        self._since = time.monotonic()

    def __call__(self) -> None:
        """Give up if that was asked, or if the disk does not answer."""
        stop_if_asked(self._context)
        if time.monotonic() - self._since > SILENCE:
            minutes = round(SILENCE / 60)
            raise UserError("training.disk_silent", path=self._next, minutes=minutes)


def _read(
    adapter: Adapter, files: Sequence[Path], tiling: Tiling | None
) -> Iterator[_Whole | TileBatch]:
    """All images, in order: in batches, or those that are larger than a tile in tiles."""
    for cut, same in groupby(files, lambda file: is_cut(file, tiling)):
        some = list(same)
        if cut and tiling is not None:
            make = partial(_batch, adapter)
            yield from chain.from_iterable(tile_batches(file, tiling, make) for file in some)
        else:
            yield from _read_whole(adapter, some)


def _read_whole(adapter: Adapter, files: Sequence[Path]) -> Iterator[_Whole]:
    """Batches with their files; a file that cannot be read comes alone, with what is wrong."""
    for start in range(0, len(files), adapter.at_once):
        some = files[start : start + adapter.at_once]
        batch = _batch(adapter, some)
        if isinstance(batch, Batch):
            yield some, batch
        else:
            yield from (([file], _batch(adapter, [file])) for file in some)


def _predicted(
    context: JobContext,
    adapter: Adapter,
    batches: Iterator[_Whole | TileBatch],
    waiting: _Waiting,
) -> Iterator[list[dict[str, Any]]]:
    """The entries of images, in order."""
    tiled: TiledPrediction | None = None
    for one in batches:
        if not isinstance(one, TileBatch):
            yield _predict(adapter, *one)
            continue
        if isinstance(one.batch, Message):
            tiled = None
            yield _predict(adapter, [one.file], one.batch)
            continue
        tiled = tiled or TiledPrediction(adapter, one)
        tiled.add(one.some, one.batch)
        waiting.goes_on()
        context.progress("predict_tiles", one.done, len(one.tiles), "tiles")
        if one.last:
            yield [{"path": str(one.file), **tiled.entry()}]
            tiled = None


def _batch(adapter: Adapter, files: Sequence[Path]) -> Batch | Message:
    try:
        return adapter.file_batch(files)
    except UserError as error:
        return error.message
    except MemoryError:
        return Message("training.out_of_memory")
    except Exception as error:  # noqa: BLE001 - one odd file must not keep the others from theirs
        reason = str(error).strip() or type(error).__name__
        return Message("training.image_failed", {"path": str(files[0]), "reason": reason})


def _predict(
    adapter: Adapter, files: Sequence[Path], batch: Batch | Message
) -> list[dict[str, Any]]:
    if isinstance(batch, Message):
        return [{"path": str(file), "error": _plain(batch)} for file in files]
    pairs = zip(files, adapter.describe(adapter.predict(batch)), strict=True)
    return [{"path": str(file), **entry} for file, entry in pairs]


def _filed(entry: dict[str, Any], path: Path) -> dict[str, Any]:
    """The entry, its label map (it has one at most) written to a file."""
    filed = dict(entry)
    for name, value in entry.items():
        if isinstance(value, np.ndarray):
            buffer = io.BytesIO()
            Image.fromarray(value).save(buffer, "PNG")
            write_bytes(path, buffer.getvalue())
            filed[name] = str(path)
    return filed


def _plain(message: Message) -> dict[str, Any]:
    return {"key": message.key, "values": message.values, "text": message.text()}

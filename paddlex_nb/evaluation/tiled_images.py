"""Predicting a large image tile by tile."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.images.tile_maps import MapMerger
from paddlex_nb.data.images.tile_reader import TileReader, most_pixels, tile_reader
from paddlex_nb.data.images.tiles import OVERLAP, Tile, Tiling, as_tiling
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.evaluation.merge_tiles import merge_objects
from paddlex_nb.runs.record import RunRecord

_BATCH = 16
_PIXELS = 1 << 24
"""Pixels of a batch of tiles: few of them if they are large."""


@dataclass(frozen=True)
class TileBatch:
    """Some tiles of an image, ready for the model.

    Attributes:
        file: The image.
        size: Its width and height in pixels as shown; 0 where it cannot be read.
        tiles: All of its tiles.
        some: Those in this batch, in the same order.
        batch: The batch, or why there is none.
    """

    file: Path
    size: tuple[int, int]
    tiles: Sequence[Tile]
    some: Sequence[Tile]
    batch: Batch | Message

    @property
    def done(self) -> int:
        """Tiles up to the end of this batch."""
        return self.tiles.index(self.some[-1]) + 1 if self.some else 0

    @property
    def last(self) -> bool:
        """Whether no more of the image are to come."""
        return not isinstance(self.batch, Batch) or self.some[-1] == self.tiles[-1]


def tiling_of(record: RunRecord, size: int | None, overlap: float | None) -> Tiling | None:
    """How images are cut for a run's predictions.

    Args:
        record: The run.
        size: Side of a tile in pixels; 0 to leave images whole; if None, as the images that the
            run was trained with.
        overlap: Share of it by which tiles overlap; likewise.

    Raises:
        UserError: Size or overlap are out of their limits, or the run's task is classification.
    """
    if record.task is Task.CLASSIFICATION:
        if size:
            raise UserError("evaluation.no_tiles", run=record.id)
        return None
    trained = record.tiles
    if size == 0 or (size is None and trained is None):
        return None
    if overlap is None:
        overlap = trained.overlap if trained else OVERLAP
    return as_tiling(trained.size if size is None and trained else size, overlap)


def is_cut(file: Path, tiling: Tiling | None) -> bool:
    """Whether an image is larger than a tile; one that cannot be read is not."""
    if tiling is None:
        return False
    try:
        with open_image(file, most_pixels()) as image:
            return tiling.cuts(*image.size)  # turned or not; to ask for that decodes a PNG
    except DECODE_ERRORS:
        return False


def tile_batches(
    file: Path, tiling: Tiling, make: Callable[[Sequence[Path]], Batch | Message]
) -> Iterator[TileBatch]:
    """The tiles of an image in batches; the image is decoded once.

    Args:
        file: The image.
        tiling: How it is cut.
        make: Makes a batch of image files.
    """
    try:
        with (
            tile_reader(file) as reader,
            tempfile.TemporaryDirectory(prefix="paddlex-nb-tiles-") as folder,
        ):
            size = reader.width, reader.height
            tiles = tiling.tiles(*size)
            step = max(1, min(_BATCH, _PIXELS // tiling.size**2))
            for start in range(0, len(tiles), step):
                some = tiles[start : start + step]
                paths = [_written(reader, tile, Path(folder)) for tile in some]
                batch = make(paths)
                for path in paths:
                    path.unlink()
                one = TileBatch(file, size, tiles, some, batch)
                yield one
                if one.last:
                    return
    except DECODE_ERRORS as error:
        reason = str(error) or type(error).__name__
        failed = Message("training.unreadable_image", {"path": str(file), "reason": reason})
    except MemoryError:
        failed = Message("training.out_of_memory")
    yield TileBatch(file, (0, 0), [], [], failed)


class TiledPrediction:
    """What is predicted in the tiles of one image, until all of them are done.

    Args:
        adapter: The run's.
        first: The first batch.
    """

    def __init__(self, adapter: Adapter, first: TileBatch) -> None:
        self._adapter = adapter
        self._size = first.size
        self._objects: list[tuple[Tile, Objects]] = []
        masked = adapter.setup.record.task is Task.SEGMENTATION
        self._maps = MapMerger(first.tiles, *first.size) if masked else None

    def add(self, some: Sequence[Tile], batch: Batch) -> None:
        """Predict some tiles."""
        for tile, predicted in zip(some, self._adapter.predict(batch), strict=True):
            if self._maps is None:
                self._objects.append((tile, predicted))
            else:
                self._maps.add(tile, predicted)

    @property
    def merged(self) -> Any:
        """What was predicted in the image, as the adapter predicts whole ones."""
        if self._maps is not None:
            return self._maps.label_map
        return merge_objects(self._objects, *self._size)

    def entry(self) -> dict[str, Any]:
        """What was predicted in the image, as the adapter describes it."""
        return self._adapter.describe([self.merged])[0]


def _written(reader: TileReader, tile: Tile, folder: Path) -> Path:
    """A tile as a file, since files are what adapters read; not compressed, which takes longer."""
    path = folder / f"{tile.left}_{tile.top}.{'png' if reader.deep else 'bmp'}"
    reader.save(tile, path, compress_level=1)
    return path

"""Whether the labels of photos, cut anew, are those of the tiles that a run was trained with."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import Tile, Tiling, photo_name
from paddlex_nb.data.importing.cut_objects import ObjectCutter
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.importing.tile_pieces import tiles_of
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.object_table import ObjectTable
from paddlex_nb.data.store.view import DatasetView

_SLACK = 0.01
"""Pixels by which boxes and outlines may differ: the index has them in single precision."""


class PhotoTiles:
    """The tiles of a split, held against the photos.

    Args:
        setup: The run.
        split: ``train``, ``val`` or ``test``.
        examined: The photos, as they are where the data set came from.
        tiling: How they were cut.
        labels: Their labels with the classes of the run; -1 is a class that it does not have.
    """

    def __init__(
        self, setup: RunSetup, split: str, examined: Examined, tiling: Tiling, labels: Labels
    ) -> None:
        self._examined, self._tiling = examined, tiling
        self._classes = labels.objects.class_id
        self._crowds = bool(labels.objects.crowd.any())
        self._all = DatasetView(setup.dataset, divided=setup.folder, left_out=True)
        self._rows = {str(path): row for row, path in enumerate(self._all.paths)}
        self._split = set(setup.view(split).rows.tolist())
        self._unseen = set(self._split)

    def has(self, photo: int) -> bool:
        """Whether the split has a tile of a photo."""
        rows = {row for row, _ in self._tiles(photo)}
        self._unseen -= rows
        return not rows.isdisjoint(self._split)

    def gone(self) -> list[str]:
        """What the names of tiles begin with that are of none of the photos `has` was asked of."""
        paths, root = self._all.paths, self._all.root
        return sorted({photo_name(paths[i].relative_to(root).as_posix()) for i in self._unseen})

    def same(self, photo: int, photos: DatasetView) -> bool:
        """Whether all kept tiles of a photo are in the split, and labelled as the photo is.

        Args:
            photo: The photo.
            photos: All photos.
        """
        tiles = self._tiles(photo)
        kept = [(row, tile) for row, tile in tiles if row >= 0]
        if not {row for row, _ in kept} <= self._split:
            return False
        if self._all.task is Task.SEGMENTATION:
            return self._same_maps(kept, photos.label_map(photo))
        drawn = self._examined.draft.objects
        drawn = msgspec.structs.replace(drawn, class_id=self._classes)
        outlined = self._all.task is Task.INSTANCE_SEGMENTATION
        cutter = ObjectCutter(drawn, self._tiling.keep, outlined=outlined)
        cutter.add(photo, [tile for _, tile in tiles], 0)
        start, end = np.searchsorted(drawn.image, [photo, photo + 1]).tolist()
        cut = cutter.table()
        return bool((self._classes[start:end] >= 0).all()) and all(
            self._same_objects(row, cut.take(np.flatnonzero(cut.image == number)))
            for number, (row, _) in enumerate(tiles)
        )

    def _tiles(self, photo: int) -> list[tuple[int, Tile]]:
        """The tiles of a photo, each with its row in the data set, -1 if it was not kept."""
        tiles = tiles_of(self._examined, photo, self._tiling)
        root = self._all.root
        return [(self._rows.get(str(root / path), -1), tile) for path, tile in tiles]

    def _same_maps(self, tiles: list[tuple[int, Tile]], whole: NDArray[np.uint8]) -> bool:
        return all(
            np.array_equal(self._all.label_map(row), whole[t.top : t.bottom, t.left : t.right])
            for row, t in tiles
        )

    def _same_objects(self, row: int, cut: ObjectTable) -> bool:
        """Whether a tile has just these objects; one that was not kept has none."""
        if row < 0:
            return not len(cut)
        here = self._all.objects(row)
        return (
            np.array_equal(here.number, cut.number)
            and np.array_equal(here.class_id, cut.class_id)
            and np.array_equal(here.crowd, cut.crowd & self._crowds)
            and np.allclose(here.xyxy, cut.boxes, rtol=0, atol=_SLACK)
            and _same_outlines(here, cut)
        )


def _same_outlines(here: Objects, cut: ObjectTable) -> bool:
    for number, outlines in enumerate(here.outlines or ()):
        drawn = cut.outlines.of_object(number)
        if list(map(len, drawn)) != list(map(len, outlines)):
            return False
        if not all(
            np.allclose(a, b, rtol=0, atol=_SLACK) for a, b in zip(drawn, outlines, strict=True)
        ):
            return False
    return True

"""Labels that are likely wrong as pictures: the label in question, and what was predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.label_errors.suggestion import XYWH, LabelError
from paddlex_nb.widgets.images.dataset_images import DatasetPictures
from paddlex_nb.widgets.parts import Layer, Shape, Tile


class SuggestedPictures(DatasetPictures):
    """A picture for each suggestion; an image may be there several times.

    Args:
        dataset: A data set that is ready.
    """

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset, [])
        self.errors: list[LabelError] = []

    def suggest(self, errors: Sequence[LabelError]) -> None:
        """Show other suggestions."""
        self.errors = list(errors)
        self.rows = np.array([one.row for one in errors], np.int64)

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        return self._suggested(start, super().tiles(start, stop, side))

    def at_hand(self, stop: int, side: int) -> Sequence[Tile]:
        """The first thumbnails that are made already."""
        return self._suggested(0, super().at_hand(stop, side))

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        """One picture large enough to look into, or with all its pixels."""
        return self._suggested(index, [super().picture(index, whole=whole)])[0]

    def _suggested(self, start: int, tiles: Sequence[Tile]) -> list[Tile]:
        return [self._with(self.errors[start + n], tile) for n, tile in enumerate(tiles)]

    def _with(self, error: LabelError, tile: Tile) -> Tile:
        """A picture with what is suggested for it; labels that are not in question are faint."""
        note = f"{tr(f'label_errors.kind.{error.kind}')} · {error.score:.2f}"
        (layer,) = tile.layers
        if error.place is None:  # of an image as a whole
            said = "" if error.suggested is None else f"→ {error.suggested} {error.confidence:.2f}"
            return replace(tile, layers=(replace(layer, note=said),), note=note)
        shapes = [replace(one, faint=one.number != error.number) for one in layer.shapes]
        shapes += self._predicted(error, tile.size)
        return replace(tile, layers=(Layer(layer.class_ids, tuple(shapes), layer.mask),), note=note)

    def _predicted(self, error: LabelError, size: tuple[int, int]) -> list[Shape]:
        """What was predicted, which no correction moves."""
        box, name = error.suggested_box, error.suggested
        if box is None and error.number is None:  # an area of a mask
            box = error.box
        if box is None or name is None or name not in self.classes:
            return []
        place, score = self.classes.index(name), error.confidence
        said = f"{tr('label_errors.drawn.suggested')} {name}"
        return [Shape("box", _shares(box, size), place, score, note=said)]


def _shares(box: XYWH, size: tuple[int, int]) -> tuple[float, ...]:
    """Corners of a box as shares of the image's sides."""
    (x, y, w, h), (width, height) = box, (max(1, side) for side in size)
    return x / width, y / height, (x + w) / width, (y + h) / height

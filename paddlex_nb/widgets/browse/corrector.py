"""Corrections from the viewer as changes of the data set."""

from __future__ import annotations

from paddlex_nb.data.edits import XYWH, AddObject, Entry
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.dataset_images import DatasetPictures
from paddlex_nb.widgets.parts import Correction

_DIGITS = 1
"""Of pixels: a pointer is no finer, and what the browser rounded is round again."""


class Corrector:
    """Makes corrections of a data set, and takes its own back.

    Args:
        dataset: The data set.
        pictures: The pictures that corrections count.
    """

    def __init__(self, dataset: Dataset, pictures: DatasetPictures) -> None:
        self._dataset, self._pictures = dataset, pictures
        self._made: list[tuple[int, int]] = []

    def make(self, wish: Correction) -> int | None:
        """Make a correction, or take back the last one of a picture.

        Returns:
            The number of an object that was added.

        Raises:
            UserError: It does not fit the data set.
        """
        row = int(self._pictures.rows[wish.index])
        if wish.what == "undo":
            self._undo(row)
            return None
        entry = self._change(row, wish)
        self._made.append((entry.number, row))
        return entry.change.number if isinstance(entry.change, AddObject) else None

    def _change(self, row: int, wish: Correction) -> Entry:
        edits = self._dataset.edits
        name = self._pictures.classes[wish.class_id] if wish.class_id >= 0 else ""
        match wish:
            case Correction(what="image_class"):
                return edits.set_class([row], name)
            case Correction(what="object_class", number=int(number)):
                return edits.set_object_class([(row, number)], name)
            case Correction(what="box", number=int(number), box=tuple(box)):
                return edits.set_box(row, number, self._pixels(row, box))
            case Correction(what="add", box=tuple(box)):
                return edits.add_object(row, name, self._pixels(row, box))
            case Correction(what="delete", number=int(number)):
                return edits.drop_objects([(row, number)])
        raise ValueError(wish)

    def _pixels(self, row: int, shares: tuple[float, float, float, float]) -> XYWH:
        """A box given by left, top, right and bottom in shares of the image's sides."""
        width, height = self._pictures.size(row)
        left, top, right, bottom = shares
        x, y = round(left * width, _DIGITS), round(top * height, _DIGITS)
        return x, y, round(right * width - x, _DIGITS), round(bottom * height - y, _DIGITS)

    def _undo(self, row: int) -> None:
        """Take back the last correction of an image; that of another one is not seen here."""
        mine = [entry for entry in self._made if entry[1] == row]
        if mine:
            self._dataset.edits.undo(mine[-1][0])
            self._made.remove(mine[-1])

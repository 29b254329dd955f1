"""Corrections from the viewer as changes of the data set."""

from __future__ import annotations

from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.dataset_pictures import DatasetPictures
from paddlex_nb.widgets.parts import Correction

Box = tuple[float, float, float, float]


class Corrector:
    """Makes corrections of a data set, and takes its own back.

    Args:
        dataset: The data set.
        pictures: The pictures that corrections count.
    """

    def __init__(self, dataset: Dataset, pictures: DatasetPictures) -> None:
        self._dataset, self._pictures = dataset, pictures
        self._made: list[tuple[int, int]] = []

    def make(self, wish: Correction) -> list[int]:
        """Make a correction.

        Returns:
            The pictures that it concerns.

        Raises:
            UserError: It does not fit the data set.
        """
        if wish.what == "undo":
            return self._undo()
        row = int(self._pictures.rows[wish.index])
        number = self._change(row, wish)
        self._made.append((number, row))
        return [wish.index]

    def _change(self, row: int, wish: Correction) -> int:
        dataset = self._dataset
        name = dataset.classes[wish.class_id] if wish.class_id >= 0 else ""
        match wish:
            case Correction(what="image_class"):
                return dataset.set_class([row], name).number
            case Correction(what="object_class", number=int(number)):
                return dataset.set_object_class([(row, number)], name).number
            case Correction(what="box", number=int(number), box=tuple(box)):
                return dataset.set_box(row, number, self._pixels(row, box)).number
            case Correction(what="add", box=tuple(box)):
                return dataset.add_object(row, name, self._pixels(row, box)).number
            case Correction(what="delete", number=int(number)):
                return dataset.drop_objects([(row, number)]).number
        raise ValueError(wish)

    def _pixels(self, row: int, box: Box) -> Box:
        """x, y, width and height in pixels of a box in shares."""
        width, height = self._pictures.size(row)
        left, top, right, bottom = box
        return left * width, top * height, (right - left) * width, (bottom - top) * height

    def _undo(self) -> list[int]:
        if not self._made:
            return []
        number, row = self._made[-1]
        self._dataset.undo(number)
        self._made.pop()
        return [int(at) for at in (self._pictures.rows == row).nonzero()[0]]

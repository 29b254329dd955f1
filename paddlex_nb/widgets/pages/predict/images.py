"""What a prediction job found in images from anywhere, as pictures; the truth where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image, shown_size
from paddlex_nb.data.images.tile_reader import most_pixels
from paddlex_nb.data.importing.relocate import moved_path
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.thumbnails.full_size import LARGEST, whole_picture
from paddlex_nb.data.thumbnails.making import thumbnail
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.images.dataset_images import LARGE, kept_side
from paddlex_nb.widgets.images.layers import mask_png, mask_shapes, object_shapes, truth
from paddlex_nb.widgets.parts import Layer, Pictures, Shape, Tile


class Predicted(Pictures):
    """The images of one prediction job.

    Args:
        entries: The job's predictions.
        classes: Class names, in the order of the model's outputs.
        dataset: The data set whose labels are shown for images of it.

    Attributes:
        known: Whether the truth is known for any of the images.
    """

    def __init__(
        self, entries: list[dict[str, Any]], classes: list[str], dataset: Dataset | None
    ) -> None:
        record = dataset.record if dataset is not None else None
        if record is not None:  # it may have been moved since the prediction
            entries = [{**e, "path": moved_path(record, e["path"])} for e in entries]
        self._entries, self._classes = entries, classes
        self._view = DatasetView(dataset.folder) if dataset is not None else None
        paths = self._view.paths if self._view is not None else []
        known = {str(path.resolve()): row for row, path in enumerate(paths)}
        self._rows = [known.get(str(Path(entry["path"]).resolve())) for entry in entries]
        self.known = any(row is not None for row in self._rows)

    @property
    def count(self) -> int:
        """Number of images."""
        return len(self._entries)

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded)."""
        size = kept_side(side)
        return list(each(lambda index: self._tile(index, size), range(start, stop), lambda _: None))

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        """One picture large enough to look into, or with all its pixels."""
        return self._tile(index, LARGEST if whole else LARGE)

    def _tile(self, index: int, size: int) -> Tile:
        entry, row = self._entries[index], self._rows[index]
        path = Path(entry["path"])
        try:
            jpeg = (whole_picture if size == LARGEST else partial(thumbnail, size=size))(
                path, most=most_pixels()
            )
        except UserError:
            jpeg = b""
        layer = predicted_layer(entry, self._classes, size)
        shown = _size(path)
        if not self.known:
            return Tile(jpeg, path.name, (layer,), shown)
        if row is None or self._view is None:
            layers = (Layer(note=tr("wizard.predict.unknown")), layer)
            return Tile(jpeg, path.name, layers, shown)
        return Tile(jpeg, path.name, (truth(self._view, row, size), layer), shown)


def predicted_layer(entry: dict[str, Any], classes: Sequence[str], size: int) -> Layer:
    """A prediction of whatever task as a layer.

    Args:
        entry: From a prediction job.
        classes: Class names.
        size: Longest side in pixels at which the picture is shown.
    """
    match entry:
        case {"error": {"key": str(key), "values": dict(values)}}:
            return Layer(note=Message(key, values).text())
        case {"objects": list(objects), "path": str(path)}:
            return Layer(shapes=_object_shapes(objects, _size(Path(path)), size))
        case {"mask": str(mask)}:
            return Layer(mask=mask_png(Path(mask), classes, size))
        case {"class": str(name), "score": float(score)}:
            number = (classes.index(name),) if name in classes else ()
            return Layer(number, note=f"{score:.2f}")
    return Layer()


def _object_shapes(
    objects: Sequence[dict[str, Any]], size: tuple[int, int], shown: int
) -> tuple[Shape, ...]:
    class_ids, boxes, scores = ([o[name] for o in objects] for name in ("class_id", "box", "score"))
    if all("mask" in item for item in objects):
        return mask_shapes(class_ids, boxes, [item["mask"] for item in objects], scores, shown)
    # a detector's, or what version 0.1.0 kept in place of masks
    outlines = [item.get("polygons") for item in objects]
    return object_shapes(size, class_ids, boxes, outlines, scores)


def _size(path: Path) -> tuple[int, int]:
    try:
        with open_image(path, most_pixels()) as image:
            return shown_size(image)
    except DECODE_ERRORS:
        return (1, 1)

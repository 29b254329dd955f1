"""A data set as writers see it: pictures with names that no two share, and their labels."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.task import Task
from paddlex_nb.data.source.report import Progress
from paddlex_nb.data.store.attributes import Attributes
from paddlex_nb.data.store.label_maps import IGNORE
from paddlex_nb.data.store.records import SPLITS
from paddlex_nb.data.store.rle import outlines_of_mask
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView


class Picture(msgspec.Struct, frozen=True):
    """An image that is written.

    Attributes:
        row: Its position in the data set.
        source: Its file.
        name: File name; names of all pictures differ even without their endings.
        split: train, val or test; empty if the image is in none.
        width: Width in pixels as shown.
        height: Height in pixels as shown.
        class_name: Its class in classification, else empty.
    """

    row: int
    source: Path
    name: str
    split: str
    width: int
    height: int
    class_name: str = ""

    @property
    def stem(self) -> str:
        """The image's file name without its suffix."""
        return PurePosixPath(self.name).stem


class WrittenObject(msgspec.Struct, frozen=True):
    """An object of a picture.

    Attributes:
        number: Number of its class.
        name: Name of its class.
        box: Left, top, right, bottom in pixels.
        polygons: Its outlines, each x0, y0, x1, ...
        crowd: It stands for a crowd of its class.
        attributes: What else is said of it.
    """

    number: int
    name: str
    box: tuple[float, float, float, float]
    polygons: list[list[float]]
    crowd: bool = False
    attributes: Attributes = {}


class Content:
    """The images, labels and splits that a writer writes.

    Args:
        folder: The data set's folder.
        progress: Told how far the writing is; may raise to stop it.

    Attributes:
        task: What the labels are for.
        classes: Class names, in the order of their numbers.
        pictures: The images.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path, progress: Progress = lambda *_: None) -> None:
        self._view = DatasetView(folder)
        self.task: Task = self._view.task
        self.classes: list[str] = self._view.classes
        self._progress = progress
        divided = read_splits(folder)
        split_of = {row: s for s in SPLITS for row in getattr(divided, s)}
        names = _names([path.name for path in self._view.paths])
        sizes: list[tuple[int, int]] = list(map(tuple, self._view.sizes.tolist()))
        splits = [split_of.get(row, "") for row in self._view.rows.tolist()]
        self.pictures = [
            Picture(row, path, names[row], splits[row], *sizes[row], class_name=self._class(row))
            for row, path in enumerate(self._view.paths)
        ]

    def _class(self, row: int) -> str:
        return self.classes[self._view.labels[row]] if self.task is Task.CLASSIFICATION else ""

    @cached_property
    def by_split(self) -> dict[str, list[Picture]]:
        """The pictures of each split that has any."""
        by_split = {
            split: [p for p in self.pictures if p.split == split] for split in (*SPLITS, "")
        }
        return {split: pictures for split, pictures in by_split.items() if pictures}

    def copy(self, place: Callable[[Picture], Path]) -> Iterator[Picture]:
        """Copy the images, each before it is given.

        Args:
            place: Where an image goes.

        Raises:
            UserError: An image is gone, or the disk is full or refuses.
        """
        total = len(self.pictures)
        for done, picture in enumerate(self.pictures, 1):
            target = place(picture)
            with disk_errors(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                if not picture.source.is_file():
                    raise UserError("data.image_unreadable", path=picture.source)
                shutil.copyfile(picture.source, target)
            yield picture
            self._progress("write", done, total, "images")

    def objects(self, picture: Picture) -> list[WrittenObject]:
        """The objects of a picture; in semantic segmentation a region for each class."""
        if self.task is Task.SEGMENTATION:
            return list(self._regions(picture))
        objects = self._view.objects(picture.row)
        outlines = [[list(line) for line in one] for one in objects.outlines or ()]
        columns = zip(
            objects.class_id.tolist(),
            objects.xyxy.tolist(),
            outlines,
            objects.crowd.tolist(),
            self._view.attributes(picture.row),
            strict=True,
        )
        return [WrittenObject(n, self.classes[n], tuple(b), p, c, a) for n, b, p, c, a in columns]

    @property
    def with_attributes(self) -> int:
        """How many objects have attributes."""
        return self._view.with_attributes

    @property
    def irregular(self) -> tuple[int, int]:
        """How many objects have several outlines, and how many stand for a crowd."""
        parts = crowds = 0
        for picture in self.pictures:
            objects = self._view.objects(picture.row)
            parts += sum(len(outlines) > 1 for outlines in objects.outlines or ())
            crowds += int(objects.crowd.sum())
        return parts, crowds

    def _regions(self, picture: Picture) -> Iterator[WrittenObject]:
        label_map = self.label_map(picture)
        for number in np.unique(label_map).tolist():
            polygons = outlines_of_mask(label_map == number)
            points = np.concatenate([np.reshape(p, (-1, 2)) for p in polygons])
            box = (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
            name = "__ignore__" if number == IGNORE else self.classes[number]
            yield WrittenObject(number, name, box, polygons)

    def label_map(self, picture: Picture) -> NDArray[np.uint8]:
        """The class number of every pixel, of shape (height, width); 255 where there is none.

        Raises:
            UserError: Its mask is gone or damaged.
        """
        return self._view.label_map(picture.row)


def _names(files: list[str]) -> list[str]:
    """File names of which no two are the same without their endings, in any case of letters."""
    taken: set[str] = set()
    names = []
    for file in files:
        stem, dot, ending = file.rpartition(".")
        stem, ending = (stem, dot + ending) if dot else (file, "")
        count, candidate = 1, stem
        while candidate.casefold() in taken:
            count += 1
            candidate = f"{stem}_{count}"
        taken.add(candidate.casefold())
        names.append(candidate + ending)
    return names


def write_text(path: Path, text: str) -> None:
    """Write a label file.

    Raises:
        UserError: The disk is full or refuses.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_lines(path: Path, lines: list[str]) -> None:
    """Write a list, a line each; names cannot break it."""
    flat = (" ".join(line.splitlines()) for line in lines)
    write_text(path, "".join(f"{line}\n" for line in flat))

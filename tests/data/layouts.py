"""Small data sets laid out as the tools and public sets lay them out."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.pipeline import Examined, examine

from .told import Told

SIZE = (48, 40)
"""Width and height of all images."""


def photo(path: Path, seed: int = 0) -> None:
    """An image of coloured squares."""
    path.parent.mkdir(parents=True, exist_ok=True)
    squares = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    Image.fromarray(squares).resize(SIZE, Image.Resampling.NEAREST).save(path)


def grid(*areas: tuple[int, tuple[int, int, int, int]], dtype: str = "uint8") -> Any:
    """A map of values in boxes (left, top, right, bottom) on 0."""
    values = np.zeros(SIZE[::-1], dtype)
    for value, (left, top, right, bottom) in areas:
        values[top:bottom, left:right] = value
    return values


def picture(path: Path, values: Any, palette: list[int] | None = None) -> None:
    """A map as an image file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(values)
    if palette is not None:
        image = image.convert("P")
        image.putpalette(palette)
    image.save(path)


def coloured(values: Any, colours: dict[int, tuple[int, int, int]]) -> Any:
    """A map with its values as colours, black elsewhere."""
    result = np.zeros((*values.shape, 3), np.uint8)
    for value, colour in colours.items():
        result[values == value] = colour
    return result


def text(path: Path, content: object) -> None:
    """A text file, or a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def read(root: Path, told: Told, task: Task | None = None) -> Examined:
    """Recognise and read."""
    return examine(root, task, None, root.parent / "own", told)


def recognised_as(examined: Examined) -> tuple[str, str]:
    """The format and the task that were recognised."""
    return examined.detected.format.name, examined.detected.format.task.value


def splits(examined: Examined) -> dict[str, int]:
    """Images by split."""
    return dict(Counter(image.split for image in examined.draft.images))


def objects(examined: Examined) -> dict[str, list[tuple[str, list[float]]]]:
    """Class and box of the objects of each image, by its path."""
    draft = examined.draft
    result: dict[str, list[tuple[str, list[float]]]] = {i.path: [] for i in draft.images}
    table = draft.objects
    rows = zip(table.image.tolist(), table.class_id.tolist(), table.boxes.tolist(), strict=True)
    for image, number, box in rows:
        rounded = [round(value, 3) for value in box]
        result[draft.images[image].path].append((draft.classes[number], rounded))
    return result


def parts(examined: Examined) -> list[int]:
    """The number of outlines of each object."""
    counts: list[int] = np.diff(examined.draft.objects.outlines.objects).tolist()
    return counts


OF_SMALL_SETS = {
    *("class_too_small", "unused_class", "class_not_in_train", "one_class", "no_object_in_split")
}


def codes(told: Told) -> set[str]:
    """Codes of the findings that do not only say how small the data set is."""
    return told.codes() - OF_SMALL_SETS

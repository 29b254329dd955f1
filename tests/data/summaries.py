"""What a data set says of itself, in forms that can be compared."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from pycocotools import mask as coco_mask

from paddlex_nb.core.task import Task
from paddlex_nb.data.explore.statistics import statistics
from paddlex_nb.data.store.split_file import split_counts
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.data.writers import Content
from paddlex_nb.data.writers.content import Picture

from .settled import settle


def summary(folder: Path) -> dict[str, Any]:
    """All that a user is shown of a data set: figures, objects, splits, what is exported."""
    record = settle(folder)
    view = DatasetView(folder)
    objects = [view.objects(row).class_id.tolist() for row in range(len(view))]
    return {
        "images": record.images,
        "classes": record.classes,
        "paths": [path.name for path in view.paths],
        "objects": objects,
        "counts": msgspec.to_builtins(split_counts(folder)),
        "statistics": msgspec.to_builtins(statistics(folder)),
        "written": [[t.name for t in Content(folder).objects(p)] for p in Content(folder).pictures],
    }


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by its path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def facts(folder: Path) -> dict[str, Any]:
    """What the labels say, by the picture's name, in any order of objects."""
    content = Content(folder)
    return {picture.stem: _labels(content, picture) for picture in content.pictures}


def _labels(content: Content, picture: Picture) -> Any:
    if content.task is Task.CLASSIFICATION:
        return picture.class_name
    if content.task is Task.SEGMENTATION:
        names = np.array([*content.classes, *[""] * (256 - len(content.classes))])
        return names[content.label_map(picture)]
    return sorted((t.name, *np.round(t.box, 2), t.crowd) for t in content.objects(picture))


def counts(folder: Path) -> dict[str, Any]:
    """How many objects there are of each class, by the picture's name."""
    content = Content(folder)
    return {p.stem: sorted(t.name for t in content.objects(p)) for p in content.pictures}


def masks(folder: Path) -> dict[tuple[str, str], Any]:
    """The area of each class in each picture."""
    content = Content(folder)
    decoded = {}
    for picture in content.pictures:
        size = picture.height, picture.width
        for number, name in enumerate(content.classes):
            parts = [p for t in content.objects(picture) if t.number == number for p in t.polygons]
            if parts:
                area = coco_mask.merge(coco_mask.frPyObjects(parts, *size))
                decoded[picture.stem, name] = coco_mask.decode(area)
    return decoded


def same(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    """Whether two mappings have the same keys and equal arrays or values."""
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def splits(folder: Path) -> dict[str, str]:
    """The split of each picture, by its name."""
    return {picture.stem: picture.split for picture in Content(folder).pictures}

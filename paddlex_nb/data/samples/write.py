"""Writing the samples, each in the most common format of its task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from paddlex_nb.core.files import write_bytes
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples.fruit import FRUITS
from paddlex_nb.data.samples.scene import Placed, draw_scene

_NAMES = list(FRUITS)
_PER_CLASS = 80
_SCENES = 48
_QUALITY = 90
_LEAST_PIXELS = 60
_PALETTE = (245, 245, 240, 206, 58, 52, 240, 190, 66, 158, 38, 90, 110, 90, 170)


def _classification(folder: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    for name in _NAMES:
        (folder / name).mkdir()
        for number in range(_PER_CLASS):
            image, _ = draw_scene(96, 96, [name], (0.72, 0.96), random)
            image.save(folder / name / f"{name}_{number:03d}.jpg", quality=_QUALITY)


def _detection(folder: Path, seed: int) -> None:
    _write_names(folder, _NAMES)
    (folder / "Annotations").mkdir()
    for stem, placed in _scenes(folder, seed):
        root = Element("annotation")
        SubElement(root, "folder").text = "JPEGImages"
        SubElement(root, "filename").text = f"{stem}.jpg"
        height, width = placed[0].mask.shape
        size = SubElement(root, "size")
        for key, value in (("width", width), ("height", height), ("depth", 3)):
            SubElement(size, key).text = str(value)
        for item in placed:
            node = SubElement(root, "object")
            SubElement(node, "name").text = item.name
            SubElement(node, "difficult").text = "0"
            box = SubElement(node, "bndbox")
            for key, edge in zip(("xmin", "ymin", "xmax", "ymax"), _box(item.mask), strict=True):
                SubElement(box, key).text = str(edge)
        indent(root)
        ElementTree(root).write(folder / "Annotations" / f"{stem}.xml", encoding="utf-8")


def _segmentation(folder: Path, seed: int) -> None:
    _write_names(folder, ["background", *_NAMES])
    (folder / "Annotations").mkdir()
    for stem, placed in _scenes(folder, seed):
        numbers = np.zeros(placed[0].mask.shape, np.uint8)
        for item in placed:
            numbers[item.mask] = _NAMES.index(item.name) + 1
        mask = Image.fromarray(numbers)
        mask.putpalette(_PALETTE)
        mask.save(folder / "Annotations" / f"{stem}.png")


def _instance_segmentation(folder: Path, seed: int) -> None:
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, (stem, placed) in enumerate(_scenes(folder, seed), 1):
        height, width = placed[0].mask.shape
        images.append({"id": number, "file_name": f"{stem}.jpg", "width": width, "height": height})
        for item in placed:
            left, top, right, bottom = _box(item.mask)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": _NAMES.index(item.name) + 1,
                    "bbox": [left, top, right - left, bottom - top],
                    "area": int(item.mask.sum()),
                    "segmentation": _outlines(item.mask),
                    "iscrowd": 0,
                }
            )
    categories = [{"id": i, "name": name} for i, name in enumerate(_NAMES, 1)]
    document = {"images": images, "annotations": annotations, "categories": categories}
    write_bytes(folder / "annotations.json", msgspec.json.encode(document))


WRITERS: dict[Task, Callable[[Path, int], None]] = {
    Task.CLASSIFICATION: _classification,
    Task.DETECTION: _detection,
    Task.SEGMENTATION: _segmentation,
    Task.INSTANCE_SEGMENTATION: _instance_segmentation,
}
"""What writes the sample of each task into an empty folder, from a seed."""


def _scenes(folder: Path, seed: int) -> Iterator[tuple[str, list[Placed]]]:
    """Draw and save pictures of several fruit; the name of each and what is in it."""
    random: Generator = np.random.default_rng(seed)
    (folder / "JPEGImages").mkdir()
    for number in range(_SCENES):
        fruit = random.choice(_NAMES, random.integers(3, 7)).tolist()
        image, placed = draw_scene(256, 192, fruit, (0.26, 0.5), random)
        stem = f"table_{number:03d}"
        image.save(folder / "JPEGImages" / f"{stem}.jpg", quality=_QUALITY)
        yield stem, [item for item in placed if item.mask.sum() >= _LEAST_PIXELS]


def _write_names(folder: Path, names: list[str]) -> None:
    (folder / "labels.txt").write_text("".join(f"{n}\n" for n in names), encoding="utf-8")


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is set; right and bottom are the first pixels outside."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _outlines(mask: NDArray[np.bool_]) -> list[list[int]]:
    """Polygons around what is set."""
    import cv2

    contours, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    smooth = [cv2.approxPolyDP(contour, 0.8, True) for contour in contours]
    return [c.reshape(-1).tolist() for c in smooth if len(c) >= 3]

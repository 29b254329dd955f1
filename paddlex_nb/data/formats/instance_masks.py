"""Instance segmentation as a mask file for each object."""

from __future__ import annotations

import re
from functools import partial
from pathlib import PurePosixPath

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.listfiles import read_labels
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder, outline_box
from paddlex_nb.data.store.rle import outlines_of_mask

_LOSSLESS = (".png", ".bmp", ".tif", ".tiff")
_UNNAMED = "object"
_LEAST = 2
"""An image with a single mask may as well be one of semantic segmentation."""


class _Outline(msgspec.Struct):
    polygons: list[list[float]] = []
    problem: str = ""


class InstanceMasks:
    """A folder of masks for each image, one an object.

    Either ``x/images/x.png`` with ``x/masks/*.png`` (as in the Data Science Bowl 2018), or
    ``images/x.jpg`` with ``masks/x/*.png``. A mask's file name may say its class
    (``cat_1.png``); otherwise all are of one. Pixels other than 0 are of the object.
    """

    name = "instance_masks"
    task = Task.INSTANCE_SEGMENTATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise images with several masks each."""
        by_image = _masks(tree)
        if not any(len(masks) >= _LEAST for masks in by_image.values()):
            return None
        image, masks = max(by_image.items(), key=lambda pair: len(pair[1]))
        values = {"images": len(by_image), "image": image, "masks": len(masks)}
        return Evidence(0.93, Message("formats.instance_masks.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read every mask; those that cannot be decoded become findings."""
        by_image = _masks(tree)
        numbers = ClassNumbers(read_labels(tree, report))
        jobs = [(row, mask) for row, masks in enumerate(by_image.values()) for mask in masks]
        files, total = [mask for _, mask in jobs], len(jobs)
        objects = ObjectTableBuilder()
        outlines = each(
            partial(_outline, tree), files, lambda n: report.progress("scan", n, total, "files")
        )
        for (row, mask), outline in zip(jobs, outlines, strict=True):
            number = numbers.number(_class_of(mask))
            if outline.problem:
                report.error(outline.problem, mask)
            elif number is None:
                report.error("unknown_class", mask, name=_class_of(mask))
            elif outline.polygons:
                objects.add(row, number, outline_box(outline.polygons), outline.polygons)
            else:
                report.warning("mask_all_background", mask)
        table = objects.build()
        classes = numbers.settle([], table)
        images = [DraftImage(image, split_in(image), labels=image) for image in by_image]
        return Draft(images, classes, ["."] * len(classes), table)


def _masks(tree: FileTree) -> dict[str, list[str]]:
    """The masks of each image."""
    if not any("masks" in folder.split("/") for folder in tree.folders):
        return {}
    by_image: dict[str, list[str]] = {}
    for image in tree.images:
        path = PurePosixPath(image)
        parts = path.parts
        if "images" not in parts[:-1]:
            continue
        at = len(parts) - 1 - parts[::-1].index("images")
        folders = (*parts[:at], "masks", *parts[at + 1 : -1])
        beside = tree.folders.get("/".join((*folders, path.stem)))
        alone = at > 0 and len(tree.folders["/".join(parts[:-1])]) == 1
        masks = beside or (tree.folders.get("/".join(folders)) if alone else None)
        if masks:
            by_image[image] = [
                mask for mask in masks if mask.lower().endswith((".png", ".bmp", ".tif"))
            ]
    return by_image


def _outline(tree: FileTree, path: str) -> _Outline:
    try:
        with open_image(tree.root / path) as image:
            inside = np.asarray(image.convert("L") if image.mode == "RGBA" else image) != 0
    except Image.DecompressionBombError:
        return _Outline(problem="image_too_large")
    except DECODE_ERRORS:
        return _Outline(problem="truncated_image")
    if inside.ndim == 3:
        inside = inside.any(axis=2)
    return _Outline(outlines_of_mask(inside))


def _class_of(mask: str) -> str:
    """What a mask's file name says of its class: ``cat`` in ``cat_1.png``, ``3-cat.png``."""
    stem = PurePosixPath(mask).stem
    words = [word for word in re.split(r"[-_ ]+", stem) if not word.isdigit()]
    is_name = words and len(words) < len(re.split(r"[-_ ]+", stem))
    return " ".join(words) if is_name else _UNNAMED

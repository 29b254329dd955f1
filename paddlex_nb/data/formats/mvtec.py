"""MVTec AD: good and defective images in folders, and masks of the defects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.rle import outlines_of_mask

_IMAGE = re.compile(r"^((?:[^/]+/)*)(train|test)/([^/]+)/[^/]+$")
_MASKS = "ground_truth"
_GOOD = {"good", "ok"}
_LIKELY = {
    Task.SEGMENTATION: 0.94,
    Task.CLASSIFICATION: 0.9,
    Task.INSTANCE_SEGMENTATION: 0.6,
    Task.DETECTION: 0.5,
}


class Mvtec(EntryFormat):
    """``train/good/000.png``, ``test/scratch/000.png`` with ``ground_truth/scratch/000_mask.png``.

    A kind of defect is a class: of whole images in classification (with ``good``), else of the
    region of the mask. Of several objects (``bottle/test/…``) the class is ``bottle/scratch``.
    ``train`` holds good images alone and teaches no defect, so that it is not taken for the split.
    """

    name = "mvtec"
    no_photos = re.compile(r"(?:^|/)ground_truth/")

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise masks in folders of the names of those of test images."""
        pairs = [(image, mask) for image, _, mask in self._images(tree) if mask]
        goods = not _GOOD.isdisjoint(image.split("/")[-2] for image in tree.images if "/" in image)
        if not pairs or not goods:
            return None
        values = {"files": len(pairs), "image": pairs[0][0], "example": pairs[0][1]}
        return Evidence(_LIKELY[self.task], Message("formats.mvtec.evidence", values))

    def files(self, tree: FileTree) -> list[str]:
        """The masks."""
        return [mask for _, _, mask in self._images(tree) if mask]

    def all_entries(
        self,
        tree: FileTree,
        files: list[str],  # noqa: ARG002 - images without a mask count, too
        report: Report,
    ) -> Iterator[tuple[str, Entry]]:
        """All images, those with a mask with the outline of their defect."""
        images = self._images(tree)
        drawn = self.task is not Task.CLASSIFICATION
        wanted = [mask for _, _, mask in images if mask] if drawn else []
        total = len(wanted)
        outlines = each(
            partial(_outline, tree), wanted, lambda n: report.progress("scan", n, total, "files")
        )
        for image, label, mask in images:
            entry = Entry(image, labels=[label], undivided=True)
            tree.taken.add(mask)
            if drawn and mask:
                polygons = next(outlines)
                if polygons is None:
                    report.error("truncated_image", mask)
                    continue
                if polygons:
                    entry.shapes = [Shape(label, polygons, drawn=True)]
            elif drawn and label.rpartition("/")[2] not in _GOOD:
                report.warning("missing_annotation", image, labels=_MASKS)
                continue
            yield mask or image, entry

    @staticmethod
    def _images(tree: FileTree) -> list[tuple[str, str, str]]:
        """Each image with its class and its mask (or nothing)."""
        found = []
        tops = _mask_tops(tree)
        for image in tree.images if tops else ():
            match = _IMAGE.fullmatch(image)
            if match is None or f"{match[1]}{_MASKS}/" not in tops:
                continue
            home, _, defect = match.groups()
            stem = image.rpartition("/")[2].rpartition(".")[0]
            places = (
                f"{home}{_MASKS}/{defect}/{stem}{end}" for end in ("_mask.png", ".png", "_mask.bmp")
            )
            mask = "" if defect in _GOOD else next(filter(None, map(tree.find, places)), "")
            found.append((image, f"{home}{defect}".rstrip("/"), mask))
        return found


def _mask_tops(tree: FileTree) -> set[str]:
    """The folders of all masks, each with a slash behind it."""
    return {
        f"{folder[: folder.index(_MASKS)]}{_MASKS}/"
        for folder in tree.image_folders
        if f"/{_MASKS}/" in f"/{folder}/"
    }


def _outline(tree: FileTree, path: str) -> list[list[float]] | None:
    """The outlines of what is not black in a mask; None if it cannot be decoded."""
    try:
        with open_image(tree.root / path) as image:
            return outlines_of_mask(np.asarray(image.convert("L")) > 0)
    except DECODE_ERRORS:
        return None

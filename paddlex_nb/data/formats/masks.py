"""Semantic segmentation: an image and a mask of class numbers for each."""

from __future__ import annotations

from paddlex_nb.data.draft import Draft, DraftImage
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.listfiles import labels_file, list_files, pair, read_labels
from paddlex_nb.data.formats.pairs import by_stem, pick_folder, read_pairs
from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import FileTree
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task

_IMAGES = ("jpegimages", "images", "image", "imgs")
_MASKS = ("annotations", "masks", "mask", "labels", "segmentationclass")


class Masks:
    """Segmentation data as images and PNG masks whose pixels are class numbers.

    Either two folders with equal names (``JPEGImages/x.jpg``, ``Annotations/x.png``) or list
    files with an image and a mask a line. ``labels.txt`` names the classes.
    """

    name = "masks"
    task = Task.SEGMENTATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise lists of image and PNG, or two folders of which one holds PNG files."""
        for file in list_files(tree).values():
            parts = next((pair(line.strip()) for line in tree.head(file) if line.strip()), None)
            if parts and parts[1].lower().endswith(".png"):
                return Evidence(0.9, Message("formats.masks.list_evidence", {"list": file}))
        images, masks = pick_folder(tree, _IMAGES), pick_folder(tree, _MASKS)
        common = by_stem(_pngs(tree, masks)).keys() & by_stem(tree.folders.get(images, ())).keys()
        if not images or not masks or not common:
            return None
        values = {"images": images, "masks": masks, "pairs": len(common)}
        return Evidence(0.85, Message("formats.masks.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Pair images and masks; those without a partner become findings."""
        classes = read_labels(tree, report)
        images: dict[str, DraftImage] = {}
        for split, image, mask in read_pairs(tree, report):
            images.setdefault(image, DraftImage(image, split, mask=mask, labels=mask))
        if not images:
            for draft in _matched(tree, report):
                images[draft.path] = draft
        return Draft(list(images.values()), classes, [labels_file(tree) or "."] * len(classes))


def _matched(tree: FileTree, report: Report) -> list[DraftImage]:
    images, masks = pick_folder(tree, _IMAGES), pick_folder(tree, _MASKS)
    by_image = by_stem(tree.folders.get(images, ()))
    by_mask = by_stem(_pngs(tree, masks))
    for stem in sorted(by_image.keys() - by_mask.keys()):
        report.warning("missing_annotation", by_image[stem], labels=f"{masks}/{stem}.png")
    for stem in sorted(by_mask.keys() - by_image.keys()):
        report.error("missing_image", by_mask[stem], path=f"{images}/{stem}.jpg")
    both = sorted(by_image.keys() & by_mask.keys())
    return [DraftImage(by_image[s], mask=by_mask[s], labels=by_mask[s]) for s in both]


def _pngs(tree: FileTree, folder: str) -> list[str]:
    return [f for f in tree.folders.get(folder, ()) if f.lower().endswith(".png")]

"""Semantic segmentation: an image and a mask for each."""

from __future__ import annotations

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_paths import class_paths
from paddlex_nb.data.formats.colour_table import colour_table, read_colours
from paddlex_nb.data.formats.layout_words import is_layout_word
from paddlex_nb.data.formats.listfiles import labels_file, list_files, pair, read_labels
from paddlex_nb.data.formats.mask_classes import mask_classes
from paddlex_nb.data.formats.mask_pairs import (
    MaskPair,
    mask_pairs,
    photos,
    without_by_products,
)
from paddlex_nb.data.formats.mask_values import sampled_values, two_classes
from paddlex_nb.data.formats.pairs import read_pairs
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.label_maps import BACKGROUND, MaskCode

_TWO = 2
"""Classes of masks that need no names: background and foreground."""


class Masks:
    """Segmentation data as images and masks.

    Folders with equal names (``JPEGImages/x.jpg``, ``Annotations/x.png``; also below ``train``,
    ``val``), masks beside their images (``x_mask.png``, or ``x.png`` beside ``x.jpg``), or list
    files with an image and a mask a line. Pixels are class numbers named by ``labels.txt``,
    colours of a table such as ``class_dict.csv``, or two tones for background and foreground (0
    and 255, also with smooth borders, or as JPEG).
    """

    name = "masks"
    task = Task.SEGMENTATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise lists of image and PNG, or images with masks of their names."""
        for file in list_files(tree).values():
            parts = next((pair(line.strip()) for line in tree.head(file) if line.strip()), None)
            if parts and is_image(parts[1]):
                return Evidence(0.9, Message("formats.masks.list_evidence", {"list": file}))
        pairs = [p for p in mask_pairs(tree) if p.image and p.mask]
        if not pairs:
            return None
        values = {"pairs": len(pairs), "image": pairs[0].image, "mask": pairs[0].mask}
        if not pairs[0].by_pixels:
            return Evidence(0.85, Message("formats.masks.evidence", values))
        reason = Message("formats.masks.pixel_evidence", values)
        return Evidence(0.8, reason, _doubts(tree, frozenset(pair.mask for pair in pairs)))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Pair images and masks; those without a partner become findings."""
        images: dict[str, DraftImage] = {}
        for split, image, mask in read_pairs(tree, report):
            images.setdefault(image, DraftImage(image, split, mask=mask, labels=mask))
        if not images:
            for pair in _whole(mask_pairs(tree), report):
                draft = DraftImage(pair.image, pair.split, mask=pair.mask, labels=pair.mask)
                images[pair.image] = draft
            _note_same_names(tree, images, report)
        _note_others(tree, images, report)
        drafts = list(images.values())
        _refuse_own_numbers(tree)
        told = mask_classes(tree, [draft.mask for draft in drafts], report)
        if told is not None:
            return Draft(drafts, told.classes, [told.place] * len(told.classes), masks=told.code)
        if table := colour_table(tree):
            classes, code = read_colours(tree, report)
            return Draft(drafts, classes, [table] * len(classes), masks=code)
        classes, code = read_labels(tree, report), MaskCode()
        sample = sampled_values(tree.root, [draft.mask for draft in drafts])
        values = set(sample.counts)
        binary = two_classes(sample) if len(classes) <= _TWO else None
        if binary is not None:
            code = binary
            note = "binary_masks" if len(values) == _TWO else "soft_masks"
            report.info(note, bright=max(values))
        elif not classes and sample.too_many:
            raise UserError("data.masks_of_light", path=sample.example, values=sample.most)
        two = values == {0, 1} and not sample.palette
        if (binary is not None or two) and len(classes) < _TWO:
            classes = [BACKGROUND, *classes, "foreground"][:_TWO]
        return Draft(drafts, classes, [labels_file(tree) or "."] * len(classes), masks=code)


def _doubts(tree: FileTree, masks: frozenset[str]) -> tuple[Message, ...]:
    """Whether images whose masks nothing names lie in folders that may be classes."""
    classes = class_paths(tree, masks).classes
    if len(classes) < 2 or all(map(is_layout_word, classes)):
        return ()
    return (Message("formats.masks.doubt.classes", {"folders": classes[:3]}),)


def _whole(pairs: list[MaskPair], report: Report) -> list[MaskPair]:
    """The pairs of which both are there."""
    pairs, drawn = without_by_products(pairs)
    if drawn:
        report.info("masks_for_the_eye", files=len(drawn), example=drawn[0])
    for candidate in pairs:
        if not candidate.mask:
            report.warning("missing_annotation", candidate.image, labels=_guess(candidate, pairs))
        elif not candidate.image:
            report.error("missing_image", candidate.mask, path=_guess(candidate, pairs))
    return [candidate for candidate in pairs if candidate.image and candidate.mask]


def _note_same_names(tree: FileTree, images: dict[str, DraftImage], report: Report) -> None:
    """Report images that have the name of another but for their extension: it has the mask."""
    by_name = {image.rpartition(".")[0]: image for image in images}
    masks = {image.mask for image in images.values()}
    for image in tree.images:
        other = by_name.get(image.rpartition(".")[0])
        if other is not None and image not in images and image not in masks:
            report.warning("same_name", image, other=other)


def _refuse_own_numbers(tree: FileTree) -> None:
    """Refuse masks of which each has numbers of its own, as labelme_json_to_dataset writes them.

    Raises:
        UserError: The lists of names beside the masks are not the same.
    """
    lists = [file for file in tree.ending(".txt") if file.endswith("_json/label_names.txt")]
    if lists and len({tuple(tree.head(file)) for file in lists}) > 1:
        raise UserError("data.masks_own_numbers", path=lists[0], files=len(lists))
    tree.taken.update(lists)


def _note_others(tree: FileTree, images: dict[str, DraftImage], report: Report) -> None:
    """Report photos that no list names, or that lie where no photo has a mask."""
    pairs = [] if list_files(tree) else mask_pairs(tree)  # their halves are reported already
    known = {path for pair in pairs for path in (pair.image, pair.mask)}
    known |= {path for image in images.values() for path in (image.path, image.mask)}
    stems = {path.rpartition(".")[0] for path in known}
    left = [path for path in photos(tree) if path.rpartition(".")[0] not in stems]
    if left:
        report.info("photos_without_masks", images=len(left), example=left[0])


def _guess(half: MaskPair, pairs: list[MaskPair]) -> str:
    """The path at which the missing partner would be, after the example of others."""
    example = next(pair for pair in pairs if pair.image and pair.mask)
    path = example.mask if half.image else example.image
    stem = (half.image or half.mask).rpartition("/")[2].rpartition(".")[0]
    folder, _, name = path.rpartition("/")
    return f"{folder}/{stem}.{name.rpartition('.')[2]}".lstrip("/")

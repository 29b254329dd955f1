"""A folder per class, with or without folders per split above or below."""

from __future__ import annotations

from collections import defaultdict

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_doubts import class_doubts
from paddlex_nb.data.formats.class_paths import class_paths
from paddlex_nb.data.formats.class_splits import listed_splits, split_lists
from paddlex_nb.data.formats.layout_words import IMAGE_FOLDERS, MASK_FOLDERS, PLAIN_FOLDERS
from paddlex_nb.data.formats.listfiles import note_unlisted
from paddlex_nb.data.formats.mask_pairs import mask_pairs
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import SPLITS

_UNLABELLED = IMAGE_FOLDERS | MASK_FOLDERS | PLAIN_FOLDERS
"""If there are no other folders, nothing at all says a class."""


class ClassFolders:
    """Classification data as a folder per class: the folder's name is the class.

    A folder at the top that holds images is a class with all that lies below it. One that holds
    only folders divides its classes further: they are called ``top/below``. Folders called train,
    val (valid, validation, dev) and test are the given splits, above the classes or below them.
    What is shown to be a mask of a photo is no photo.
    """

    name = "folders"
    task = Task.CLASSIFICATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise at least one folder of images that is not merely where all images lie."""
        pairs = mask_pairs(tree)
        masks = frozenset(pair.mask for pair in pairs)
        paths = class_paths(tree, masks)
        classes = paths.classes
        if {name.partition("/")[0].lower() for name in classes} <= _UNLABELLED:  # or there are none
            return None
        only = tree.only_folder()
        if only and (as_split(only) or all("/" in folder for folder in tree.image_folders)):
            return None  # a wrapper around the data set
        doubts = class_doubts(tree, paths, pairs)
        files = (file for folder in paths.folders for file in tree.image_folders[folder])
        images = sum(file not in masks for file in files)
        values = {"classes": len(classes), "images": images, "example": classes[0]}
        splits = [split for split in SPLITS if split in paths.splits]
        if len(splits) > 1 and "train" in splits:
            values = {**values, "splits": [*_split_folders(tree, splits)]}
            return Evidence(0.7, Message("formats.folders.split_evidence", values), doubts)
        return Evidence(0.5, Message("formats.folders.evidence", values), doubts)

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the class of every image from its folder."""
        pairs = [pair for pair in mask_pairs(tree) if pair.mask]
        masks = frozenset(pair.mask for pair in pairs)
        if pairs:
            report.info("masks_not_read", pairs[0].mask, masks=len(masks), example=pairs[0].mask)
        paths = class_paths(tree, masks)
        classes = paths.classes
        numbers = {name: number for number, name in enumerate(classes)}
        images = [
            DraftImage(file, split=split, class_id=numbers[name])
            for folder, (split, name) in sorted(paths.folders.items(), key=_by_split_and_class)
            for file in tree.image_folders[folder]
            if file not in masks
        ]
        if listed := listed_splits(tree, (image.path for image in images)):
            tree.taken.update(split_lists(tree).values())
            note_unlisted((image.path for image in images), listed, report)
            images = [image for image in images if image.path in listed]
            for image in images:
                image.split = listed[image.path]
        for folder in sorted(paths.bare):
            if files := [f for f in tree.image_folders[folder] if f not in masks]:
                report.warning(
                    "image_without_class", folder or ".", images=len(files), example=files[0]
                )
        for folder in _empty_classes(tree):
            report.warning("empty_class", folder, name=folder.rpartition("/")[2])
        return Draft(images, classes, [paths.places[name] for name in classes])


def _by_split_and_class(entry: tuple[str, tuple[str, str]]) -> tuple[int, str, str]:
    folder, (split, name) = entry
    return (SPLITS.index(split) if split else -1), name, folder


def _split_folders(tree: FileTree, splits: list[str]) -> list[str]:
    """The names of the folders of the given splits."""
    called: defaultdict[str, str] = defaultdict(str)
    for folder in sorted(tree.image_folders):
        for part in folder.split("/"):
            called[as_split(part)] = called[as_split(part)] or part
    return [called[split] for split in splits]


def _empty_classes(tree: FileTree) -> list[str]:
    """Folders that would be classes if they held images."""
    return [f for f in tree.empty if f.count("/") <= 1]

"""A folder per class, with or without folders per split above."""

from __future__ import annotations

from collections import defaultdict

from paddlex_nb.data.draft import Draft, DraftImage
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.records import SPLITS
from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import FileTree
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task

# names that say what lies in a folder, not of which class it is
_PLAIN_FOLDERS = {"images", "image", "imgs", "img", "jpegimages", "photos", "pictures", "data"}
_PLAIN_FOLDERS |= {"annotations", "masks", "mask", "labels", "segmentationclass"}


class ClassFolders:
    """Classification data as a folder per class: the folder's name is the class.

    A folder at the top that holds images is a class with all that lies below it. One that holds
    only folders divides its classes further: they are called ``top/below``. Folders called train,
    val (valid, validation, dev) and test at the top are the given splits.
    """

    name = "folders"
    task = Task.CLASSIFICATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise at least one folder of images that is not merely where all images lie."""
        splits = _splits(tree)
        classes = sorted({c for folder in splits.values() or [""] for c in _by_class(tree, folder)})
        tops = {name.partition("/")[0].lower() for name in classes}
        if tops <= _PLAIN_FOLDERS:  # or there are no classes at all
            return None
        if not splits and tree.only_folder() and "/" in classes[0]:
            return None  # a wrapper around the data set
        values = {"classes": len(classes), "images": len(tree.images), "example": classes[0]}
        if splits:
            names = ", ".join(splits.values())
            return Evidence(
                0.7, Message("formats.folders.split_evidence", {**values, "splits": names})
            )
        return Evidence(0.5, Message("formats.folders.evidence", values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the class of every image from its folder."""
        splits = _splits(tree)
        found: list[tuple[str, str, str]] = []
        places: dict[str, str] = {}
        for split, folder in splits.items() or [("", "")]:
            for name, files in _by_class(tree, folder).items():
                places.setdefault(name, f"{folder}/{name}" if folder else name)
                found += [(split, name, file) for file in files]
        classes = sorted(places)
        numbers = {name: i for i, name in enumerate(classes)}
        used = {file for _, _, file in found}
        _report_unused(tree, used, report)
        for folder in _empty_classes(tree):
            report.warning("empty_class", folder, name=folder.rpartition("/")[2])
        images = [DraftImage(f, split=split, class_id=numbers[name]) for split, name, f in found]
        return Draft(images, classes, [places[name] for name in classes])


def _splits(tree: FileTree) -> dict[str, str]:
    """The folder of each split, if the data set comes divided so."""
    tops = {f.partition("/")[0] for f in tree.image_folders if "/" in f}
    found: dict[str, str] = {}
    for top in sorted(tops):
        if split := as_split(top):
            found.setdefault(split, top)
    ordered: dict[str, str] = {split: found[split] for split in SPLITS if split in found}
    return ordered if len(ordered) >= 2 and "train" in ordered else {}


def _by_class(tree: FileTree, base: str) -> dict[str, list[str]]:
    """The images below ``base`` by class: the first folder on the way to them that holds images."""
    head = f"{base}/" if base else ""
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for folder, files in tree.image_folders.items():
        parts = folder.removeprefix(head).split("/") if folder.startswith(head) else []
        names = ("/".join(parts[: depth + 1]) for depth in range(len(parts)))
        name = next((n for n in names if n and head + n in tree.image_folders), None)
        if name is not None:
            classes[name] += files
    return dict(classes)


def _empty_classes(tree: FileTree) -> list[str]:
    """Folders that would be classes if they held images."""
    return [f for f in tree.empty if f.count("/") <= 1]


def _report_unused(tree: FileTree, used: set[str], report: Report) -> None:
    unused: defaultdict[str, list[str]] = defaultdict(list)
    for file in tree.images:
        if file not in used:
            unused[file.rpartition("/")[0] or "."].append(file)
    for folder, files in unused.items():
        report.warning("image_without_class", folder, images=len(files), example=files[0])

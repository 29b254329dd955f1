"""Images and label files in two folders, matched by name: what VOC and mask folders share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from paddlex_nb.data.formats.listfiles import Paths, list_files, pair, read_lines
from paddlex_nb.data.records import SPLITS
from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import FileTree


def pick_folder(tree: FileTree, names: tuple[str, ...]) -> str:
    """The first folder at the top that has one of the (lower-case) names, or empty."""
    by_name = {folder.lower(): folder for folder in tree.folders}
    return next((by_name[name] for name in names if name in by_name), "")


def by_stem(files: Iterable[str]) -> dict[str, str]:
    """Files by their name without folder and extension."""
    return {PurePosixPath(f).stem: f for f in files}


def read_pairs(tree: FileTree, report: Report) -> Iterator[tuple[str, str, str]]:
    """Split, image and label file of every line of the list files that can be used."""
    for split, file in list_files(tree).items():
        paths = Paths(tree, file, report)
        for number, line in read_lines(tree, file, report):
            place = f"line {number}"
            parts = pair(line)
            if parts is None:
                report.error("malformed_line", file, place, line=line[:200])
                continue
            image, label = (paths.resolve(part, place) for part in parts)
            if image and label:
                yield split, image, label
        paths.close()


def given_splits(tree: FileTree, images: Mapping[str, str], report: Report) -> dict[str, str]:
    """The split of each image by its stem, from list files or ``ImageSets/Main``.

    Empty if the data set came with less than two splits.
    """
    found: dict[str, str] = {}
    for split, image, _ in read_pairs(tree, report):
        found.setdefault(PurePosixPath(image).stem, split)
    for split in SPLITS if not found else ():
        file = tree.find(f"ImageSets/Main/{split}.txt")
        for number, stem in read_lines(tree, file, report) if file else ():
            if stem in images:
                found.setdefault(stem, split)
            else:
                report.error("missing_image", file or "", f"line {number}", path=stem)
    if len(set(found.values())) < 2:
        return {}
    if unlisted := [f for stem, f in images.items() if stem not in found]:
        report.info("not_listed", images=len(unlisted), example=unlisted[0])
    return found

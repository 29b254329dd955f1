"""Images and label files in two folders, matched by name: what VOC and mask folders share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from paddlex_nb.data.formats.listfiles import Paths, list_files, pair, read_lines
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import SPLITS


def stem_of(path: str) -> str:
    """The name of a file without folder and extension."""
    return path.rpartition("/")[2].rpartition(".")[0]


def guessed(file: str, partners: Mapping[str, str]) -> str:
    """Where the missing partner of a file would be, after the example of the others."""
    example = next(iter(partners.values()), "x.jpg")
    home, _, name = example.rpartition("/")
    path = f"{stem_of(file)}.{name.rpartition('.')[2]}"
    return f"{home}/{path}" if home else path


def note_bare(tree: FileTree, images: Mapping[str, str], report: Report) -> None:
    """Report images without a label file in the folders of those that have one.

    Args:
        tree: The files that there are.
        images: The image of each label file.
        report: Takes the findings.
    """
    labelled = set(images.values())
    stems = {image.rpartition(".")[0] for image in labelled}
    used = {image.rpartition("/")[0] for image in labelled}
    other_way = {image: file for file, image in images.items()}
    for image in tree.images:
        # x.png beside x.jpg has its labels, whichever of the two they name
        if image.rpartition("/")[0] in used and image.rpartition(".")[0] not in stems:
            report.warning("missing_annotation", image, labels=guessed(image, other_way))


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


def _image_set(tree: FileTree, split: str) -> str | None:
    """The list of a split in ``ImageSets/Main``, at the top or in the only folder that has it."""
    end = f"ImageSets/Main/{split}.txt"
    inner = [f for f in tree.ending(".txt") if f.endswith(f"/{end}")]
    return tree.find(end) or (inner[0] if len(inner) == 1 else None)


def given_splits(tree: FileTree, images: Mapping[str, str], report: Report) -> dict[str, str]:
    """The split of each image by its stem, from list files or ``ImageSets/Main``.

    Empty if the data set came with less than two splits.
    """
    by_image: dict[str, str] = {}
    for split, image, _ in read_pairs(tree, report):
        by_image.setdefault(stem_of(image), split)
    for split in SPLITS if not by_image else ():
        file = _image_set(tree, split)
        for number, stem in read_lines(tree, file, report) if file else ():
            if stem.startswith("#"):
                continue
            if stem in images:
                by_image.setdefault(stem, split)
            else:
                report.error("missing_image", file or "", f"line {number}", path=stem)
    if len(set(by_image.values())) < 2:
        return {}
    if unlisted := [f for stem, f in images.items() if stem not in by_image]:
        report.info("not_listed", images=len(unlisted), example=unlisted[0])
    return by_image

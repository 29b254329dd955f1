"""List files of the original PaddleX and of PaddleX 3, shared by several formats."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.images.decode import EXTENSIONS
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import said_whole
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import SPLITS

_LABELS = (
    *("labels.txt", "label.txt", "label_list.txt", "classes.txt", "obj.names", "synsets.txt"),
    *("_darknet.labels", "codes.txt"),
)
_LABEL_PLACES = ("", "labels/", "annotations/", "data/", "train/", "train/labels/", "labels/train/")
_CALLED = {"train": ("train",), "val": ("val", "valid", "validation", "eval"), "test": ("test",)}
_ENDINGS = ("_list.txt", ".txt", ".list")
_NUMBERED = re.compile(r"\s*(\d+)(?:\s+|:\s*)(\S.*)")
_PAIR = re.compile(rf"(.+?(?:{'|'.join(map(re.escape, EXTENSIONS))}))\s+(\S.*)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def list_files(tree: FileTree) -> dict[str, str]:
    """The list file of each split: ``train_list.txt`` or ``train.txt`` and so on, by split."""
    lists = {
        split: next(filter(None, map(tree.find, _list_names(split))), None) for split in SPLITS
    }
    return {split: file for split, file in lists.items() if file}


def _list_names(split: str) -> list[str]:
    return [word + ending for word in _CALLED[split] for ending in _ENDINGS]


def labels_file(tree: FileTree) -> str | None:
    """The file that names the classes, at the top or where labels lie, if there is one."""
    places = (place + name for place in _LABEL_PLACES for name in _LABELS)
    return next(filter(None, map(tree.find, places)), None)


def read_labels(tree: FileTree, report: Report) -> list[str]:
    """Class names in the order of their numbers; empty without a file that names them.

    Lines are names, or numbers and names if the numbers count up from 0. A name that comes
    again is told apart by a number.
    """
    file = labels_file(tree)
    if file is None:
        return []
    lines = [line.strip() for line in tree.text(file, report).splitlines()]
    lines = [line for line in lines if line]
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    by_number = {said_whole(m[1]): m[2] for m in numbered if m}
    if by_number.keys() == set(range(len(lines))):
        lines = [by_number[i] for i in range(len(lines))]
    names: dict[str, None] = {}
    for number, name in enumerate(lines):
        if name in names:
            report.warning("duplicate_class_name", file, name=name, number=number)
            name = next(n for i in range(2, len(lines) + 2) if (n := f"{name} ({i})") not in names)
        names[name] = None
    return list(names)


def read_lines(tree: FileTree, file: str, report: Report) -> Iterator[tuple[int, str]]:
    """The lines of a list that are not blank, with their numbers from 1, separators normalised."""
    lines = [
        (i, s)
        for i, line in enumerate(tree.text(file, report).splitlines(), 1)
        if (s := line.strip())
    ]
    backslashes = sum("\\" in line for _, line in lines)
    if backslashes:
        report.info("backslash_path", file, lines=backslashes)
    for number, line in lines:
        yield number, line.replace("\\", "/")


def pair(line: str) -> tuple[str, str] | None:
    """The image and the label file that a line names; either may hold spaces."""
    match = _PAIR.fullmatch(line)
    return (match[1], match[2]) if match else None


class Paths:
    """Resolves the paths of one list file, which may say anything.

    Args:
        tree: The files that there are.
        file: The list file, for findings.
        report: Takes the findings.
        folders: Folders that paths may also be relative to.
    """

    def __init__(
        self, tree: FileTree, file: str, report: Report, folders: tuple[str, ...] = ("",)
    ) -> None:
        self._tree, self._file, self._report = tree, file, report
        self._folders = [
            f"{folder}/" if folder else ""
            for folder in dict.fromkeys(folders)
            if tree.has_folder(folder)
        ]
        self._elsewhere = 0
        self._by_name: list[tuple[str, str]] = []

    def resolve(self, path: str, place: str) -> str | None:
        """The file that is meant, or None with a finding that says why."""
        for folder in self._folders:  # a path that leads out of it is never in the tree
            if self._tree.has_file(folder + path):
                return folder + path
        tries = (self._tree.find(folder + path) for folder in self._folders)
        if (file := next(filter(None, tries), None)) is not None:
            return file
        absolute = path.startswith("/") or _DRIVE.match(path)
        if absolute and (file := self._tree.find_end(path)) is not None:
            self._elsewhere += 1
            return file
        files = self._called_so(path)
        if len(files) == 1:
            self._by_name.append((path, files[0]))
            return files[0]
        if files:
            images = ", ".join(files[:2])
            self._report.error("ambiguous_image", self._file, place, path=path, images=images)
            return None
        leads_out = ".." in path.split("/")
        code = "absolute_path" if absolute else "path_traversal" if leads_out else "missing_image"
        self._report.error(code, self._file, place, path=path)
        return None

    def _called_so(self, path: str) -> list[str]:
        """The files under the name of a path that leads to a folder that is not here.

        If there is such a folder, what is missing in it is not the file of that name in another;
        nor is what is missing in one split the file of that name in another.
        """
        split = split_in(path) or split_in(self._file) or _split_named(self._file)
        files = self._tree.closest(path)
        return [f for f in files if not split or split_in(f) in {"", split}]

    def close(self) -> None:
        """Report what concerns the list as a whole."""
        if self._elsewhere:
            self._report.info("paths_of_elsewhere", self._file, lines=self._elsewhere)
        if self._by_name:
            path, file = self._by_name[0]
            count = len(self._by_name)
            self._report.info("found_by_name", self._file, lines=count, path=path, image=file)


def _split_named(file: str) -> str:
    """The split that a word in the name of a list says, or empty."""
    words = re.split(r"[\W\d_]+", file.rpartition("/")[2].rpartition(".")[0])
    return next(filter(None, map(as_split, words)), "")


def note_unlisted(images: Iterable[str], listed: Container[str], report: Report) -> None:
    """Report images that nothing lists; they are left out."""
    if unlisted := [image for image in images if image not in listed]:
        report.info("not_listed", images=len(unlisted), example=unlisted[0])

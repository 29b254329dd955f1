"""Classification lists: ``train_list.txt`` with a path and a class number a line."""

from __future__ import annotations

import re

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import note_counted_from_one
from paddlex_nb.data.formats.listfiles import (
    Paths,
    labels_file,
    list_files,
    note_unlisted,
    read_labels,
    read_lines,
)
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.numbers import said_whole
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report

_WHOLE = re.compile(r"(?<=\d)\.0{0,20}$")


class ClassLists:
    """Classification data as lists of paths and class numbers, one list a split.

    ``labels.txt`` (a name a line) with ``train_list.txt``, ``val_list.txt``, ``test_list.txt`` of
    the original PaddleX, or ``label.txt`` (number and name) with ``train.txt``, ``val.txt``,
    ``test.txt`` of PaddleX 3. Paths may hold spaces: the number is what follows the last one.
    """

    name = "lists"
    task = Task.CLASSIFICATION

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise a list whose first lines end in numbers."""
        lists = list_files(tree)
        for file in lists.values():
            lines = [s for line in tree.head(file)[:50] if (s := line.strip())]
            numbered = sum(_entry(line) is not None for line in lines)
            if lines and numbered * 2 > len(lines):
                values = {"lists": [*lists.values()], "labels": labels_file(tree) or "–"}
                return Evidence(0.8, Message("formats.lists.evidence", values))
        return None

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all lists; lines that cannot be used become findings."""
        classes = read_labels(tree, report)
        entries: list[tuple[str, str, int, str, int]] = []
        for split, file in list_files(tree).items():
            paths = Paths(tree, file, report, ("", "images", split))
            for number, line in read_lines(tree, file, report):
                entry = _entry(line)
                if entry is None:
                    report.error("malformed_line", file, f"line {number}", line=line[:200])
                elif file_named := paths.resolve(entry[0], f"line {number}"):
                    if is_image(file_named):
                        entries.append((split, file_named, entry[1], file, number))
                    else:
                        report.error("not_an_image_name", file, f"line {number}", path=file_named)
            paths.close()
        labels = labels_file(tree)
        numbers = {entry[2] for entry in entries}
        note_counted_from_one(numbers, len(classes), labels or ".", report)
        if not classes:
            highest = max((e[2] for e in entries), default=-1)
            classes = [str(i) for i in range(min(highest + 1, len(entries)))]
            report.info("missing_labels", classes=len(classes))
        images = _without_repeats(entries, len(classes), report)
        listed = {image.path for image in images}
        note_unlisted(tree.images, listed, report)
        return Draft(images, classes, [labels or "."] * len(classes))


def _entry(line: str) -> tuple[str, int] | None:
    """Path and class number of a line."""
    path, _, text = line.replace("\t", " ").rpartition(" ")
    # NumPy writes whole numbers as 1.0
    path, number = path.strip(), said_whole(_WHOLE.sub("", text))
    return (path, number) if path and number is not None else None


def _without_repeats(
    entries: list[tuple[str, str, int, str, int]], classes: int, report: Report
) -> list[DraftImage]:
    """The images, each once: the first line that names it counts."""
    images: dict[str, DraftImage] = {}
    for split, path, class_id, file, number in entries:
        place = f"line {number}"
        if class_id >= classes:
            report.error(
                "class_number_out_of_range", file, place, number=class_id, last=classes - 1
            )
        elif first := images.get(path):
            code = "listed_twice" if first.class_id == class_id else "listed_with_other_class"
            report.warning(code, file, place, path=path, split=first.split)
        else:
            images[path] = DraftImage(path, split=split, class_id=class_id)
    return list(images.values())

"""YOLO: a text file of numbers beside each image, or in ``labels`` instead of ``images``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import note_counted_from_one, without_classes
from paddlex_nb.data.formats.image_by_stem import place_of
from paddlex_nb.data.formats.listfiles import (
    Paths,
    labels_file,
    list_files,
    read_labels,
    read_lines,
)
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.formats.yaml_files import Yaml, read_yaml
from paddlex_nb.data.formats.yolo_rows import Row, read_row
from paddlex_nb.data.source.file_tree import FileTree, is_image
from paddlex_nb.data.source.numbers import said_whole
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder
from paddlex_nb.data.store.records import SPLITS

_LOOKED_AT = 20
"""Label files that are read to recognise the format."""

_MOST = 0.8
"""Share of their lines that must look right; the others become findings."""

_MAX_YAML = 1 << 20
_MOST_CLASSES = 10_000
"""Where nothing names them: the highest number says how many there are, and may be a slip."""

_FAR = 1.5
"""A coordinate beyond it is no share of a side: the file holds pixels."""


class Yolo:
    """Boxes (or outlines) as ``class cx cy w h`` (``class x y x y …``), shares of the sides.

    Of rows of poses, only the boxes count.

    ``data.yaml`` names classes and splits; without it ``classes.txt`` names the classes, and
    folders such as ``images/train`` are the splits.

    Args:
        task: Detection or instance segmentation.
    """

    name = "yolo"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise text files of numbers that belong to images."""
        if not tree.ending(".txt"):
            return None
        pairs = list(islice((pair for pair in _label_files(tree) if pair[1]), _LOOKED_AT))
        lines = [line for _, file in pairs for line in tree.head(file)[:20] if line.strip()]
        rows = [row for line in lines if (row := read_row(line)) is not None]
        if not rows or len(rows) < _MOST * len(lines):
            return None
        outlines = 2 * sum(bool(row.outlines) for row in rows) > len(lines)
        wanted = self.task is Task.INSTANCE_SEGMENTATION
        code = "formats.yolo.outline_evidence" if outlines else "formats.yolo.box_evidence"
        values = {"example": pairs[0][1]}
        if names := _description_file(tree) or labels_file(tree):
            values["names"] = names
        else:
            code += ".unnamed"
        other = 0.4 if outlines else 0.2  # outlines have boxes, boxes have no outlines
        return Evidence(0.95 if outlines == wanted else other, Message(code, values))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read all label files; an image without one shows nothing to find."""
        description = _description(tree, report)
        classes, unnamed = _names(description or {})
        classes = classes or read_labels(tree, report)
        splits = _Splits(tree, description or {}, report)
        pairs = list(_label_files(tree))
        images = [DraftImage(image, splits.split_of(image), labels=file) for image, file in pairs]
        objects = ObjectTableBuilder()
        outlined = self.task is Task.INSTANCE_SEGMENTATION
        points = _key_points(description or {})
        last = (len(classes) or _MOST_CLASSES) - 1
        seen: set[int] = set()
        for row, (_, file) in enumerate(pairs):
            for number, one in _rows(tree, file, points, report):
                place = f"line {number}"
                seen.add(one.class_id)
                if one.class_id > last:
                    report.error(
                        "class_number_out_of_range", file, place, number=one.class_id, last=last
                    )
                elif not all(map(math.isfinite, one.values)):
                    report.error("nan_value", file, place)
                elif max(map(abs, one.values)) > _FAR:
                    report.error("not_relative", file, place)
                else:
                    kept = one.outlines if outlined else []
                    objects.add(row, one.class_id, one.box, kept, number=number)
            report.progress("scan", row + 1, len(pairs), "files")
        first: dict[str, str] = {}
        for image, file in pairs:
            if file and first.setdefault(file, image) != image:
                report.warning("shared_labels", file, image=image, other=first[file])
        if bare := [image for image, file in pairs if not file]:
            report.info("nothing_to_find", images=len(bare), example=bare[0])
        place = _description_file(tree) or labels_file(tree) or "."
        if 0 not in unnamed:
            note_counted_from_one(seen, len(classes), place, report)
        table = objects.build()
        classes = without_classes(classes, unnamed, table)
        if not classes:
            highest = int(table.class_id.max(initial=-1))
            classes = [str(number) for number in range(highest + 1)]
            if classes and description is not None:  # of a damaged file, its finding says it
                report.info("missing_labels", classes=len(classes))
        places = [place] * len(classes)
        return Draft(images, classes, places, table, relative=True, object_place="line {}")


def _rows(tree: FileTree, file: str, points: int, report: Report) -> Iterator[tuple[int, Row]]:
    """Line and content of each row that can be read."""
    if not file:
        return
    try:
        lines = list(read_lines(tree, file, report))
    except UserError as error:
        report.error("unreadable_file", file, reason=str(error))
        return
    for number, line in lines:
        row = read_row(line, points)
        if row is None:
            report.error("malformed_line", file, f"line {number}", line=line[:200])
        else:
            yield number, row


def _key_points(description: dict[str, Yaml]) -> int:
    """How many numbers of a row are key points, as a description says; 0 if it says none."""
    shape = description.get("kpt_shape")
    numbers = [said_whole(str(side)) for side in shape] if isinstance(shape, list) else []
    return (numbers[0] or 0) * (numbers[1] or 0) if len(numbers) == 2 else 0


def _label_files(tree: FileTree) -> Iterator[tuple[str, str]]:
    """Each image with its label file, or with an empty text if it has none."""
    texts = {place_of(file): file for file in reversed(tree.ending(".txt"))}
    for image in tree.images:
        stem = image.rpartition(".")[0]
        parts = f"/{stem}".rsplit("/images/", 1)
        instead = "/labels/".join(parts).lstrip("/") if len(parts) == 2 else stem
        file = (tree.find(f"{instead}.txt") or tree.find(f"{stem}.txt")) if texts else None
        yield image, file or texts.get(place_of(image), "")


def _description_file(tree: FileTree) -> str | None:
    """The YAML file that names the classes, such as ``data.yaml``."""
    files = [f for f in tree.folders.get("", ()) if f.lower().endswith((".yaml", ".yml"))]
    return next((f for f in files if any(s.startswith("names") for s in tree.head(f))), None)


def _description(tree: FileTree, report: Report) -> dict[str, Yaml] | None:
    """What the YAML file says; nothing if there is none, None if it is damaged."""
    file = _description_file(tree)
    if file is None:
        return {}
    try:
        content = read_yaml(tree.text(file, report, _MAX_YAML))
    except (UserError, ValueError) as error:
        report.error("malformed_yaml", file, reason=str(error).splitlines()[0])
        return None
    return content if isinstance(content, dict) else {}


def _names(description: dict[str, Yaml]) -> tuple[list[str], set[int]]:
    """Class names from a list, or from a mapping of numbers.

    Returns:
        The names in the order of their numbers, and the numbers that nothing names: their names
        are the numbers.
    """
    names = description.get("names")
    if isinstance(names, list):
        return [str(name).strip() for name in names], set()
    named = names.items() if isinstance(names, dict) else ()
    by_number = {said_whole(number): str(name).strip() for number, name in named}
    known = [number for number in by_number if number is not None]
    if None in by_number or not known or max(known) >= _MOST_CLASSES:
        return [], set()
    numbers = range(max(known) + 1)
    return [by_number.get(n, str(n)) for n in numbers], {n for n in numbers if n not in by_number}


class _Splits:
    """The split of each image, as the description or lists say it, or by the names of folders."""

    def __init__(self, tree: FileTree, description: dict[str, Yaml], report: Report) -> None:
        self._by_image: dict[str, str] = {}
        lists: dict[str, str] = {}
        if not any(description.get(split) for split in SPLITS):
            lists = list_files(tree)
        for split in SPLITS if len(lists) != 1 else ():
            entries = description.get(split) or lists.get(split) or []
            for entry in entries if isinstance(entries, list) else [entries]:
                path = re.sub(r"^(?:\.{0,2}/)+", "", str(entry).replace("\\", "/")).rstrip("/")
                for image in self._named(tree, path, report):
                    self._by_image.setdefault(image, split)

    @staticmethod
    def _named(tree: FileTree, path: str, report: Report) -> Iterator[str]:
        """The images below a folder, or in a list."""
        file = tree.find(path) if path.lower().endswith(".txt") else None
        if file is None:
            yield from (image for image in tree.images if image.startswith(f"{path}/"))
            return
        paths = Paths(tree, file, report)
        for number, line in read_lines(tree, file, report):
            name = line.removeprefix("./")
            image_path = paths.resolve(name, f"line {number}") if is_image(name) else None
            if image_path:
                yield image_path
        paths.close()

    def split_of(self, image: str) -> str:
        """The split; what the description does not cover goes by its folders."""
        return self._by_image.get(image) or split_in(image)

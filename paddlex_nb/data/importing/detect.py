"""Which format a folder is of."""

from __future__ import annotations

import re

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, joined, tr
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import instead
from paddlex_nb.data.formats import FORMATS, Evidence, Format
from paddlex_nb.data.formats.class_folders import ClassFolders
from paddlex_nb.data.formats.label_files import label_files, text_files
from paddlex_nb.data.formats.layout_words import MASK_FOLDERS
from paddlex_nb.data.formats.near_misses import near_miss
from paddlex_nb.data.formats.unsupported import unsupported
from paddlex_nb.data.source.file_tree import FileTree

_EXAMPLES = 3
_USUAL = {
    *("folders", "lists", "csv", "voc", "coco", "yolo", "masks", "labelme", "cvat"),
    *("instance_masks", "easydata", "via"),
}
"""Formats that are explained where none was recognised; the others are named."""

_JPEG = re.compile(r"\.jpe?g$", re.IGNORECASE)


class Detected(msgspec.Struct, frozen=True):
    """A folder that was recognised.

    Attributes:
        format: The format.
        evidence: Why.
        tree: The folder itself, or the only folder in it if that is the data set.
        others: Further formats that the folder may be of, with their evidence, best first.
    """

    format: Format
    evidence: Evidence
    tree: FileTree
    others: list[tuple[Format, Evidence]]


def formats_of(task: Task | None, name: str | None) -> list[Format]:
    """The formats of a task, or the one of a name; None stands for all.

    Raises:
        UserError: There is none; names the nearest.
    """
    of_task = [f for f in FORMATS if task in {None, f.task}]
    formats = [f for f in of_task if name in {None, f.name}]
    if not formats:
        known = {f.name: tr(f"formats.{f.name}", language="en") for f in of_task}
        raise UserError("data.format_unknown", format=name, known=instead(name, known))
    return formats


def detect(tree: FileTree, task: Task | None = None, format_name: str | None = None) -> Detected:
    """Find the format of a folder.

    A reading that something speaks against is taken only if ``task`` or ``format_name`` asks for
    it.

    Args:
        tree: The folder.
        task: Consider only formats of this task.
        format_name: Consider only the format of this name.

    Raises:
        UserError: There is no such format, none was recognised, or none is sure enough; says what
            was looked for and what is there.
    """
    formats = formats_of(task, format_name)
    asked_for = task is not None or format_name is not None
    doubtful: Detected | None = None
    inner: FileTree | None = tree
    while inner is not None:
        if readings := _readings(inner, formats):
            readings = [(f, _doubted(f, evidence, tree, inner)) for f, evidence in readings]
            sure = [reading for reading in readings if asked_for or not reading[1].doubts]
            (best, evidence), *_ = sure or readings
            others = [reading for reading in readings if reading[0] is not best]
            detected = Detected(best, evidence, inner, others)
            if sure:
                return detected
            doubtful = doubtful or detected
        folder = inner.only_folder()
        inner = inner.below(folder) if folder else None
    if doubtful is not None:
        raise _doubtful(tree, doubtful)
    values = {"path": tree.root, "looked_for": _looked_for(formats)}
    if asked_for and (other := _otherwise(tree)) is not None:
        raise UserError("data.recognised_otherwise", **values, **other)
    raise UserError("data.nothing_recognised", **values, seen=_seen(tree, formats))


def _readings(tree: FileTree, formats: list[Format]) -> list[tuple[Format, Evidence]]:
    """The formats that a folder may be in, the most likely first."""
    readings = [(f, e) for f in formats if (e := f.detect(tree)) is not None]
    return sorted(readings, key=lambda reading: -reading[1].score)


def _doubted(format_: Format, evidence: Evidence, tree: FileTree, inner: FileTree) -> Evidence:
    """The evidence, with what lies above the folder of classes and may say more than folders."""
    if inner is tree or format_.name != ClassFolders.name:
        return evidence
    top = f"{inner.root.relative_to(tree.root).as_posix()}/"
    above = [file for file in text_files(tree) if not file.startswith(top)]
    if not above:
        return evidence
    doubt = Message("formats.folders.doubt.above", {"files": len(above), "example": above[0]})
    known = unsupported(tree, certain=True)
    return Evidence(evidence.score, evidence.reason, (*evidence.doubts, known or doubt))


def _doubtful(tree: FileTree, detected: Detected) -> UserError:
    """The error that says what a folder could be, what speaks against it, and how to say so."""
    readings = [(detected.format, detected.evidence), *detected.others]
    named = unsupported(tree) or near_miss(tree, {format_.name for format_ in FORMATS})
    doubts = [named] if named else []
    doubts += [doubt for _, evidence in readings for doubt in evidence.doubts]
    by_task = {format_.task: format_ for format_, _ in reversed(readings)}
    could_be = [
        Message(
            "data.reading",
            {
                "task": Message(f"data.task.{format_.task}"),
                "format": Message(f"formats.{format_.name}"),
                "option": f"--task {format_.task} --format {format_.name}",
            },
        )
        for format_ in reversed(by_task.values())
    ]
    return UserError(
        "data.doubtful",
        path=tree.root,
        doubts=joined(
            [doubt for n, doubt in enumerate(doubts) if doubt not in doubts[:n]], "data.both"
        ),
        readings=could_be,
        choices=" ".join(f"{f.task.value}:{f.name}" for f in reversed(by_task.values())),
    )


def _otherwise(tree: FileTree) -> dict[str, object] | None:
    """What a folder is that is not what was asked for, if it is recognised at all.

    Raises:
        UserError: It may be several things; says which.
    """
    try:
        detected = detect(tree)
    except UserError as error:
        if error.code == "data.doubtful":
            raise
        return None
    return {
        "task": Message(f"data.task.{detected.format.task}"),
        "format": Message(f"formats.{detected.format.name}"),
        "reason": detected.evidence.reason,
        "option": f"--task {detected.format.task}",
    }


def _seen(tree: FileTree, formats: list[Format]) -> Message:
    """A description of what the folder holds where no data set was recognised."""
    named = unsupported(tree) or near_miss(tree, {format_.name for format_ in formats})
    if named is not None:
        return named
    files = label_files(tree) or text_files(tree)
    if files:
        values = {"files": len(files), "examples": files[:_EXAMPLES]}
        return Message("data.seen.labels", values)
    for folder, images in tree.image_folders.items():
        if folder.rpartition("/")[2].lower() in MASK_FOLDERS and _JPEG.search(images[0]):
            return Message("data.seen.jpeg_masks", {"folder": folder, "example": images[0]})
    folders = sorted(f or "." for f in tree.image_folders)[:_EXAMPLES]
    return Message("data.seen.unlabelled", {"images": len(tree.images), "folders": folders})


def _looked_for(formats: list[Format]) -> Message:
    """What the usual formats require, as one text, and the names of the others."""
    names = list(dict.fromkeys(format_.name for format_ in formats))
    usual = [name for name in names if name in _USUAL] or names
    rules = [Message(f"formats.{name}.rule") for name in usual]
    if others := [Message(f"formats.{name}") for name in names if name not in usual]:
        rules.append(Message("data.further_formats", {"names": joined(others, "data.comma")}))
    return joined(rules, "data.alternatives")

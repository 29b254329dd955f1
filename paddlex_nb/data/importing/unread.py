"""What lies in a data set and was not read: said, so that no label is missed in silence."""

from __future__ import annotations

from collections.abc import Iterable

from paddlex_nb.data.formats.label_files import label_files, text_files
from paddlex_nb.data.images.decode import EXTENSIONS
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_EXAMPLES = 3
_PHOTOS: tuple[str, ...] = (
    ".heic",
    ".heif",
    ".avif",
    ".jxl",
    ".jp2",
    ".raw",
    ".cr2",
    ".cr3",
    ".nef",
    ".arw",
)
_PHOTOS += (".dng", ".orf", ".rw2", ".psd", ".ppm", ".pgm", ".exr", ".dcm")


def note_unread(tree: FileTree, report: Report, *, weak: bool) -> None:
    """Report files of labels, and photos, that nobody read.

    Args:
        tree: The files that there are, of which those that were read are taken.
        report: Takes the findings.
        weak: The data set was read by its folders alone: labels beside the images would have said
            more.
    """
    unread = [file for file in text_files(tree) if file not in tree.taken]
    labels = label_files(tree, unread) if unread else []
    if labels and weak:
        report.warning("unread_labels", files=len(labels), examples=_some(labels))
        unread = sorted(set(unread) - set(labels))
    if unread:
        report.info("unread_files", files=len(unread), examples=_some(unread))
    note_photos(tree, report)


def note_photos(tree: FileTree, report: Report) -> None:
    """Report photos of kinds that are not read."""
    if photos := tree.ending(*(kind for kind in _PHOTOS if kind not in EXTENSIONS)):
        report.warning("unread_photos", files=len(photos), examples=_some(photos))


def _some(files: Iterable[str]) -> str:
    return ", ".join(list(files)[:_EXAMPLES])

"""One scan of a folder, that nothing leads out of."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "__pycache__"}


def is_junk(name: str) -> bool:
    """Whether a file or folder is hidden or left behind by a system or tool."""
    return name.startswith(".") or name.lower() in _JUNK


def scan(root: Path, report: Report, encoding: str = "") -> FileTree:
    """Find the files below ``root``.

    Links to files inside are followed; links to folders, out of the folder, to nowhere or in a
    circle are left out and reported, so the scan always ends and stays inside.

    Args:
        root: The folder.
        report: Takes findings and progress (stage ``scan``).
        encoding: Of text that is no UTF-8; detected if empty.

    Raises:
        UserError: ``root`` cannot be read.
    """
    root = root.resolve()
    files: list[str] = []
    empty: list[str] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as listing:
                entries = sorted(listing, key=lambda e: e.name)
        except OSError as error:
            if not folder:
                raise UserError(
                    "data.folder_unreadable", path=root, reason=error.strerror or ""
                ) from error
            report.error("unreadable_folder", folder, reason=error.strerror or "")
            continue
        before = len(files) + len(waiting)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if is_junk(entry.name):
                continue
            if not _is_text(path):
                shown = path.encode("utf-8", "backslashreplace").decode("utf-8")
                report.error("undecodable_name", shown)
            elif entry.is_symlink():
                if _may_follow(root, path, report):
                    files.append(path)
            elif entry.is_dir():
                waiting.append(path)
            elif entry.is_file():
                files.append(path)
        if folder and len(files) + len(waiting) == before:
            empty.append(folder)
        report.progress("scan", len(files), None, "files")
    return FileTree(root, files, empty, encoding)


def _may_follow(root: Path, path: str, report: Report) -> bool:
    """Whether a link leads to a regular file inside ``root``; reports it otherwise."""
    link = root / path
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle, before Python 3.13
        circle = isinstance(error, RuntimeError) or error.errno == errno.ELOOP
        report.warning("symlink_loop" if circle else "link_skipped", path)
        return False
    if target.is_file() and target.is_relative_to(root):
        return True
    circle = link.parent.resolve().is_relative_to(target)
    report.warning("symlink_loop" if circle else "link_skipped", path)
    return False


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:  # bytes on disk that are not UTF-8 arrive as lone surrogates
        return False
    return True

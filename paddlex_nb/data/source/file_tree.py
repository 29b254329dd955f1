"""The files of a folder."""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import EXTENSIONS
from paddlex_nb.data.source.encoding import decode
from paddlex_nb.data.source.report import Report

MAX_TEXT = 256 << 20
"""Largest list or label file that is read, in bytes."""

_HEAD = 1 << 16


class FileTree:
    """The regular files below a folder.

    Hidden files, and what systems and tools leave behind, are not in it.

    Args:
        root: The folder.
        files: Paths relative to it, with ``/``.
        empty: Folders without any file in them, likewise.
        encoding: Of text that is no UTF-8; detected if empty.

    Attributes:
        root: The folder.
        files: Paths relative to it, with ``/``, sorted.
        empty: Folders without any file in them, likewise.
        taken: Those files of which somebody has read the content, or need not.
    """

    def __init__(self, root: Path, files: list[str], empty: list[str], encoding: str = "") -> None:
        self.root = root
        self._encoding = encoding
        self.files = sorted(files)
        self.empty = sorted(empty)
        self.taken: set[str] = set()

    @cached_property
    def _by_suffix(self) -> dict[str, list[str]]:
        files: defaultdict[str, list[str]] = defaultdict(list)
        for file in self.files:
            files[os.path.splitext(file)[1].lower()].append(file)  # noqa: PTH122 - of every file
        return dict(files)

    def ending(self, *suffixes: str) -> list[str]:
        """Those files that have one of some extensions (``.json``), in any case of letters."""
        lists = [self._by_suffix[suffix] for suffix in suffixes if suffix in self._by_suffix]
        return list(lists[0]) if len(lists) == 1 else sorted(chain.from_iterable(lists))

    @cached_property
    def images(self) -> list[str]:
        """The files with the extension of an image."""
        return self.ending(*EXTENSIONS)

    @cached_property
    def image_folders(self) -> dict[str, list[str]]:
        """The images of each folder that holds any, by its path (the root's is empty)."""
        by_folder: defaultdict[str, list[str]] = defaultdict(list)
        for file in self.images:
            by_folder[file.rpartition("/")[0]].append(file)
        return dict(by_folder)

    @cached_property
    def folders(self) -> dict[str, list[str]]:
        """The files of each folder that holds any, by its path (the root's is empty)."""
        by_folder: defaultdict[str, list[str]] = defaultdict(list)
        for file in self.files:
            by_folder[file.rpartition("/")[0]].append(file)
        return dict(by_folder)

    @cached_property
    def has_file(self) -> Callable[[str], bool]:
        """Whether there is a file at exactly a path."""
        return frozenset(self.files).__contains__

    @cached_property
    def _loose(self) -> dict[str, str]:
        return {_loose(f): f for f in reversed(self.files)}

    def find(self, path: str) -> str | None:
        """The file at ``path``: exactly, else but for case and composition of accents.

        Lists written on Windows or macOS may differ so from the names on a Linux disk.
        """
        if self.has_file(path):
            return path
        return self._loose.get(_loose(posixpath.normpath(path)))

    def has_folder(self, path: str) -> bool:
        """Whether there is a file below ``path``, but for case and composition of accents."""
        return not path or _loose(path) in self._loose_folders

    def find_end(self, path: str) -> str | None:
        """The file whose path is the longest end of ``path``, an absolute one of elsewhere."""
        parts = [p for p in path.split("/") if p]
        ends = ("/".join(parts[i:]) for i in range(len(parts)))
        return next(filter(None, map(self.find, ends)), None)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        files: defaultdict[str, list[str]] = defaultdict(list)
        for file in self.files:
            files[_loose(file.rpartition("/")[2])].append(file)
        return dict(files)

    def closest(self, path: str) -> list[str]:
        """The files of a path's name that have most of the path's last folders, too.

        None if there is a folder of the name of the path's, and they are not in it.
        """
        *folders, name = _loose(path).split("/")
        files = self._by_name.get(name, [])
        if folders and folders[-1] in self._folder_names:
            files = [file for file in files if _loose(file).split("/")[-2:-1] == folders[-1:]]
        common = [_common_end(_loose(file).split("/"), [*folders, name]) for file in files]
        most = max(common, default=0)
        return [file for file, count in zip(files, common, strict=True) if count == most]

    @cached_property
    def _folder_names(self) -> set[str]:
        return {folder.rpartition("/")[2] for folder in self._loose_folders}

    @cached_property
    def _loose_folders(self) -> set[str]:
        folders: set[str] = set()
        for folder in self.folders:
            parts = _loose(folder).split("/")
            folders.update("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return folders

    def below(self, folder: str) -> FileTree:
        """The part of the tree below one of its folders."""
        head = folder + "/"
        inside = [[p.removeprefix(head) for p in ps if p.startswith(head)] for ps in self._lists]
        return FileTree(self.root / folder, inside[0], inside[1], self._encoding)

    def with_files(self, root: Path, files: Iterable[str]) -> FileTree:
        """The tree with further files, all of them below another root, perhaps."""
        return FileTree(root, [*self.files, *files], self.empty, self._encoding)

    def only_folder(self) -> str | None:
        """The single folder at the top, if there is exactly one and no image beside it."""
        tops = {
            p.partition("/")[0] for p in (*self.files, *(f"{e}/" for e in self.empty)) if "/" in p
        }
        beside = any("/" not in f for f in self.images)
        return tops.pop() if len(tops) == 1 and not beside else None

    def text(self, path: str, report: Report | None = None, limit: int = MAX_TEXT) -> str:
        """The text of one of the files; an encoding other than UTF-8 is reported.

        Raises:
            UserError: It cannot be read, or is larger than ``limit`` bytes.
        """
        text, encoding = self.decode(self.read(path, limit))
        if report and encoding != "utf-8":
            report.info("text_encoding", path, encoding=encoding)
        return text

    def decode(self, data: bytes) -> tuple[str, str]:
        """The text of bytes from one of the files, and its encoding; see `text.decode`."""
        return decode(data, self._encoding)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of one of the files.

        Raises:
            UserError: It cannot be read, or is larger than ``limit`` bytes.
        """
        self.taken.add(path)
        try:
            with (self.root / path).open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise UserError(
                "core.file_unreadable", path=self.root / path, reason=error.strerror or ""
            ) from error
        if len(data) > limit:
            raise UserError("data.file_too_large", path=self.root / path, limit=limit >> 20)
        return data

    def head(self, path: str) -> list[str]:
        """The first lines of one of the files; none if it cannot be read."""
        try:
            with (self.root / path).open("rb") as file:
                data = file.read(_HEAD)
        except OSError:
            return []
        # half a letter at the end would not be UTF-8
        complete_lines = data[: data.rfind(b"\n") + 1] if len(data) == _HEAD else data
        return self.decode(complete_lines or data)[0].splitlines()

    @property
    def _lists(self) -> tuple[list[str], list[str]]:
        return self.files, self.empty


def is_image(path: str) -> bool:
    """Whether the file's extension is that of an image, in any case of letters."""
    return os.path.splitext(path)[1].lower() in EXTENSIONS  # noqa: PTH122 - called for every file


def _loose(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def _common_end(parts: list[str], others: list[str]) -> int:
    """How many of the last parts of two paths are the same."""
    pairs = zip(reversed(parts), reversed(others), strict=False)
    return next(
        (n for n, (one, other) in enumerate(pairs) if one != other), min(len(parts), len(others))
    )

"""Writing what an archive holds: where each member may go, and how large it may become."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import IO

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.source.scan import is_junk

MAX_FILES = 1_000_000
"""Members that are unpacked at most."""

MAX_BYTES = 200 << 30
"""Bytes that are unpacked at most."""

MAX_RATIO = 100
"""How many times its packed size a member, or the whole archive, may unpack to ..."""

RATIO_FROM = 20 << 20
"""... once it is larger than this, in bytes: images barely shrink, flat pictures may well."""

_MAX_NAME, _MAX_PATH = 255, 4000
"""Bytes that a disk takes."""

_BLOCK = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")


class MemberWriter:
    """Writes members into the folder and keeps the limits.

    Args:
        archive: The archive, for findings.
        folder: Where to write.
        report: Takes findings and progress.
    """

    def __init__(self, archive: Path, folder: Path, report: Report) -> None:
        self._archive, self._folder, self._report = archive, folder, report
        self._size = archive.stat().st_size
        self._files = 0
        self._bytes = 0
        self._seen: dict[str, str] = {}

    def refuse(self, code: str, name: str) -> None:
        """Report a member that is left out."""
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")[:200]
        self._report.error(code, self._archive.name, shown, member=shown)

    def target(self, name: str) -> Path | None:
        """Where a member goes; None if it is left out.

        Raises:
            UserError: The archive has more than `MAX_FILES` members.
        """
        parts = [p for p in name.replace("\\", "/").split("/") if p not in {"", "."}]
        if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name):
            self.refuse("archive_path_traversal", name)
            return None
        if not parts or any(map(is_junk, parts)):
            return None
        target = self._folder.joinpath(*parts)
        if (
            "\0" in name
            or any(len(os.fsencode(p)) > _MAX_NAME for p in parts)
            or len(os.fsencode(target)) > _MAX_PATH
        ):
            self.refuse("archive_bad_name", name)
            return None
        self._files += 1
        if self._files > MAX_FILES:
            raise UserError("data.archive_files", path=self._archive, limit=MAX_FILES)
        return target if self._has_place(target, parts, name) else None

    def _has_place(self, target: Path, parts: list[str], name: str) -> bool:
        """Whether a member can be written; what collides with members before it is reported."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):  # a folder of it is a file already
            self.refuse("archive_file_and_folder", name)
            return False
        if target.is_dir():
            self.refuse("archive_file_and_folder", name)
            return False
        path = "/".join(parts)
        # as disks that do not tell such names apart see it
        known = self._seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if known == path and target.exists():
            self._warn("archive_twice", path)
        elif known != path and target.exists():
            self.refuse("archive_same_name", name)
            return False
        elif known != path:
            self._warn("archive_alike_names", path, other=known)
        return True

    def _warn(self, code: str, member: str, **values: str) -> None:
        shown = {
            key: text.encode("utf-8", "backslashreplace").decode("utf-8")[:200]
            for key, text in {"member": member, **values}.items()
        }
        self._report.warning(code, self._archive.name, shown["member"], **shown)

    def write(
        self,
        source: IO[bytes],
        target: Path,
        name: str,
        position: Callable[[], tuple[int, int]],
    ) -> bool:
        """Write a member, or report it and give False if it unpacks to far too much.

        Args:
            source: Its bytes.
            target: Where to write.
            name: Its name, for findings.
            position: Packed bytes read before this member and of it.

        Raises:
            UserError: The whole archive unpacks to too much.
        """
        written = 0
        with target.open("wb") as file:
            while block := source.read(_BLOCK):
                before, packed = position()
                written += len(block)
                self._bytes += len(block)
                if written > max(RATIO_FROM, MAX_RATIO * packed):
                    break
                if self._bytes > min(MAX_BYTES, max(RATIO_FROM, MAX_RATIO * self._size)):
                    raise UserError("data.archive_expansion", path=self._archive, ratio=MAX_RATIO)
                file.write(block)
                self._report.progress(
                    "unpack", min(before + packed, self._size), self._size, "bytes"
                )
            else:
                return True
        target.unlink()
        self._bytes -= written
        self.refuse("archive_expansion", name)
        return False

"""Unpacking archives that may be hostile: nothing outside, no links, no bombs."""

from __future__ import annotations

import lzma
import os
import re
import shutil
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.source.encoding import decode
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

_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_MAX_HEADER = 1 << 20
_MAX_NAME, _MAX_PATH = 255, 4000
"""Bytes that a disk takes."""

_BLOCK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)
_DRIVE = re.compile(r"[A-Za-z]:")


class _Member(tarfile.TarInfo):
    """A member whose extended headers, which are read into memory, may not be huge."""

    _HEADERS = (
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    )

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in self._HEADERS and self.size > _MAX_HEADER:
            raise tarfile.ReadError(f"header of {self.size} bytes")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return member


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive that can be unpacked."""
    return path.name.lower().endswith(_ENDINGS)


def unpack(archive: Path, folder: Path, report: Report, encoding: str = "") -> Path:
    """Unpack an archive into a new folder.

    Members that lead outside, links, devices and members that unpack to more than `MAX_RATIO`
    times their size are left out and reported; no size in a header is believed.

    Args:
        archive: A zip file, or a tar file of any compression.
        folder: The new folder; removed again if unpacking fails.
        report: Takes findings and progress (stage ``unpack``, in packed bytes).
        encoding: Of names that are no UTF-8; found out if empty.

    Returns:
        ``folder``.

    Raises:
        UserError: The archive is damaged, encrypted, too large, or the disk is full.
    """
    writer = _Writer(archive, folder, report)
    try:
        with disk_errors(folder):
            folder.mkdir(parents=True)
            if archive.name.lower().endswith(".zip"):
                _unpack_zip(archive, writer, encoding)
            else:
                _unpack_tar(archive, writer, encoding)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, _DAMAGED):
            reason = str(error) or type(error).__name__
            raise UserError("data.archive_damaged", path=archive, reason=reason) from error
        if isinstance(error, NotImplementedError):  # zipfile's word for it
            raise UserError("data.archive_method", path=archive) from error
        raise
    return folder


def member_names(archive: Path, encoding: str = "") -> Iterator[str]:
    """Paths of the files in an archive, with ``/``, in their order; nothing is unpacked.

    Raises:
        UserError: The archive is damaged or cannot be read.
    """
    try:
        with disk_errors(archive):
            if archive.name.lower().endswith(".zip"):
                with zipfile.ZipFile(archive) as packed:
                    infos = [m for m in packed.infolist() if not m.is_dir()]
                yield from (_zip_name(info, encoding).replace("\\", "/") for info in infos)
                return
            with (
                archive.open("rb") as raw,
                tarfile.open(fileobj=raw, mode="r|*", tarinfo=_Member) as file,
            ):
                for member in file:
                    if member.isreg():
                        yield decode(member.name.encode("utf-8", "surrogateescape"), encoding)[0]
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise UserError("data.archive_damaged", path=archive, reason=reason) from error


def _unpack_zip(archive: Path, writer: _Writer, encoding: str) -> None:
    with zipfile.ZipFile(archive) as file:
        members = file.infolist()
        if any(m.flag_bits & 1 for m in members):
            raise UserError("data.archive_encrypted", path=archive)
        packed = 0
        for member in members:
            name = _zip_name(member, encoding)
            if stat.S_ISLNK(member.external_attr >> 16):
                writer.refuse("archive_link", name)
            elif not member.is_dir() and (target := writer.target(name)):
                with file.open(member) as source:
                    before, size = packed, member.compress_size
                    writer.write(source, target, name, lambda b=before, s=size: (b, s))  # type: ignore[misc]
            packed += member.compress_size


def _unpack_tar(archive: Path, writer: _Writer, encoding: str) -> None:
    with (
        archive.open("rb") as raw,
        tarfile.open(fileobj=raw, mode="r|*", tarinfo=_Member) as file,
    ):
        for member in file:
            name = decode(member.name.encode("utf-8", "surrogateescape"), encoding)[0]
            start = raw.tell()
            if member.issym() or member.islnk():
                writer.refuse("archive_link", name)
            elif member.isdev():
                writer.refuse("archive_device", name)
            elif member.isreg() and (target := writer.target(name)):
                source = file.extractfile(member)
                whole = source is None or writer.write(
                    source,
                    target,
                    name,
                    lambda s=start: (s, raw.tell() - s),  # type: ignore[misc]
                )
                if not whole:  # a tar can only be read on through all of it
                    raise UserError("data.archive_expansion", path=archive, ratio=MAX_RATIO)


def _zip_name(member: zipfile.ZipInfo, encoding: str) -> str:
    """The member's name; without the flag for UTF-8 it may be in any encoding, GBK for one."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return decode(member.filename.encode("cp437"), encoding)[0]
    except UnicodeEncodeError:  # the name came from an extra field, in UTF-8
        return member.filename


class _Writer:
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

"""Unpacking archives that may be hostile: nothing outside, no links, no bombs."""

from __future__ import annotations

import lzma
import re
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from paddlex_nb.data.report import Report
from paddlex_nb.data.tree import is_junk
from paddlex_nb.errors import UserError
from paddlex_nb.files import disk_errors

MAX_FILES = 1_000_000
"""Members that are unpacked at most."""

MAX_BYTES = 200 << 30
"""Bytes that are unpacked at most."""

MAX_RATIO = 100
"""How many times its packed size a member, or the whole archive, may unpack to ..."""

RATIO_FROM = 20 << 20
"""... once it is larger than this, in bytes: images barely shrink, short texts may well."""

_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_MAX_HEADER = 1 << 20
_BLOCK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)
_DRIVE = re.compile(r"[A-Za-z]:")


class _TooLarge(Exception):  # noqa: N818 - an order to stop, not an error
    """A member unpacks to far more than its packed size."""


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


def unpack(archive: Path, folder: Path, report: Report) -> Path:
    """Unpack an archive into a new folder.

    Members that lead outside, links, devices and members that unpack to more than `MAX_RATIO`
    times their size are left out and reported; no size in a header is believed.

    Args:
        archive: A zip file, or a tar file of any compression.
        folder: The new folder; removed again if unpacking fails.
        report: Takes findings and progress (stage ``unpack``, in packed bytes).

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
                _unpack_zip(archive, writer)
            else:
                _unpack_tar(archive, writer)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, _DAMAGED):
            reason = str(error) or type(error).__name__
            raise UserError("data.archive_damaged", path=archive, reason=reason) from error
        if isinstance(error, NotImplementedError):  # zipfile's word for it
            raise UserError("data.archive_method", path=archive) from error
        raise
    return folder


def _unpack_zip(archive: Path, writer: _Writer) -> None:
    with zipfile.ZipFile(archive) as file:
        members = file.infolist()
        if any(m.flag_bits & 1 for m in members):
            raise UserError("data.archive_encrypted", path=archive)
        packed = 0
        for member in members:
            name = _zip_name(member)
            kind = stat.S_IFMT(member.external_attr >> 16)
            if stat.S_ISLNK(kind):
                writer.refuse("archive_link", name)
            elif not member.is_dir():
                with writer.place(name) as target, file.open(member) as source:
                    if target:
                        writer.write(source, target, name, lambda m=member: m.compress_size)  # type: ignore[misc]
            packed += member.compress_size
            writer.advance(packed)


def _unpack_tar(archive: Path, writer: _Writer) -> None:
    with (
        archive.open("rb") as raw,
        tarfile.open(fileobj=raw, mode="r|*", tarinfo=_Member) as file,
    ):
        for member in file:
            start = raw.tell()
            if member.issym() or member.islnk():
                writer.refuse("archive_link", member.name, target=member.linkname)
            elif member.isdev():
                writer.refuse("archive_device", member.name)
            elif member.isreg() and (source := file.extractfile(member)):
                with writer.place(member.name) as target:
                    if target:
                        writer.write(source, target, member.name, lambda s=start: raw.tell() - s)  # type: ignore[misc]
            writer.advance(raw.tell())


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

    def refuse(self, code: str, name: str, **values: str | int) -> None:
        """Report a member that is left out."""
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")[:200]
        plain = {k: v.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(v, str) else v for k, v in values.items()}
        self._report.error(code, self._archive.name, shown, member=shown, **plain)

    def advance(self, packed: int) -> None:
        """Report progress, by packed bytes."""
        self._report.progress("unpack", min(packed, self._size), self._size, "bytes")

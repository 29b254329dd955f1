"""Unpacking archives that may be hostile: nothing outside, no links, no bombs."""

from __future__ import annotations

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.source.encoding import decode
from paddlex_nb.data.source.member_writer import MAX_RATIO, MemberWriter
from paddlex_nb.data.source.report import Report

_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_MAX_HEADER = 1 << 20
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)


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
        encoding: Of names that are no UTF-8; detected if empty.

    Returns:
        ``folder``.

    Raises:
        UserError: The archive is damaged, encrypted, too large, or the disk is full.
    """
    writer = MemberWriter(archive, folder, report)
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


def _unpack_zip(archive: Path, writer: MemberWriter, encoding: str) -> None:
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


def _unpack_tar(archive: Path, writer: MemberWriter, encoding: str) -> None:
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
                complete = source is None or writer.write(
                    source,
                    target,
                    name,
                    lambda s=start: (s, raw.tell() - s),  # type: ignore[misc]
                )
                if not complete:  # a tar can only be read on through all of it
                    raise UserError("data.archive_expansion", path=archive, ratio=MAX_RATIO)


def _zip_name(member: zipfile.ZipInfo, encoding: str) -> str:
    """The member's name; without the flag for UTF-8 it may be in any encoding, GBK for one."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return decode(member.filename.encode("cp437"), encoding)[0]
    except UnicodeEncodeError:  # the name came from an extra field, in UTF-8
        return member.filename

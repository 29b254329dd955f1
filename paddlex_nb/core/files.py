"""Files that survive a kill: whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from paddlex_nb.core.errors import UserError

T = TypeVar("T")

LITTLE = 1 << 20
"""Free bytes that are as good as none."""

_encoder = msgspec.json.Encoder()

_SYNCED = ContextVar("synced", default=True)
"""Whether files are forced onto the disk."""

_home: Path | None = None
"""The folder that this process works in, if it is a job's."""


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what a disk refuses (full, read-only, no permission) into a sentence.

    Raises:
        UserError: The disk is full, or ``path`` may not be written.
    """
    try:
        yield
    except OSError as error:
        refused = disk_refusal(error, path)
        if refused is None:
            raise
        raise refused from error


def disk_refusal(error: OSError, path: Path | None = None) -> UserError | None:
    """The sentence for what a disk refused; None for other errors.

    Args:
        error: What the system said.
        path: What was to be written; by default what ``error`` names.
    """
    where = path or error.filename or "–"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return UserError("core.disk_full", path=where)
    if error.errno == errno.EROFS:
        return UserError("core.read_only", path=where)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return UserError("core.no_permission", path=where)
    return None


def work_in(home: Path) -> None:
    """Say which folder this process works in: while it is away, nothing is made for its files."""
    global _home
    _home = home


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where it is missing.

    Raises:
        OSError: It cannot be made.
        UserError: The folder that this process works in is gone, with its workspace: what it
            writes now would be found by nobody.
    """
    # others, such as VisualDL, may have made some of these folders anew
    _require_home()
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        _require_home()
        folder.mkdir(parents=True, exist_ok=True)


def _require_home() -> None:
    if _home is not None and not _home.is_dir():
        raise UserError("core.moved_away", path=_home)


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` atomically: a reader sees the old file or the new one.

    Raises:
        UserError: The disk is full, or ``path`` may not be written.
    """
    with open_whole(path) as file:
        file.write(data)


@contextmanager
def unsynced() -> Iterator[None]:
    """Within it files are not forced onto the disk: for what may be lost with the machine's power.

    A busy disk takes milliseconds for each forced file, which a prediction has not many of.
    """
    token = _SYNCED.set(False)
    try:
        yield
    finally:
        _SYNCED.reset(token)


def sync(file: IO[bytes]) -> None:
    """Force what was written to a file onto the disk, unless that is not wanted (`unsynced`)."""
    file.flush()
    if _SYNCED.get():
        os.fsync(file.fileno())


@contextmanager
def open_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that is written beside ``path`` and takes its place if all goes well.

    Raises:
        UserError: The disk is full, or ``path`` may not be written.
    """
    with disk_errors(path):
        make_folder(path.parent)
        # not tempfile: its files are private, and a workspace may be shared by a group
        draft = path.with_name(f".{path.name[:80]}.{uuid.uuid4().hex}")
        try:
            with draft.open("xb") as file:
                yield file
                sync(file)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def write_json(path: Path, value: Any) -> None:
    """Write a struct or plain value as indented JSON, atomically."""
    write_bytes(path, msgspec.json.format(_encoder.encode(value), indent=2) + b"\n")


@contextmanager
def draft_folder(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` that takes its place if all goes well and vanishes if not.

    Raises:
        UserError: The disk is full, or ``out`` may not be written.
    """
    draft = out.with_name(f".{out.name[:80]}.{uuid.uuid4().hex}")
    with disk_errors(out):
        draft.mkdir(parents=True)
        try:
            yield draft
            if out.exists():
                former = out.rename(f"{draft}-former")
                draft.rename(out)
                shutil.rmtree(former)
            else:
                draft.rename(out)
        except (OSError, RuntimeError, ValueError) as error:
            # Paddle and ONNX write by themselves and do not say why they could not
            if shutil.disk_usage(draft).free < LITTLE:
                raise UserError("core.disk_full", path=out) from error
            raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def clear_drafts(out: Path) -> None:
    """Remove what killed writers of a folder (`draft_folder`) left beside it.

    Nobody may be writing it. Where the kill came between the two renames, the former folder gets
    its name back.

    Raises:
        OSError: The folder above cannot be read or written.
    """
    draft = re.compile(re.escape(f".{out.name[:80]}.") + r"[0-9a-f]{32}(-former)?")
    for path in out.parent.glob(".*"):
        found = draft.fullmatch(path.name)
        if not found or path.is_symlink() or not path.is_dir():
            continue
        if found[1] and not out.exists():
            path.rename(out)
        else:
            shutil.rmtree(path, ignore_errors=True)


def read_json(path: Path, type_: type[T]) -> T:
    """Read JSON and check it against ``type_``.

    Raises:
        UserError: The file is missing, cannot be read or does not hold a ``type_``.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_)
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except OSError as error:
        raise UserError("core.file_unreadable", path=path, reason=error.strerror or "") from error
    # bytes that are no text, and nesting without end, are no MsgspecError
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error


def is_inside(path: Path, folder: Path) -> bool:
    """Whether ``path``, links followed, lies in ``folder`` (or is it)."""
    return path.resolve().is_relative_to(folder.resolve())

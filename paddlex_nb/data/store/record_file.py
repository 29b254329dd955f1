"""Who may write a data set's folder, and which of its versions stay.

Whatever is read, changed and written again (record, split, versions) is so under one lock;
readers never wait for it: a version never changes, and a former one stays for a while.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.locks import locked
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.workspace import WorkspaceFolder

_KEPT = 8
"""Former versions that nobody names and that stay all the same: whoever has just read the record
opens one of them a moment later. Who comes even later reads the record again."""


class _SplitVersion(msgspec.Struct):
    version: str = ""


@contextmanager
def holding(folder: Path) -> Iterator[DatasetRecord]:
    """Hold the lock of a data set; `settle.changing` also sees to it that no change waits.

    Args:
        folder: The data set's folder.

    Yields:
        The record as it is now; `write_record` writes it.

    Raises:
        UserError: There is no such data set, it is damaged, somebody else has been changing it
            for a minute, or the workspace cannot be written.
    """
    read_record(folder)  # the lock would make the folder of a data set that was deleted
    with locked(DatasetFolder(folder).changes_lock):
        yield read_record(folder)


@contextmanager
def deleting(folder: Path) -> Iterator[None]:
    """Delete a data set, damaged or not: what is being written in it is written first.

    Raises:
        UserError: Somebody else has been changing it for a minute.
    """
    with locked(DatasetFolder(folder).changes_lock):
        yield


@contextmanager
def source_in_use(folder: Path) -> Iterator[None]:
    """Work on where a data set came from; others who want to are turned away.

    Raises:
        UserError: Somebody else does so now.
    """
    read_record(folder)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(DatasetFolder(folder).source_lock, timeout=0))
        except UserError as error:
            if error.code == "core.locked":
                raise UserError("workspace.still_busy", id=folder.name) from error
            raise
        yield


def read_record(folder: Path) -> DatasetRecord:
    """The description of a data set, as it is now.

    Raises:
        UserError: There is none, or it is damaged.
    """
    try:
        return read_json(DatasetFolder(folder).record, DatasetRecord)
    except UserError as error:
        if error.code == "core.file_missing":
            raise UserError("workspace.dataset_gone", id=folder.name, path=folder) from error
        raise


def ready_record(folder: Path) -> DatasetRecord:
    """The description of a data set whose import has ended well.

    Raises:
        UserError: It has not; or the description is missing or damaged.
    """
    record = read_record(folder)
    if not record.ready:
        raise UserError("workspace.dataset_not_ready", id=folder.name)
    return record


def ready_folder(folder: Path) -> Path:
    """The folder of a data set, once it is seen that its import has ended well.

    Raises:
        UserError: As `ready_record`.
    """
    ready_record(folder)
    return folder


def has_waiting_changes(folder: Path, record: DatasetRecord) -> bool:
    """Whether changes were made to the version that a record names which no version holds yet."""
    try:
        return DatasetFolder(folder).version(record.version).journal.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False


def write_record(folder: Path, record: DatasetRecord) -> None:
    """Write the description of a data set; only within `holding`.

    Raises:
        UserError: The disk is full or refuses.
    """
    write_json(DatasetFolder(folder).record, record)


def sweep(folder: Path, record: DatasetRecord) -> None:
    """Delete versions that nobody needs any more; only within `holding`.

    What the record names stays, what a run was trained with, and the newest of the others.
    """
    needed = {record.version, record.base, *_of_runs(DatasetFolder(folder).workspace)}
    with suppress(OSError), os.scandir(DatasetFolder(folder).versions) as entries:
        former = [(e.stat().st_mtime_ns, e.path) for e in entries if e.name not in needed]
        for _, path in sorted(former)[:-_KEPT]:
            shutil.rmtree(path, ignore_errors=True)


def _of_runs(workspace: WorkspaceFolder) -> set[str]:
    """The versions that runs were trained with."""
    versions = set()
    for file in workspace.run_splits():
        with suppress(FileNotFoundError):  # a run that is being deleted
            state = file.stat()
            versions.add(_version_of(file, (state.st_ino, state.st_mtime_ns, state.st_size)))
    return versions


@lru_cache(maxsize=4096)
def _version_of(file: Path, _state: tuple[int, int, int]) -> str:
    """What a run's split says; the file is long, and hardly ever written again."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_SplitVersion).version
    except msgspec.MsgspecError:  # a run that cannot be used any more needs none
        return ""

"""What was begun in a workspace and not finished: said, and cleared away at the next opening."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.locks import locked
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.item import Item, delete_tree
from paddlex_nb.jobs.drafts import KINDS, clear_drafts_of
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.run import RunFolder, WeightsFolder
from paddlex_nb.layout.workspace import WorkspaceFolder

_DAY = 86400.0
"""Seconds for which an import that ended without a data set is still listed with its log, and
after which nobody works on a draft any more."""

_DRAFT = re.compile(r"\..+[.-][0-9a-f]{8}(?:[0-9a-f]{24})?")
"""Names of files and folders that would have got their own when they were whole."""


class Unfinished(msgspec.Struct, frozen=True):
    """A data set that is being imported, or whose import ended without making one of it.

    Attributes:
        id: The data set's id.
        job: The import job's id.
        active: Whether the import goes on.
        message: What became of it and what to do, in a sentence.
    """

    id: str
    job: str
    active: bool
    message: Message


def unfinished(workspace: Path) -> list[Unfinished]:
    """The data sets of a workspace that are being imported or never were to the end, by id."""
    return [_described(folder.name, record, job) for folder, record, job in _unready(workspace)]


def sweep(workspace: Path) -> None:
    """Clear away what no process will finish; what cannot be removed, or is in use, stays.

    That is: what was being deleted; what an update that was killed had read; images and masks of
    an import that was killed, and a day later the rest of it; drafts of files older than a day;
    drafts of exports that were killed, wherever they were to go; runs that were not yet described
    when their launcher was killed. Data sets and runs are looked through once a day: there may be
    a thousand.
    """
    files = WorkspaceFolder(workspace)
    with suppress(OSError, UserError):
        due = _is_due(workspace)
        if due:
            clear_drafts_of(Job(folder) for kind in KINDS for folder in files.jobs(kind))
            for folder in _items(files.runs):
                with suppress(OSError, UserError):
                    _sweep_begun(RunFolder(folder))
        for folder in _places(files, items=due):
            with suppress(OSError, UserError):
                _sweep_folder(folder)
        for folder in _items(WorkspaceFolder(workspace).datasets):
            with suppress(OSError, UserError):
                _sweep_update(DatasetFolder(folder))
        for folder, _, job in _unready(workspace):
            with suppress(OSError, UserError):
                if not job.state.active:
                    _sweep_import(DatasetFolder(folder), job)


def _sweep_begun(run: RunFolder) -> None:
    """Remove the folder of a run whose launcher was killed before it described the run."""
    names = {path.name for path in run.path.iterdir() if not _DRAFT.fullmatch(path.name)}
    if names <= {run.splits.name} and time.time() - run.path.stat().st_mtime > _DAY:
        _bury(run.path)


def make_room(workspace: Path, source: Path, name: str) -> None:
    """Remove an interrupted or stopped import of the same source: it is about to begin again.

    Args:
        workspace: The workspace's folder.
        source: What is imported.
        name: What it is to be called.
    """
    for folder, record, job in _unready(workspace):
        same = (record.source, record.name) == (str(source), name)
        if same and job.state in {State.INTERRUPTED, State.STOPPED}:
            with suppress(OSError, UserError):
                _bury(folder)


def _unready(workspace: Path) -> Iterator[tuple[Path, DatasetRecord, Job]]:
    """Folder, record and import job of each data set that is not ready."""
    for folder in _items(WorkspaceFolder(workspace).datasets):
        with suppress(OSError, UserError):  # a damaged record is told elsewhere
            record = read_record(folder)
            if record.ready:
                continue
            if (job := Item(folder).last_job("import")) is not None:
                yield folder, record, job
            elif time.time() - record.created > _DAY:  # killed before there was a job
                _bury(folder)


def _described(name: str, record: DatasetRecord, job: Job) -> Unfinished:
    status = job.status
    values = {"name": record.name, "path": record.source}
    if status.state.active:
        return Unfinished(name, job.id, True, Message("workspace.import_active", values))
    if status.state is State.FAILED and status.error is not None:
        failed = Message("workspace.import_failed", {**values, "reason": status.error})
        return Unfinished(name, job.id, False, failed)
    how = "stopped" if status.state is State.STOPPED else "interrupted"
    return Unfinished(name, job.id, False, Message(f"workspace.import_{how}", values))


def _items(parent: Path) -> list[Path]:
    return sorted(folder for folder in parent.glob("[!.]*") if folder.is_dir())


def _is_due(workspace: Path) -> bool:
    """Whether nobody has looked through all items for a day; then somebody does now."""
    stamp = WorkspaceFolder(workspace).swept
    with suppress(FileNotFoundError):
        if time.time() - stamp.stat().st_mtime < _DAY:
            return False
    stamp.touch()
    return True


def _places(workspace: WorkspaceFolder, *, items: bool) -> Iterator[Path]:
    """The folders in which drafts and what was being deleted may lie, with or without items."""
    yield from (workspace.datasets, workspace.runs, workspace.models)
    yield from (workspace.memory, workspace.exports, workspace.samples)
    yield workspace.sessions
    for parent in (workspace.datasets, workspace.runs, workspace.models) if items else ():
        for item in _items(parent):
            yield from (item, WeightsFolder(item).checkpoints, RunFolder(item).exports)
            yield from _items(RunFolder(item).evaluations)


def _sweep_folder(folder: Path) -> None:
    old = time.time() - _DAY
    for path in folder.glob(".*"):
        buried = path.name.startswith(ItemFolder.GRAVE)
        # its age is asked of the draft itself, not of what a link points to
        if not buried and not (_DRAFT.fullmatch(path.name) and path.lstat().st_mtime < old):
            continue
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                delete_tree(path)
            else:
                path.unlink()


def _sweep_update(files: DatasetFolder) -> None:
    if files.update.exists():
        with locked(files.source_lock, timeout=0):  # else an update is working there
            shutil.rmtree(files.update, ignore_errors=True)


def _sweep_import(files: DatasetFolder, job: Job) -> None:
    if time.time() - (job.status.ended or job.created) > _DAY:
        _bury(files.path)
        return
    for own in (files.files, files.masks):
        if own.exists():
            shutil.rmtree(own, ignore_errors=True)


def _bury(folder: Path) -> None:
    """Delete an item; whoever looks meanwhile sees all of it or nothing."""
    delete_tree(folder.rename(ItemFolder(folder).grave))

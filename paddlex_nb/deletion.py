"""What the deletion of a data set or run frees, takes away from others, and must wait for."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import few
from paddlex_nb.item import Deletion, Item
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.runs.checkpoint import CheckpointStore
from paddlex_nb.runs.origin import training_under_way
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.weights.saved import saved_models
from paddlex_nb.weights.starting import RUN

_SHOWN = 10
"""Runs that a sentence names."""


def deletion_of_dataset(folder: Path) -> Deletion:
    """What deleting the data set in this folder would do.

    Raises:
        UserError: One of its jobs, or one of a run of it, is under way; making thumbnails does
            not count.
    """
    _refuse_if_busy(folder, but="thumbnails")
    users = [run for run in _runs(DatasetFolder(folder).workspace) if run[1].dataset == folder.name]
    for run, _ in users:
        for job in Item(run).jobs():
            if job.state.active:
                raise UserError("workspace.dataset_in_use", id=folder.name, run=run.name)
    runs = [run.name for run, _ in users]
    warnings = [_of_runs("workspace.runs_lose_dataset", runs)] if runs else []
    return Deletion(folder.name, disk_use(folder), warnings, runs)


def deletion_of_run(folder: Path) -> Deletion:
    """What deleting the run in this folder would do.

    Raises:
        UserError: One of its jobs is under way, or a training of another run that has not begun
            yet waits for its weights.
    """
    _refuse_if_busy(folder)
    workspace = RunFolder(folder).workspace
    runs = []
    for run, record in _runs(workspace):
        if not _begins_from(record, folder):
            continue
        if training_under_way(run) and not CheckpointStore(run).names():
            raise UserError("workspace.run_in_use", id=folder.name, run=run.name)
        runs.append(run.name)
    warnings = [_of_runs("workspace.runs_lose_weights", runs)] if runs else []
    with suppress(UserError):  # a damaged one keeps nothing from being deleted
        kept = [saved.name for saved in saved_models(workspace.path) if saved.run == folder.name]
        warnings += [Message("workspace.saved_loses_run", {"name": name}) for name in kept]
    return Deletion(folder.name, disk_use(folder), warnings, runs)


def disk_use(folder: Path) -> int:
    """Bytes of disk that deleting a folder frees.

    A file with several names counts once, and not at all if one of them is elsewhere.
    """
    names: Counter[tuple[int, int]] = Counter()
    files: dict[tuple[int, int], os.stat_result] = {}
    pending = [str(folder)]
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                with suppress(OSError):  # it has just gone
                    state = entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    elif stat.S_ISREG(state.st_mode):
                        file = state.st_dev, state.st_ino
                        names[file] += 1
                        files[file] = state
    freed = (state for file, state in files.items() if state.st_nlink == names[file])
    return sum(state.st_blocks * 512 for state in freed)


def _refuse_if_busy(folder: Path, but: str = "") -> None:
    if any(job.state.active and job.kind != but for job in Item(folder).jobs()):
        raise UserError("workspace.still_busy", id=folder.name)


def _of_runs(key: str, runs: Sequence[str]) -> Message:
    """A sentence about some runs, not all of whose ids are spelled out where they are many."""
    return Message(key, {"count": len(runs), "runs": few(runs, _SHOWN)})


def _begins_from(record: RunRecord, run: Path) -> bool:
    """Whether a run's starting weights are those of the run in that folder, or a file in it."""
    return record.weights == f"{RUN}{run.name}" or Path(record.weights).is_relative_to(run)


def _runs(workspace: WorkspaceFolder) -> Iterator[tuple[Path, RunRecord]]:
    """Folder and record of each run that can be read; a damaged one refers to nothing."""
    for file in workspace.run_records():
        with suppress(UserError):
            yield file.parent, read_json(file, RunRecord)

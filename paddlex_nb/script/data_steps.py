"""From the source of a data set to the version and split that a run was trained with."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.data.edits import Entry, History
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.record_file import ready_record
from paddlex_nb.data.store.records import DatasetRecord, SplitPlan
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.versions import version_folder
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import State
from paddlex_nb.layout.dataset import VersionFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.script.edits import EditWriter
from paddlex_nb.script.split_origin import explain
from paddlex_nb.script.step import Call, Step, note
from paddlex_nb.workspace import Workspace


def data_steps(run: Run) -> list[Step]:
    """The steps up to the data that a run was trained with.

    Those of a data set that is gone or damaged are a note, and its id.
    """
    name = run.record.dataset
    try:
        return _steps(Workspace(RunFolder(run.folder).workspace.path).dataset(name), run)
    except UserError as error:
        missing = note("script.no_data_set", id=name, reason=error.message)
        return [missing, Call("open_dataset", {"id": name})]


def _steps(dataset: Dataset, run: Run) -> list[Step]:
    record, splits = ready_record(dataset.folder), read_splits(run.folder)
    base = base_index(dataset.folder)
    entries = _entries(dataset.folder, splits.version)
    origin = explain(dataset.folder, record, splits, base, entries)
    edits = EditWriter(dataset.folder, base)
    steps = _import(dataset, record)
    if record.base:
        steps.append(note("script.updated"))
        since = np.arange(splits.images or len(base), len(base))
        later, _ = edits.images(since[~edits.gone[since]].tolist())
        if later:
            steps += [note("script.later_images"), Call("exclude", {"images": later})]
    steps += edits.steps(entries[: origin.before])
    steps.append(_divide(splits.plan))
    steps += edits.steps(entries[origin.before :])
    if origin.moves:
        steps.append(note("script.moves"))
    for split, rows in origin.moves.items():
        paths, notes = edits.images(rows)
        steps += notes
        if paths:
            steps.append(Call("move", {"images": paths, "split": split}))
    if origin.astray:
        steps.append(note("script.astray", count=origin.astray))
    return steps


def _entries(folder: Path, version: str) -> list[Entry]:
    """The changes in a version."""
    if not version:
        return []
    return read_json(VersionFolder(version_folder(folder, version)).changes, History).entries


def _import(dataset: Dataset, record: DatasetRecord) -> list[Step]:
    """How it was imported; what was recognised then is said, so that it is not recognised anew."""
    asked = _import_arguments(dataset)
    arguments: dict[str, Any] = {
        "path": record.source,
        "task": record.task.value,
        "format": record.format,
        "name": record.name,
    }
    if asked.get("copy"):
        arguments["copy"] = True
    if record.tiles is not None:
        arguments["tile"] = record.tiles.size
        arguments["tile_overlap"] = record.tiles.overlap
        arguments["tile_keep"] = record.tiles.keep
    if record.encoding:
        arguments["encoding"] = record.encoding
    call = Call("import", arguments)
    with suppress(OSError):  # what cannot be looked at now may be there later
        if not Path(record.source).exists():
            return [note("script.source_gone"), call]
    return [call]


def _import_arguments(dataset: Dataset) -> dict[str, Any]:
    """What the import that counts was asked for; empty if that is not known any more."""
    for job in reversed(dataset.jobs("import")):
        with suppress(UserError):  # damaged
            if job.state is State.DONE:
                return dict(job.spec.arguments)
    return {}


def _divide(plan: SplitPlan) -> Call:
    if plan.given:
        return Call("use_given_split")
    shares = {name: getattr(plan, name) for name in ("train", "val", "test", "seed")}
    defaults = SplitPlan()
    for field in ("together", "folds", "fold"):
        if getattr(plan, field) != getattr(defaults, field):
            shares[field] = getattr(plan, field)
    return Call("split", shares)

"""Saved models: results of runs, kept under a name as starting weights of others."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.listing import Damage, listed
from paddlex_nb.core.names import item_folder, slug
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import instead
from paddlex_nb.layout.run import ModelFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.runs.checkpoint import Arrays, CheckpointStore, section, with_section

SAVED = "saved:"
"""Starting weights ``saved:<name>`` are such a model."""


class SavedModel(msgspec.Struct, kw_only=True, frozen=True):
    """A saved model of the workspace (``models/<name>/model.json``).

    Attributes:
        name: Its name.
        task: What it is for.
        model: Name in the catalogue.
        classes: Class names, in the order of its outputs.
        run: Id of the run it came from.
        metrics: Validation metrics, the main one first; None where undefined.
        created: Seconds since the epoch.
    """

    name: str
    task: Task
    model: str
    classes: list[str]
    run: str
    metrics: dict[str, float | None]
    created: float


def save_model(
    workspace: Path, run: Path, name: str, task: Task, model: str, classes: list[str]
) -> SavedModel:
    """Save the best checkpoint of a run under a name.

    Args:
        workspace: The workspace's folder.
        run: The run's folder.
        name: What to call it; letters, digits and dashes are kept.
        task: The run's task.
        model: The run's model.
        classes: The run's classes.

    Raises:
        UserError: The run has no checkpoint, the name is taken, or the disk is full.
    """
    folder = WorkspaceFolder(workspace).models / slug(name)
    if ModelFolder(folder).record.exists():
        raise UserError("training.saved_name_taken", name=folder.name)
    info, arrays = CheckpointStore(run).load("best")
    weights = with_section("model", section(arrays, "model"))
    CheckpointStore(folder).save(info, weights)
    saved = SavedModel(
        name=folder.name,
        task=task,
        model=model,
        classes=classes,
        run=run.name,
        metrics=info.metrics,
        created=time.time(),
    )
    write_json(ModelFolder(folder).record, saved)  # last: what is listed is whole
    return saved


def saved_models(workspace: Path) -> list[SavedModel]:
    """All saved models of a workspace, newest first; damaged ones are left out."""
    folders = listed(WorkspaceFolder(workspace).models, ModelFolder.RECORD, Path, SavedModel)[0]
    return [read_json(ModelFolder(folder).record, SavedModel) for folder in folders]


def damaged_models(workspace: Path) -> list[Damage]:
    """The saved models that cannot be listed, and why."""
    return listed(WorkspaceFolder(workspace).models, ModelFolder.RECORD, Path, SavedModel)[1]


def find_saved(workspace: Path, named: str) -> SavedModel:
    """The saved model that starting weights ``saved:<name>`` mean.

    Raises:
        UserError: There is none; names those there are.
    """
    folder = item_folder(WorkspaceFolder(workspace).models, named.removeprefix(SAVED))
    if folder is None or not ModelFolder(folder).record.exists():
        name = named.removeprefix(SAVED)
        known = instead(name, [m.name for m in saved_models(workspace)])
        raise UserError("training.no_such_saved", name=name, known=known)
    return read_json(ModelFolder(folder).record, SavedModel)


def read_saved(workspace: Path, saved: SavedModel) -> Arrays:
    """The weights of a saved model.

    Raises:
        UserError: They are damaged.
    """
    return section(
        CheckpointStore(WorkspaceFolder(workspace).models / saved.name).load("best")[1], "model"
    )

"""Importing a source once more, in another way: a data set of its own, for runs keep theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.records import DatasetRecord, Finding
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.pages.data.recognised import Choice

USUAL_TILE = 640
"""Pixels of a tile's side where a finding says none: an input size that most models know."""


def import_again(state: WizardState, record: DatasetRecord, **others: Any) -> Dataset:
    """Begin to import where a data set came from, as it was imported.

    Args:
        state: Knows the workspace.
        record: The data set's.
        **others: What is to be otherwise; arguments of `Workspace.import_dataset`.

    Raises:
        UserError: The source is gone, or what is asked for does not fit.
    """
    arguments: dict[str, Any] = {
        "task": record.task,
        "format": record.format,
        "name": record.name,
        "copy": bool(record.root) and not Path(record.root).is_absolute(),
        "encoding": record.encoding,
    }
    if (tiling := record.tiles) is not None:
        arguments |= {"copy": False, "tile": tiling.size}
        arguments |= {"tile_overlap": tiling.overlap, "tile_keep": tiling.keep}
    arguments |= others
    return state.workspace.import_dataset(record.source, **arguments, wait=False).dataset


def import_in_tiles(state: WizardState, record: DatasetRecord, size: int) -> Dataset:
    """Begin to import where a data set came from in tiles; its name says their size.

    Args:
        state: Knows the workspace.
        record: The data set's.
        size: Side of a tile in pixels.

    Raises:
        UserError: See `import_again`.
    """
    return import_again(state, record, name=f"{record.name}-{size}", tile=size)


def import_as(state: WizardState, record: DatasetRecord, choice: Choice, **tiles: Any) -> Dataset:
    """Begin to import where a data set came from as what the user says that it is.

    Args:
        state: Knows the workspace.
        record: The data set's.
        choice: Task and format.
        **tiles: How images are to be cut, if the record does not know it.

    Raises:
        UserError: See `import_again`.
    """
    task, name = choice
    if task is Task.CLASSIFICATION:
        tiles = {"tile": None}
    return import_again(state, record, task=task, format=name, **tiles)


def tile_for(finding: Finding) -> int:
    """A size of tiles that suits what a finding is about, in pixels."""
    size = finding.values.get("size")
    return size if isinstance(size, int) else USUAL_TILE

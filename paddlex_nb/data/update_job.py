"""The job that looks again at where a data set lies: new images come in, lost ones are left out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.data.changes import rebase
from paddlex_nb.data.checks import FILE
from paddlex_nb.data.examine import MASKS
from paddlex_nb.data.index import Index
from paddlex_nb.data.job import look
from paddlex_nb.data.merge import merged
from paddlex_nb.data.records import DatasetRecord
from paddlex_nb.data.split import extend_split
from paddlex_nb.data.versions import base_index, current_index, version_classes
from paddlex_nb.errors import UserError
from paddlex_nb.files import disk_errors, read_json
from paddlex_nb.jobs.context import JobContext


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing: where the data set lies is known."""


def run(context: JobContext, _arguments: Arguments) -> dict[str, Any]:
    """Look again; ids, splits, changes and runs stay as they are.

    Returns:
        ``added``, ``lost`` (images that are gone), ``images`` and ``classes``.

    Raises:
        Stopped: The user asked for it; nothing was changed.
        UserError: It was not imported in place, or cannot be read any more.
    """
    folder = context.item.resolve()
    record = read_json(folder / "dataset.json", DatasetRecord)
    if not Path(record.root).is_absolute():
        raise UserError("data.update_not_in_place", name=record.name)
    old = base_index(folder)
    old_classes = version_classes(folder, record, record.base)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".update-") as scratch:
        examined, record.findings = look(
            context,
            Path(record.source),
            record.task,
            record.format,
            folder,
            findings_to=Path(scratch),
            encoding=record.encoding,
        )
        if str(examined.root) != record.root:
            raise UserError("data.update_moved", name=record.name)
        index, classes = merged(old, old_classes, Index.of(examined), examined.draft.classes)
        record.masks = MASKS if examined.masks_made else ""
        rebase(folder, index, classes, record)
        extend_split(folder, current_index(folder))  # a kill before it is made good by the next
        with disk_errors(folder):
            (Path(scratch) / FILE).replace(folder / FILE)
    record = read_json(folder / "dataset.json", DatasetRecord)
    known = set(old.left().images["path"].to_pylist())
    now = {image.path for image in examined.draft.images}
    return {
        "added": len(now - known),
        "lost": len(known - now),
        "images": record.images,
        "classes": record.classes,
    }

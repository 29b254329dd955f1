"""The job that imports a data set."""

from __future__ import annotations

import gc
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import KEEP, OVERLAP, Tiling, as_tiling
from paddlex_nb.data.importing.indexing import build_index, keep_examined_looks
from paddlex_nb.data.importing.job_steps import cut, look
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.importing.recognised import other_readings, recognised_dataset
from paddlex_nb.data.source.report import Progress
from paddlex_nb.data.splitting.split import has_given_split, split, use_given_split
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.own_files import copy_file
from paddlex_nb.data.store.record_file import write_record
from paddlex_nb.data.store.records import DatasetRecord, SplitPlan
from paddlex_nb.data.store.view import image_root
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.dataset import DatasetFolder

COLLECT = (50_000, 20, 50)
"""How seldom this process looks for cycles: there are hardly any among its millions of objects, and
at Python's own 700 a fifth of the import of an unchanged data set is looking for them."""


class Arguments(msgspec.Struct):
    """The arguments of an import job.

    Attributes:
        source: A folder or an archive.
        task: What its labels are for; detected if None.
        format: Name of its format; detected if None.
        name: What to call the data set; if None, as its record says or as its source.
        copy: Copy the images into the workspace instead of using them where they are.
        encoding: Of text and of names in archives that are no UTF-8; detected if empty.
        tile: Side in pixels of the tiles that images are cut into; 0 leaves them whole.
        tile_overlap: Share of it by which tiles overlap.
        tile_keep: Share of an object from which it is labelled in a tile.
    """

    source: str
    task: Task | None = None
    format: str | None = None
    name: str | None = None
    copy: bool = False
    encoding: str = ""
    tile: int = 0
    tile_overlap: float = OVERLAP
    tile_keep: float = KEEP

    @property
    def tiling(self) -> Tiling | None:
        """How images are cut, if they are.

        Raises:
            UserError: One of the values is out of its limits.
        """
        return as_tiling(self.tile, self.tile_overlap, self.tile_keep) if self.tile else None


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Read, check, index and divide a data set.

    Returns:
        ``id``, ``task``, ``format``, ``images``, ``classes``, ``findings`` (by severity) and
        ``recognised`` (see `recognised.Recognised`).

    Raises:
        UserError: It cannot be used as a whole; says why.
    """
    gc.set_threshold(*COLLECT)
    folder = context.item
    source = Path(arguments.source).expanduser().absolute()
    record = _record(folder, source, arguments)
    _remove_own(folder)
    try:
        _import(context, arguments, source, record)
    except BaseException:
        _remove_own(folder)
        raise
    shutil.rmtree(DatasetFolder(folder).update, ignore_errors=True)
    with changing(folder) as record:
        record.ready = True
        write_record(folder, record)
    return {
        "id": record.id,
        "task": record.task.value,
        "format": record.format,
        "images": record.images,
        "classes": record.classes,
        "findings": record.findings,
        "recognised": recognised_dataset(folder).to_json(),
    }


def _import(context: JobContext, arguments: Arguments, source: Path, record: DatasetRecord) -> None:
    """Do all but say that it is done."""
    folder = context.item.resolve()
    tiling = arguments.tiling
    # of what is cut, only the tiles stay
    scratch = DatasetFolder(folder).update if tiling else folder
    examined, counts = look(
        context,
        source,
        arguments.task,
        arguments.format,
        scratch,
        findings_to=folder,
        encoding=arguments.encoding,
        tiling=tiling,
    )
    detected, classes = examined.detected, examined.draft.classes
    used = {number for numbers in examined.present for number in numbers}
    if detected.format.task is Task.CLASSIFICATION and len(used) < 2:
        raise UserError("data.one_class", path=source, name=classes[used.pop()])
    if tiling:
        examined = cut(context, examined, tiling, DatasetFolder(scratch), DatasetFolder(folder))
    root = examined.root
    if arguments.copy and not root.is_relative_to(folder):
        root = _copy(examined, DatasetFolder(folder).files, context.progress)
    index = build_index(examined)
    record.encoding, record.tiles = arguments.encoding, tiling
    record.root = str(root.relative_to(folder) if root.is_relative_to(folder) else root)
    record.masks = DatasetFolder.MASKS if examined.masks_made else ""
    record.task, record.format = detected.format.task, detected.format.name
    record.evidence, record.others = detected.evidence.reason, other_readings(detected)
    record.images, record.classes = len(index), classes
    record.thickness = examined.draft.thickness
    record.findings = counts
    with changing(folder) as now:
        record.name = now.name
        index.save(folder)
        write_record(folder, record)
    keep_examined_looks(examined, folder, image_root(folder, record))
    _divide(folder, index, context)


def _remove_own(folder: Path) -> None:
    files = DatasetFolder(folder)
    for own in (files.files, files.masks, files.update):
        shutil.rmtree(own, ignore_errors=True)


def _record(folder: Path, source: Path, arguments: Arguments) -> DatasetRecord:
    if not DatasetFolder(folder).record.exists():
        new = DatasetRecord(
            id=folder.name, name=source.name, source=str(source), created=time.time()
        )
        write_record(folder, new)
    with changing(folder) as record:
        record.ready, record.split = False, None
        record.version, record.base, record.imported_classes = "", "", []
        record.name = arguments.name or record.name
        write_record(folder, record)
    return record


def _copy(examined: Examined, folder: Path, progress: Progress) -> Path:
    """Copy the usable images and masks; the new root."""
    images = examined.draft.images
    files = [image.path for image in images]
    if not examined.masks_made:
        files += [image.mask for image in images if image.mask]
    with disk_errors(folder):
        for done, file in enumerate(files, 1):
            copy_file(examined.root / file, folder / file)
            progress("copy", done, len(files), "files")
    return folder.resolve()


def _divide(folder: Path, index: Index, context: JobContext) -> None:
    if not has_given_split(index):
        if not (counts := split(folder, SplitPlan(), anyway=True).splits).get("val"):
            context.notice("data.split_all_together", "warning", images=counts.get("train", 0))
    elif use_given_split(folder):
        context.notice("data.val_from_train")

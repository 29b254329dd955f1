"""The job that looks again at where a data set came from: new images in, lost ones left out."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.checks import FindingsFile
from paddlex_nb.data.edits import history, rebase
from paddlex_nb.data.edits.follow import followed
from paddlex_nb.data.importing.indexing import build_index, keep_examined_looks
from paddlex_nb.data.importing.job_steps import cut
from paddlex_nb.data.importing.look_again import look_again
from paddlex_nb.data.importing.merge import merged
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.source.report import Progress, Report
from paddlex_nb.data.splitting.split import extend_split
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.current import base_index, current_index
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.own_files import Arrivals
from paddlex_nb.data.store.record_file import read_record, source_in_use
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.split_file import split_counts
from paddlex_nb.data.store.versions import version_classes
from paddlex_nb.data.store.view import image_root
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.dataset import DatasetFolder


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing: where the data set came from is known."""


def run(context: JobContext, _arguments: Arguments) -> dict[str, Any]:
    """Look again; ids, splits, changes and runs stay as they are.

    Images and masks that are the data set's own come from its source anew. Files of images that
    are gone stay: runs that were trained with them may be evaluated again.

    Returns:
        ``added``, ``lost`` (images that are gone), ``images`` and ``classes``; ``classes_added``
        and ``classes_emptied`` (that no image shows any more); images by split in ``splits`` and,
        as it was, ``splits_before``; and whether images are ``tiles``.

    Raises:
        Stopped: The user asked for it; nothing was changed.
        UserError: Its source is gone or cannot be read any more, or it is being updated already.
    """
    folder = context.item.resolve()
    scratch = DatasetFolder(folder).update
    with source_in_use(folder):
        shutil.rmtree(scratch, ignore_errors=True)  # of an update that was killed
        try:
            with disk_errors(folder):
                scratch.mkdir()
            return _update(context, folder, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _update(context: JobContext, folder: Path, scratch: Path) -> dict[str, Any]:
    record = read_record(folder)
    splits_before = split_counts(folder).splits
    old = base_index(folder)
    old_classes = version_classes(folder, record, record.base)
    examined, findings = look_again(context, record, scratch, gone="data.update_source_gone")
    made = scratch
    if record.tiles is not None:
        made, known = DatasetFolder(scratch).tiles, set(old.images["path"].to_pylist())
        folders = DatasetFolder(scratch), DatasetFolder(made)
        examined = cut(context, examined, record.tiles, *folders, known)
    moved = Path(record.root).is_absolute() and str(examined.root) != record.root
    now = {image.path for image in examined.draft.images}
    if moved or now.isdisjoint(old.images["path"].to_pylist()):
        raise UserError("data.update_moved", name=record.name)
    arrivals = _arrivals(examined, folder, record, scratch, made, context.progress)
    index, classes = merged(old, old_classes, build_index(examined), examined.draft.classes)
    emptied = [name for name in classes if name not in examined.draft.classes]
    with disk_errors(folder):
        arrivals.place_new()  # no index names them yet
    with changing(folder) as record:
        # the data set could be corrected all the while: what counts is how it is now
        entries, gone = followed(history(folder).entries, old, index, old_classes, classes)
        record.findings = findings
        if gone or emptied:
            _tell_gone(gone, emptied, index, record, scratch)
        record.masks = DatasetFolder.MASKS if examined.masks_made else ""
        rebase(folder, index, classes, record, entries)
        # from here on a kill is made good by the next update
        extend_split(folder, record, current_index(folder))
        with disk_errors(folder):
            DatasetFolder(scratch).findings.replace(DatasetFolder(folder).findings)
    with disk_errors(folder):
        arrivals.place_changed()
    keep_examined_looks(examined, folder, image_root(folder, record))
    known = set(old.left().images["path"].to_pylist())
    return {
        "added": len(now - known),
        "lost": len(known - now),
        "images": record.images,
        "classes": record.classes,
        "classes_added": [name for name in classes if name not in old_classes],
        "classes_emptied": emptied,
        "splits": split_counts(folder).splits,
        "splits_before": splits_before,
        "tiles": record.tiles is not None,
    }


def _tell_gone(
    gone: list[tuple[int, int]],
    emptied: list[str],
    index: Index,
    record: DatasetRecord,
    scratch: Path,
) -> None:
    """Say which objects are no longer there that were corrected by hand, and which classes."""
    findings = FindingsFile(scratch, behind=True)
    report = Report(findings.write)
    paths = index.images["path"]
    for row, objects in Counter(row for row, _ in gone).items():
        report.warning("correction_lost", paths[row].as_py(), objects=objects)
    for name in emptied:
        report.warning("unused_class", name=name)
    findings.close()
    warning = Severity.WARNING.value
    record.findings[warning] = record.findings.get(warning, 0) + report.counts[warning]


def _arrivals(
    examined: Examined,
    folder: Path,
    record: DatasetRecord,
    scratch: Path,
    made: Path,
    progress: Progress,
) -> Arrivals:
    """The files that the data set's own folder lacks; in the draft, the masks' names there.

    Masks that were made lie in ``made``, which is in ``scratch``.
    """
    arrivals = Arrivals(scratch)
    own, root = not Path(record.root).is_absolute(), folder / record.root
    images = examined.draft.images if own or examined.masks_made else []
    with disk_errors(folder):
        for done, image in enumerate(images, 1):
            if own:
                arrivals.add_image(examined.root / image.path, root / image.path)
            if examined.masks_made:
                mask_file = DatasetFolder(made).masks / image.mask
                image.mask = arrivals.add_mask(mask_file, DatasetFolder(folder).masks, image.mask)
            elif image.mask:
                image.mask = arrivals.add_mask(examined.root / image.mask, root, image.mask)
            progress("copy", done, len(images), "images")
    return arrivals

"""The photos that a tiled data set was cut from, with the labels of whole photos.

A tile knows of a cut object only the part that lies in it, and of tiles without objects only some
are kept. So the photos and their labels are read where they came from, as the import did; a photo
counts only if its labels there, cut as the import cut them, are those of its tiles here.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.data.importing.indexing import build_index
from paddlex_nb.data.importing.look_again import look_again
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.store.changes.apply import apply
from paddlex_nb.data.store.changes.change import (
    MergeClasses,
    RemapMasks,
    RemoveClasses,
    RenameClass,
    SingleObjects,
)
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.changes.settle import version_history
from paddlex_nb.data.store.label_maps import IGNORE, own_numbers
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.snapshot import Snapshot
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.evaluation.evaluated import PhotoView
from paddlex_nb.evaluation.photo_tiles import PhotoTiles
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.dataset import DatasetFolder

_OF_CLASSES = (MergeClasses, RenameClass, RemoveClasses, SingleObjects, RemapMasks)
"""Changes that mean the same for photos as for tiles, since they name no image."""


@dataclass(frozen=True)
class Photos:
    """The photos of a split.

    Attributes:
        view: Those that can be measured by, with their labels.
        taken: The same with all others, which are left out.
        left_out: How many others the split has tiles of.
        example: One of these, by its path or the beginning of its tiles' paths; empty if none.
    """

    view: DatasetView
    taken: Snapshot
    left_out: int
    example: str


@dataclass(frozen=True)
class PhotoSetup(RunSetup):
    """A run's setup in which one split has whole photos for its tiles.

    Attributes:
        split: The split.
        photos: Its photos.
    """

    split: str
    photos: DatasetView

    def view(self, split: str) -> DatasetView:
        """The images of a split; see `RunSetup.view`."""
        return self.photos if split == self.split else super().view(split)


def photos_of(
    context: JobContext, setup: RunSetup, tiling: Tiling, split: str, scratch: Path
) -> Photos:
    """Read the photos of a split's tiles where the data set came from.

    Args:
        context: The job, for progress and stop requests.
        setup: The run.
        tiling: How its data set was cut.
        split: ``train``, ``val`` or ``test``, as the run was trained with it.
        scratch: Folder for what is unpacked or made; the photos are only there as long as it is.

    Raises:
        Stopped: The user asked for it.
        UserError: The source is gone or cannot be read any more, or data set or run are damaged.
    """
    record = read_record(setup.dataset)
    looked_at = msgspec.structs.replace(record, tiles=tiling)  # as the run knows it
    examined, _ = look_again(context, looked_at, scratch, gone="evaluation.photos_gone")
    labels = _as_in_run(examined, setup, record)
    tiles = PhotoTiles(setup, split, examined, tiling, labels)
    view = PhotoView(setup.dataset, taken=_taken(examined, setup, record, labels, scratch))
    sound = np.zeros(len(examined.probes), np.bool_)
    left: list[str] = []
    for photo, image in enumerate(examined.draft.images):
        context.progress("photos", photo + 1, len(sound), "images")
        if not tiles.has(photo):
            continue
        sound[photo] = tiles.same(photo, view)
        if not sound[photo]:
            left.append(image.path)
    left += tiles.gone()
    labels.excluded[:] = ~sound
    chosen = _taken(examined, setup, record, labels, scratch)
    view = PhotoView(setup.dataset, taken=chosen)
    return Photos(view, chosen, len(left), left[0] if left else "")


def _as_in_run(examined: Examined, setup: RunSetup, record: DatasetRecord) -> Labels:
    """The labels of the photos with the classes of the run: renamed and merged as there.

    A class that the run does not have is -1, of objects that are not kept, and 255 in masks.
    """
    classes = examined.draft.classes
    nothing = np.zeros(len(examined.probes), np.bool_)
    labels = Labels.from_index(build_index(examined), classes, nothing, own_numbers(len(classes)))
    version = read_splits(setup.folder).version
    of_run = msgspec.structs.replace(record, version=version)
    for entry in version_history(setup.dataset, of_run).entries:
        if isinstance(entry.change, _OF_CLASSES):
            with suppress(UserError):  # not in this source; then its photos do not fit the tiles
                apply(entry.change, labels)
    known = {name: number for number, name in enumerate(setup.record.classes)}
    numbers = np.array([known.get(name, -1) for name in labels.classes], np.int32)
    labels.objects.class_id = numbers[labels.objects.class_id]
    labels.objects.kept = labels.objects.kept & (labels.objects.class_id >= 0)
    meant = labels.table != IGNORE
    labels.table[meant] = numbers[labels.table[meant]].astype(np.uint8)  # -1 becomes `IGNORE`
    labels.classes[:] = setup.record.classes
    return labels


def _taken(
    examined: Examined, setup: RunSetup, record: DatasetRecord, labels: Labels, scratch: Path
) -> Snapshot:
    masks = str(DatasetFolder(scratch).masks) if examined.masks_made else ""
    record = msgspec.structs.replace(
        record, root=str(examined.root), masks=masks, classes=setup.record.classes
    )
    return Snapshot(record, labels.snapshot(), labels.table.copy())

"""The photos of an evaluation as a data set of their own, for those who look at it later."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_json
from paddlex_nb.data.importing.relocate import away
from paddlex_nb.data.store.changes.change import History
from paddlex_nb.data.store.image_root import missing_in, spread
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import holding, write_record
from paddlex_nb.data.store.snapshot import Snapshot
from paddlex_nb.data.store.versions import version_folder
from paddlex_nb.evaluation.evaluated import PhotoView
from paddlex_nb.layout.dataset import DatasetFolder, VersionFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import read_run

_VERSION = "photos"
"""Of the labels, which are those of the run: classes of the source may be others."""

_LOOKED_AT = 16
"""Photos by which is told whether those of an evaluation are in a folder."""


def keep_photos(taken: Snapshot, scratch: Path, folder: Path) -> PhotoView:
    """Keep photos and their labels; those that lie elsewhere stay there and are only named.

    Args:
        taken: The photos, their paths absolute; those that are left out are not kept.
        scratch: What of the photos and masks lies in this folder is moved to ``folder``.
        folder: Becomes the folder of their data set, in place of what is there.

    Returns:
        The photos, in their order.

    Raises:
        UserError: The disk is full or refuses.
    """
    index, kept = taken.index.left(), DatasetFolder(folder)
    record = msgspec.structs.replace(
        taken.record, images=len(index), version=_VERSION, base="", split=None, tiles=None
    )
    versioned = version_folder(folder, _VERSION)
    with disk_errors(folder):
        shutil.rmtree(folder, ignore_errors=True)
        versioned.mkdir(parents=True)
        photos, masks = (index.images[name].to_pylist() for name in ("path", "mask"))
        if Path(record.root).is_relative_to(scratch):  # they came in an archive
            _move(Path(record.root), kept.files, photos if record.masks else [*photos, *masks])
            record.root = DatasetFolder.FILES
        if record.masks:
            _move(Path(record.masks), kept.masks, masks)
            record.masks = DatasetFolder.MASKS
    index.save(folder)
    index.save(versioned, (index, folder))
    history = History(record.classes, values=taken.table.tolist())
    write_json(VersionFolder(versioned).changes, history)
    write_record(folder, record)
    return PhotoView(folder)


def point_photos(dataset: Path, root: Path) -> None:
    """Point the photos of former evaluations to where they were moved to.

    Args:
        dataset: Folder of the data set in tiles.
        root: Where its photos are now; evaluations whose photos are not there stay as they are.

    Raises:
        UserError: The disk is full or refuses.
    """
    moved: list[Path] = []
    for record in DatasetFolder(dataset).workspace.run_records():
        with suppress(UserError):  # damaged: whoever opens it is told
            if read_run(record.parent).dataset == dataset.name:
                moved += [kept for kept in RunFolder(record.parent).photos() if _moved(kept, root)]
    for kept in moved:
        with holding(kept) as photos:
            photos.root = str(root)
            write_record(kept, photos)


def _moved(kept: Path, root: Path) -> bool:
    """Whether the photos of an evaluation are no longer where they were, but in a folder.

    Raises:
        UserError: They are damaged.
    """
    if away(kept) is None:
        return False
    index = Index.load(version_folder(kept, _VERSION))
    return not missing_in(root, spread(index.images["path"].to_pylist(), _LOOKED_AT))


def _move(root: Path, to: Path, paths: Iterable[str]) -> None:
    for path in dict.fromkeys(filter(None, paths)):
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(root / path, to / path)

"""Pointing a data set to where its images are now: splits, changes and runs stay as they are."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.importing.relocation import Relocation, expected, in_archive, in_folder
from paddlex_nb.data.source.archives import is_archive
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.image_root import is_there, spread
from paddlex_nb.data.store.record_file import read_record, source_in_use, write_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.memory import MemoryFiles

_FEW = 16
"""Images by which is told whether a data set's are away."""

_FORMER = 8


def away(folder: Path) -> Path | None:
    """The folder in which a data set's images should be, if not even a few of them are there.

    Raises:
        UserError: The data set is damaged.
    """
    record = read_record(folder)
    if not record.ready or not Path(record.root).is_absolute():
        return None
    root = Path(record.root)
    gone = not any(is_there(root / path) for path in spread(expected(base_index(folder)), _FEW))
    return root if gone else None


def relocate(folder: Path, place: Path) -> Relocation:
    """Point a data set to where what was imported is now.

    Args:
        folder: The data set's folder.
        place: The folder; one above or below will do. Of a data set whose images are its own, as
            they were copied or unpacked, the archive or folder that `update` is to look at.

    Raises:
        UserError: It holds other images, hardly any of them, or none; or the data set is being
            updated.
    """
    place = Path(os.path.abspath(place.expanduser()))  # noqa: PTH100 - links stay, ".." does not
    if not is_there(place):
        raise UserError("workspace.no_such_path", path=place)
    with source_in_use(folder):
        record, index = read_record(folder), base_index(folder)
        own = not Path(record.root).is_absolute()
        archive = _archive(place, record) if own else None
        if archive:
            relocation = in_archive(archive, record, index)
        elif place.is_dir():
            relocation = in_folder(folder, place, record, index)
        else:
            raise UserError("data.relocate_no_folder", path=place, name=record.name)
        with changing(folder) as record:
            if not own and relocation.root != record.root:
                _move_memory(
                    DatasetFolder(folder).workspace.memory, Path(record.root), Path(relocation.root)
                )
                record.former_roots = [*record.former_roots, record.root][-_FORMER:]
                record.root = relocation.root
            record.source = relocation.source
            write_record(folder, record)
    return relocation


def moved_path(record: DatasetRecord, path: str) -> str:
    """Where a file is that was in a data set's folder before that was moved; else the same path."""
    if record.former_roots and not is_there(Path(path)):
        for root in reversed(record.former_roots):
            with suppress(ValueError):
                return str(Path(record.root) / Path(path).relative_to(root))
    return path


def _archive(place: Path, record: DatasetRecord) -> Path | None:
    """The archive that is meant: the place itself, or in it one of the name it had."""
    same = place / Path(record.source).name
    return next((p for p in (place, same) if p.is_file() and is_archive(p)), None)


def _move_memory(memory: Path, old: Path, new: Path) -> None:
    """What is known of the files stays known; a disk that refuses only costs time later."""
    if is_there(old):
        return
    known, to = MemoryFiles.about(old, memory), MemoryFiles.about(new, memory)
    for source, target in ((known.probes, to.probes), (known.alike, to.alike)):
        if not target.exists():
            with suppress(OSError):
                source.rename(target)

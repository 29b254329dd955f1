"""Pointing a data set to where its images are now: splits, changes and runs stay as they are."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import few
from paddlex_nb.data.checks.duplicates import same_picture
from paddlex_nb.data.checks.images import probe
from paddlex_nb.data.checks.probing import known_probes
from paddlex_nb.data.images.decode import EXTENSIONS
from paddlex_nb.data.importing.moved_photos import PHOTOS_COMPARED, different_photos, photo_path
from paddlex_nb.data.source.archives import is_archive, member_names
from paddlex_nb.data.store.changes.settle import changing
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.image_root import find_root, is_there, missing_in, spread
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import read_record, source_in_use, write_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.memory import MemoryFiles

_COMPARED = 48
"""Images that are compared with what was imported."""

_LISTED = 1_000
"""Members of an archive that are looked at."""

_FEW = 16
"""Images by which is told whether a data set's are away."""

_SHOWN = 3
_FORMER = 8


class Relocation(msgspec.Struct, frozen=True):
    """Where a data set is now, and what of it is there.

    Attributes:
        name: What the user calls the data set.
        source: The folder or archive that `update` looks at.
        root: Folder of the images.
        images: How many images it should have.
        missing: Paths of those that are not there.
        masks_missing: How many files of masks are not there.
        compared: How many images were compared with what was imported.
        different: Paths of those of them that are other pictures.
    """

    name: str
    source: str
    root: str
    images: int
    missing: list[str] = []
    masks_missing: int = 0
    compared: int = 0
    different: list[str] = []

    @property
    def messages(self) -> list[Message]:
        """What to tell: where the images are, and what is wrong with them."""
        present = self.images - len(self.missing)
        values = {"name": self.name, "path": self.root, "found": present, "total": self.images}
        if Path(self.root).is_absolute():
            messages = [Message("data.relocated", values)]
        else:  # its images are the workspace's own and were never away
            messages = [Message("data.relocated.source", {**values, "path": self.source})]
        if self.missing:
            values = {"count": len(self.missing), "examples": _some(self.missing)}
            messages.append(Message("data.relocated.missing", values))
        if self.masks_missing:
            messages.append(Message("data.relocated.masks", {"count": self.masks_missing}))
        if self.different:
            values = {"count": len(self.different), "compared": self.compared}
            values["examples"] = _some(self.different)
            messages.append(Message("data.relocated.different", values))
        return messages


def away(folder: Path) -> Path | None:
    """The folder in which a data set's images should be, if not even a few of them are there.

    Raises:
        UserError: The data set is damaged.
    """
    record = read_record(folder)
    if not record.ready or not Path(record.root).is_absolute():
        return None
    root = Path(record.root)
    gone = not any(is_there(root / path) for path in spread(_expected(base_index(folder)), _FEW))
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
            relocation = _in_archive(archive, record, index)
        elif place.is_dir():
            relocation = _in_folder(folder, place, record, index)
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


def _in_folder(folder: Path, place: Path, record: DatasetRecord, index: Index) -> Relocation:
    """Find the images of a data set in a folder.

    Raises:
        UserError: Too little, or something else.
    """
    paths, old = _imported(record, index), Path(record.root)
    inside = PurePosixPath()
    with suppress(ValueError):
        inside = PurePosixPath(old.relative_to(record.source).as_posix())
    root = find_root(place, inside, paths)
    missing = missing_in(root, paths)
    present = len(paths) - len(missing)
    if 2 * present < len(paths) or not present:
        raise UserError(
            "data.relocate_few",
            name=record.name,
            path=place,
            found=present,
            total=len(paths),
            examples=_some(missing),
        )
    gone = set(missing)
    compared = spread([path for path in paths if path not in gone], _COMPARED)
    memory = MemoryFiles.about(folder / record.root, DatasetFolder(folder).workspace.memory).probes
    if record.tiles:
        compared = spread(compared, PHOTOS_COMPARED)
        different = different_photos(root, compared, folder / record.root, _expected(index))
    else:
        different = _different(root, compared, index, memory)
    if 2 * len(different) > len(compared):
        raise UserError(
            "data.relocate_other",
            name=record.name,
            path=root,
            different=len(different),
            compared=len(compared),
            examples=_some(different),
        )
    masks = (
        []
        if record.masks or record.tiles
        else sorted({m for m in index.images["mask"].to_pylist() if m})
    )
    return Relocation(
        record.name,
        str(root),  # what else may lie beside it now is no part of the data set
        str(root),
        len(paths),
        missing,
        len(missing_in(root, masks)),
        len(compared),
        different,
    )


def _in_archive(archive: Path, record: DatasetRecord, index: Index) -> Relocation:
    """The archive, if it holds the data set; only its list of files is looked at.

    Raises:
        UserError: It holds another, or is damaged.
    """
    known = set(_imported(record, index))
    names = islice(member_names(archive, record.encoding), _LISTED)
    images = [n for n in names if PurePosixPath(n).suffix.lower() in EXTENSIONS]
    strange = [name for name in images if not _ends(name) & known]
    if 2 * len(strange) > len(images) or not images:
        raise UserError(
            "data.relocate_other",
            name=record.name,
            path=archive,
            different=len(strange),
            compared=len(images),
            examples=_some(strange),
        )
    return Relocation(record.name, str(archive), record.root, len(known))


def _archive(place: Path, record: DatasetRecord) -> Path | None:
    """The archive that is meant: the place itself, or in it one of the name it had."""
    same = place / Path(record.source).name
    return next((p for p in (place, same) if p.is_file() and is_archive(p)), None)


def _ends(name: str) -> set[str]:
    """A path, and what is left of it without the first folders."""
    parts = name.split("/")
    return {"/".join(parts[start:]) for start in range(len(parts))}


def _expected(index: Index) -> list[str]:
    """Paths of the images that were there at the import or the last update."""
    paths, gone = index.images["path"].to_pylist(), index.numbers("excluded").tolist()
    return [path for path, lost in zip(paths, gone, strict=True) if not lost] or paths


def _imported(record: DatasetRecord, index: Index) -> list[str]:
    """Paths of what was imported: of a tiled data set, of the photos and not of their tiles."""
    paths = _expected(index)
    return sorted(set(map(photo_path, paths))) if record.tiles else paths


def _different(root: Path, paths: list[str], index: Index, memory: Path) -> list[str]:
    """Those of the images that are other pictures than those that were imported."""
    known = known_probes(memory, paths)
    rows = {path: row for row, path in enumerate(index.images["path"].to_pylist())}
    width, height = index.numbers("width"), index.numbers("height")
    different = []
    for path in paths:
        before = known.get(path)
        with suppress(OSError):
            digest = hashlib.blake2b((root / path).read_bytes(), digest_size=16).digest()
            if before is not None and digest == before.digest:
                continue
        now, row = probe(root, path), rows[path]
        same = (now.width, now.height) == (width[row], height[row])
        if same and before is not None and before.usable:
            same = same_picture(now.signature, before.signature)
        if not same:
            different.append(path)
    return different


def _move_memory(memory: Path, old: Path, new: Path) -> None:
    """What is known of the files stays known; a disk that refuses only costs time later."""
    if is_there(old):
        return
    known, to = MemoryFiles.about(old, memory), MemoryFiles.about(new, memory)
    for source, target in ((known.probes, to.probes), (known.alike, to.alike)):
        if not target.exists():
            with suppress(OSError):
                source.rename(target)


def _some(paths: list[str]) -> list[Any]:
    return few(paths, _SHOWN)

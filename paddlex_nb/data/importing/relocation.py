"""Where the images of a data set are found, and whether they are those that were imported."""

from __future__ import annotations

import hashlib
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
from paddlex_nb.data.source.archives import member_names
from paddlex_nb.data.store.image_root import find_root, missing_in, spread
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.memory import MemoryFiles

_COMPARED = 48
"""Images that are compared with what was imported."""

_LISTED = 1_000
"""Members of an archive that are looked at."""

_SHOWN = 3


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


def in_folder(folder: Path, place: Path, record: DatasetRecord, index: Index) -> Relocation:
    """Find the images of a data set in a folder.

    Args:
        folder: The data set's folder.
        place: Where they may be; above or below will do.
        record: Its record.
        index: Its index.

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
        different = different_photos(root, compared, folder / record.root, expected(index))
    else:
        different = _different(root, compared, index, memory)
    if 2 * len(different) > len(compared):
        raise _other(record, root, different, len(compared))
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


def in_archive(archive: Path, record: DatasetRecord, index: Index) -> Relocation:
    """The archive, if it holds the data set; only its list of files is looked at.

    Args:
        archive: The archive.
        record: The data set's record.
        index: Its index.

    Raises:
        UserError: It holds another, or is damaged.
    """
    known = set(_imported(record, index))
    names = islice(member_names(archive, record.encoding), _LISTED)
    images = [n for n in names if PurePosixPath(n).suffix.lower() in EXTENSIONS]
    strange = [name for name in images if not _ends(name) & known]
    if 2 * len(strange) > len(images) or not images:
        raise _other(record, archive, strange, len(images))
    return Relocation(record.name, str(archive), record.root, len(known))


def _other(record: DatasetRecord, path: Path, different: list[str], compared: int) -> UserError:
    """What is there is another data set."""
    return UserError(
        "data.relocate_other",
        name=record.name,
        path=path,
        different=len(different),
        compared=compared,
        examples=_some(different),
    )


def _ends(name: str) -> set[str]:
    """A path, and what is left of it without the first folders."""
    parts = name.split("/")
    return {"/".join(parts[start:]) for start in range(len(parts))}


def expected(index: Index) -> list[str]:
    """Paths of the images that were there at the import or the last update."""
    paths, gone = index.images["path"].to_pylist(), index.numbers("excluded").tolist()
    return [path for path, lost in zip(paths, gone, strict=True) if not lost] or paths


def _imported(record: DatasetRecord, index: Index) -> list[str]:
    """Paths of what was imported: of a tiled data set, of the photos and not of their tiles."""
    paths = expected(index)
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


def _some(paths: list[str]) -> list[Any]:
    return few(paths, _SHOWN)

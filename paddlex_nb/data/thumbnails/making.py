"""Small pictures for previews, kept on disk."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.images.decode import (
    DECODE_ERRORS,
    MAX_PIXELS,
    open_image,
    stretched,
)
from paddlex_nb.data.images.scaled_decoding import reduced_jpeg
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.store.current import base_index
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.store.view import image_root
from paddlex_nb.data.thumbnails.pack import Pack, has_room
from paddlex_nb.layout.dataset import DatasetFolder

SIZE = 160
"""Longest side in pixels of the thumbnails in grids."""

_MANY = 200
"""Images from which it pays to make thumbnails ahead of time."""

_QUALITY = 85
_MAX_KEPT = 20_000
AWAY = b""
"""Stands for the key of an image whose whole folder is gone."""

Key = bytes | None
_LOOK_EVERY = 500


def thumbnail(path: Path, size: int, most: int = MAX_PIXELS) -> bytes:
    """An image as shown (rotated, first frame, on white), as JPEG no larger than asked.

    Args:
        path: The image.
        size: Longest side in pixels; a smaller image keeps its size.
        most: The most pixels that the image may have.

    Raises:
        UserError: The file is gone, not an image or declares too many pixels.
    """
    try:
        with open_image(path, most) as image:
            jpeg = reduced_jpeg(path, image, size, _QUALITY)
            if jpeg is not None:
                return jpeg
            image.draft("RGB", (size, size))
            small, _ = stretched(image)
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=path) from error
    small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def state_key(root: str | Path, path: str, size: int) -> bytes | None:
    """What a thumbnail is kept under: another as soon as the file changes; None if it is gone.

    It stays the same when the whole folder is moved.

    Args:
        root: Folder of the images.
        path: Path of the image in it.
        size: Longest side of the thumbnail in pixels.
    """
    try:
        state = os.stat(f"{root}/{path}")  # noqa: PTH116 - a window of them in half of the time
    except OSError:
        return None
    return _hash(f"{path}|{state.st_mtime_ns}|{state.st_size}|{size}")


def _hash(text: str) -> bytes:
    # a path may hold bytes that are no UTF-8
    return hashlib.sha1(os.fsencode(text), usedforsecurity=False).digest()


def stamp(key: bytes | None) -> int:
    """The key as the pack has it, 64 bits; 0 for a file that is gone."""
    return int.from_bytes(key[:8], "little") if key else 0


class Thumbnails:
    """Thumbnails of a data set's images, kept in its folder.

    Those that the job (`paddlex_nb.data.thumbnails.job`) has made ahead of time lie in a pack; what
    is asked for and not there is made at once and kept in files of its own, up to a limit. While a
    folder of images is away, be it moved or unplugged, what is kept of its images is shown.

    Args:
        folder: The data set's folder.
        size: Longest side in pixels.

    Attributes:
        root: Folder of the images.
        paths: Their paths in it, by row.
        pack: Those that were made ahead of time.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self.root = image_root(folder, read_record(folder))
        # a column, mapped from disk: a hundred thousand paths take 30 MB as objects
        self.paths = base_index(folder).images["path"]
        self._kept = DatasetFolder(folder).thumbnails
        self._size = size
        self._written = 0
        self.pack = Pack(self._kept, size, len(self.paths))

    def __len__(self) -> int:
        return len(self.paths)

    def path(self, row: int) -> Path:
        """The image in that row of the index."""
        return self.root / str(self.paths[row])

    def tile(self, row: int) -> bytes:
        """The thumbnail of the image in that row of the index, as JPEG.

        Raises:
            UserError: The image is gone or damaged.
        """
        key = self.keys([row])[0]
        jpeg = self._packed([row], [key])[0] or self._loose(row, key)
        if not jpeg:
            raise UserError("data.image_unreadable", path=self.path(row))
        return jpeg

    def tiles(self, rows: Sequence[int]) -> list[bytes]:
        """The thumbnails of several images; empty where one is gone or damaged."""
        keys = self.keys(rows)
        jpegs = self._packed(rows, keys)
        lacking = [place for place, jpeg in enumerate(jpegs) if not jpeg]

        def make(place: int) -> bytes:
            try:
                return self._loose(rows[place], keys[place])
            except UserError:
                return b""

        if lacking:
            for place, jpeg in zip(lacking, each(make, lacking, lambda _: None), strict=True):
                jpegs[place] = jpeg
        return jpegs

    def at_hand(self, rows: Sequence[int]) -> list[bytes]:
        """Those of several images that are made already, up to the first that is not."""
        keys = self.keys(rows)
        packed = zip(self._packed(rows, keys), rows, keys, strict=True)
        return list(takewhile(bool, (jpeg or self._alone(row, key) for jpeg, row, key in packed)))

    def keys(self, rows: Sequence[int]) -> list[Key]:
        """What thumbnails are kept under: None if the image is gone, `AWAY` if its folder is."""
        there: dict[str, bool] = {}
        keys: list[Key] = []
        for row in rows:
            path = str(self.paths[row])
            key: Key = state_key(self.root, path, self._size)
            if key is None:
                folder = f"{self.root}/{path}".rpartition("/")[0]
                if folder not in there:
                    there[folder] = Path(folder).is_dir()
                key = None if there[folder] else AWAY
            keys.append(key)
        return keys

    def _packed(self, rows: Sequence[int], keys: Sequence[Key]) -> list[bytes]:
        return self.pack.read(rows, [None if key == AWAY else stamp(key) for key in keys])

    def _loose(self, row: int, key: Key) -> bytes:
        """The thumbnail in a file of its own, made now if there is none; empty if none can be."""
        if (kept := self._alone(row, key)) or not key:
            return kept
        data = thumbnail(self.path(row), self._size)
        self._keep(self._kept / self._file_name(row, key), data)
        return data

    def _alone(self, row: int, key: Key) -> bytes:
        """The thumbnail in a file of its own; empty if there is none."""
        name = self._by_path.get(self._prefix(row)) if key == AWAY else None
        try:
            return (self._kept / (name or self._file_name(row, key))).read_bytes()
        except OSError:
            return b""

    @cached_property
    def _by_path(self) -> dict[str, str]:
        """Names of files by their beginning, which says only what image they are of."""
        try:
            return {f.name.partition("-")[0]: f.name for f in self._kept.glob("*-*.jpg")}
        except OSError:
            return {}

    def _prefix(self, row: int) -> str:
        return _hash(f"{self.paths[row]}|{self._size}").hex()[:24]

    def _file_name(self, row: int, key: Key) -> str:
        return f"{self._prefix(row)}-{(key or b'').hex()[:24]}.jpg"

    def _keep(self, file: Path, data: bytes) -> None:
        """Keep a thumbnail if the disk lets us; now and then drop the oldest."""
        draft = file.with_suffix(f".{uuid.uuid4().hex}")
        try:  # not files.write_bytes: a thumbnail that a power cut takes is drawn again
            self._kept.mkdir(exist_ok=True)
            draft.write_bytes(data)
            draft.replace(file)
        except OSError:  # a preview must not fail for a full or read-only disk
            with suppress(OSError):
                draft.unlink()
            return
        self._written += 1
        if self._written % _LOOK_EVERY == 1:
            with suppress(OSError):  # others may write and delete here at the same time
                kept = sorted(self._kept.glob("*.jpg"), key=lambda f: f.stat().st_mtime)
                for old in kept[: max(0, len(kept) - _MAX_KEPT)]:
                    old.unlink(missing_ok=True)


def wanted_ahead(folder: Path) -> bool:
    """Whether a data set has many images, not all their thumbnails, and room for them.

    Raises:
        UserError: The data set is not ready or damaged.
    """
    thumbnails = Thumbnails(folder)
    if not thumbnails.root.is_dir():  # what is kept is all that can be shown
        return False
    return len(thumbnails) > _MANY and not thumbnails.pack.complete and has_room(folder)

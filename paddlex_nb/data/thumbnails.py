"""Small pictures for previews, kept on disk."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

from PIL import Image

from paddlex_nb.data.image import DECODE_ERRORS, as_rgb, open_image
from paddlex_nb.data.pool import each
from paddlex_nb.data.records import DatasetRecord
from paddlex_nb.data.reduced import reduced_jpeg
from paddlex_nb.data.thumbnail_pack import Pack, has_room
from paddlex_nb.data.versions import base_index
from paddlex_nb.data.view import image_root
from paddlex_nb.errors import UserError
from paddlex_nb.files import read_json

SIZE = 160
"""Longest side in pixels of the thumbnails in grids."""

_MANY = 200
"""Images from which it pays to make thumbnails ahead of time."""

_QUALITY = 85
_MAX_KEPT = 20_000
_LOOK_EVERY = 500


def thumbnail(path: Path, size: int) -> bytes:
    """An image as shown (rotated, first frame, on white), as JPEG no larger than asked.

    Args:
        path: The image.
        size: Longest side in pixels; a smaller image keeps its size.

    Raises:
        UserError: The file is gone, not an image or declares too many pixels.
    """
    try:
        with open_image(path) as image:
            jpeg = reduced_jpeg(path, image, size, _QUALITY)
            if jpeg is not None:
                return jpeg
            image.draft("RGB", (size, size))
            small = as_rgb(image)
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=path) from error
    small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def state_key(path: str | Path, size: int) -> bytes | None:
    """What a thumbnail is kept under: another as soon as the file changes; None if it is gone."""
    try:
        state = os.stat(path)  # noqa: PTH116 - of texts too: a window of them in half of the time
    except OSError:
        return None
    facts = f"{path}|{state.st_mtime_ns}|{state.st_size}|{size}"
    # a path may hold bytes that are no UTF-8
    return hashlib.sha1(os.fsencode(facts), usedforsecurity=False).digest()


def stamp(key: bytes | None) -> int:
    """The key as the pack has it, 64 bits; 0 for a file that is gone."""
    return int.from_bytes(key[:8], "little") if key else 0


class Thumbnails:
    """Thumbnails of a data set's images, kept in its folder.

    Those that the job (`paddlex_nb.data.thumbnails_job`) has made ahead of time lie in a pack; what
    is asked for and not there is made at once and kept in files of its own, up to a limit.

    Args:
        folder: The data set's folder.
        size: Longest side in pixels.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self._root = image_root(folder, read_json(folder / "dataset.json", DatasetRecord))
        # a column, mapped from disk: a hundred thousand paths take 30 MB as objects
        self._paths = base_index(folder).images["path"]
        self._kept = folder / "thumbnails"
        self._size = size
        self._written = 0
        self.pack = Pack(self._kept, size, len(self._paths))

    def __len__(self) -> int:
        return len(self._paths)

    def path(self, row: int) -> Path:
        """The image in that row of the index."""
        return self._root / str(self._paths[row])

    def tile(self, row: int) -> bytes:
        """The thumbnail of the image in that row of the index, as JPEG.

        Raises:
            UserError: The image is gone or damaged.
        """
        path = self.path(row)
        key = state_key(path, self._size)
        if key is None:
            raise UserError("data.image_unreadable", path=path)
        return self._packed([row], [key])[0] or self._loose(path, key)

    def tiles(self, rows: Sequence[int]) -> list[bytes]:
        """The thumbnails of several images; empty where one is gone or damaged."""
        keys = self._keys(rows)
        found = self._packed(rows, keys)
        lacking = [place for place, jpeg in enumerate(found) if not jpeg]

        def make(place: int) -> bytes:
            key = keys[place]
            try:
                return self._loose(self.path(rows[place]), key) if key else b""
            except UserError:
                return b""

        if lacking:
            for place, jpeg in zip(lacking, each(make, lacking, lambda _: None), strict=True):
                found[place] = jpeg
        return found

    def at_hand(self, rows: Sequence[int]) -> list[bytes]:
        """Those of several images that are made already, up to the first that is not."""
        keys = self._keys(rows)
        pairs = zip(self._packed(rows, keys), keys, strict=True)
        return list(takewhile(bool, (jpeg or self._alone(key) for jpeg, key in pairs)))

    def _keys(self, rows: Sequence[int]) -> list[bytes | None]:
        return [state_key(f"{self._root}/{self._paths[row]}", self._size) for row in rows]

    def _packed(self, rows: Sequence[int], keys: Sequence[bytes | None]) -> list[bytes]:
        return self.pack.read(rows, [stamp(key) for key in keys])

    def _loose(self, path: Path, key: bytes) -> bytes:
        """The thumbnail in a file of its own, made now if there is none."""
        if kept := self._alone(key):
            return kept
        data = thumbnail(path, self._size)
        self._keep(self._file(key), data)
        return data

    def _alone(self, key: bytes | None) -> bytes:
        """The thumbnail in a file of its own; empty if there is none."""
        try:
            return self._file(key).read_bytes() if key else b""
        except OSError:
            return b""

    def _file(self, key: bytes) -> Path:
        return self._kept / f"{key.hex()}.jpg"

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
    return len(thumbnails) > _MANY and not thumbnails.pack.complete and has_room(folder)

"""Small pictures for previews, kept on disk."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image

from paddlex_nb.data.image import DECODE_ERRORS, as_rgb, open_image
from paddlex_nb.data.pool import each
from paddlex_nb.data.records import DatasetRecord
from paddlex_nb.data.versions import base_index
from paddlex_nb.data.view import image_root
from paddlex_nb.errors import UserError
from paddlex_nb.files import read_json

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
            image.draft("RGB", (size, size))
            small = as_rgb(image)
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=path) from error
    small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


class Thumbnails:
    """Thumbnails of a data set's images, kept in its folder up to a limit.

    Args:
        folder: The data set's folder.
        size: Longest side in pixels.

    Raises:
        UserError: The data set is not ready or damaged.
    """

    def __init__(self, folder: Path, size: int = 160) -> None:
        root = image_root(folder, read_json(folder / "dataset.json", DatasetRecord))
        self._paths = [root / path for path in base_index(folder).images["path"].to_pylist()]
        self._kept = folder / "thumbnails"
        self._size = size
        self._written = 0

    def tile(self, row: int) -> bytes:
        """The thumbnail of the image in that row of the index, as JPEG.

        Raises:
            UserError: The image is gone or damaged.
        """
        path = self._paths[row]
        try:
            state = path.stat()
        except OSError as error:
            raise UserError("data.image_unreadable", path=path) from error
        facts = f"{path}|{state.st_mtime_ns}|{state.st_size}|{self._size}"
        file = self._kept / f"{hashlib.sha1(facts.encode(), usedforsecurity=False).hexdigest()}.jpg"
        try:
            return file.read_bytes()
        except OSError:
            data = thumbnail(path, self._size)
        self._keep(file, data)
        return data

    def tiles(self, rows: Sequence[int]) -> list[bytes]:
        """The thumbnails of several images; empty where one is gone or damaged."""
        return list(each(self._tile_or_nothing, rows, lambda _: None))

    def _tile_or_nothing(self, row: int) -> bytes:
        try:
            return self.tile(row)
        except UserError:
            return b""

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

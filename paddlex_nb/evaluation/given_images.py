"""Images that are given as arrays or as Pillow's, as files that a job can read."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_bytes
from paddlex_nb.core.one_or_many import PathLike, one_path

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    Given: TypeAlias = "PathLike | NDArray[np.uint8] | Image.Image"
    """A path, an array (RGB) or an image of Pillow."""


def image_files(images: Given | Iterable[Given], folder: Path) -> list[Path]:
    """The files of one image or several; what is none yet is written, once.

    Args:
        images: Paths of images and folders, arrays of shape (height, width) for grey,
            (height, width, 3) for RGB or (height, width, 4) with opacity, uint8, and images of
            Pillow.
        folder: Where arrays and images of Pillow are written, named by their content.

    Raises:
        UserError: Something is none of these, or the disk refuses.
    """
    if _is_one(images):
        return [_file(images, folder)]
    return [_file(one, folder) for one in images]  # type: ignore[union-attr]


def _is_one(images: Any) -> bool:
    single = isinstance(images, (str, os.PathLike, np.ndarray)) or hasattr(images, "convert")
    return single or not isinstance(images, Iterable)


def _file(image: Any, folder: Path) -> Path:
    if isinstance(image, np.ndarray):
        return _written(_from_array(image), folder)
    if hasattr(image, "convert"):  # Pillow's, whatever its class
        return _written(image, folder)
    return Path(one_path(image)).expanduser()


def _from_array(array: NDArray[Any]) -> Image.Image:
    from PIL import Image

    shape = array.shape
    drawable = len(shape) == 2 or (len(shape) == 3 and shape[2] in {3, 4})
    if array.dtype != np.uint8 or not drawable or not array.size:
        raise UserError("evaluation.not_an_image", shape=str(shape), dtype=str(array.dtype))
    return Image.fromarray(np.ascontiguousarray(array))


def _written(image: Image.Image, folder: Path) -> Path:
    plain = image if image.mode in {"L", "RGB", "RGBA"} else image.convert("RGB")
    content = io.BytesIO()
    plain.save(content, "PNG", compress_level=1)
    data = content.getvalue()
    path = folder / f"{hashlib.sha256(data).hexdigest()[:16]}.png"
    if not path.exists():
        with disk_errors(folder):
            folder.mkdir(exist_ok=True)
            write_bytes(path, data)
    return path

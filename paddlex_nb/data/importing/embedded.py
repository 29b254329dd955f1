"""Pictures inside of label files: LabelMe keeps the image itself as ``imageData``."""

from __future__ import annotations

import base64
import binascii
import io
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.data.formats.image_by_stem import ImageByStem
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.labelme import MAX_JSON, labelme_files, named_image
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.own_files import copy_file

_EXTENSIONS = {
    "JPEG": ".jpg",
    "MPO": ".jpg",
    "PNG": ".png",
    "BMP": ".bmp",
    "DIB": ".bmp",
    "GIF": ".gif",
    "TIFF": ".tif",
    "WEBP": ".webp",
}


def with_embedded(tree: FileTree, folder: Path, report: Report) -> FileTree:
    """The files with the pictures that are inside of LabelMe's, where these lack their image.

    Args:
        tree: The files that there are.
        folder: The data set's own folder of files: pictures are written there, and all other files
            copied, unless they are there already.
        report: Takes the finding and the progress.

    Returns:
        The same tree if there are no such pictures.

    Raises:
        UserError: The disk is full or refuses.
    """
    images_by_stem = ImageByStem(tree.images)
    alone = [file for file in labelme_files(tree) if images_by_stem.find(file) is None]
    written: list[str] = []
    stripped: set[str] = set()
    folder = folder.resolve()
    root = tree.root if tree.root.is_relative_to(folder) else folder
    for done, file in enumerate(alone, 1):
        report.progress("scan", done, len(alone), "files")
        try:
            content = read_json_file(tree, file, dict[str, Any], MAX_JSON)
        except (UserError, *JSON_ERRORS):
            continue  # the reader says so
        if named_image(tree, file, str(content.get("imagePath", ""))):
            continue
        data = _picture(content.pop("imageData", None))
        if data is None:
            continue
        name = str(PurePosixPath(file).with_suffix(data[0]))
        with disk_errors(root):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data[1])
            if root != tree.root:  # without the picture, which is large
                (root / file).write_bytes(msgspec.json.encode(content))
        written.append(name)
        stripped.add(file)
    tree.taken.clear()
    if not written:
        return tree
    report.info("embedded_images", files=len(written), example=written[0])
    others = [file for file in tree.files if file not in stripped] if root != tree.root else []
    with disk_errors(root):
        for done, file in enumerate(others, 1):
            report.progress("copy", done, len(others), "files")
            copy_file(tree.root / file, root / file)
    return tree.with_files(root, written)


def _picture(text: object) -> tuple[str, bytes] | None:
    """The extension and the bytes of a picture in base64; None if it is none."""
    if not isinstance(text, str) or not text:
        return None
    try:
        data = base64.b64decode(text.partition("base64,")[2] or text)
        with open_image(io.BytesIO(data)) as image:
            return _EXTENSIONS[image.format or ""], data
    except (binascii.Error, *DECODE_ERRORS):
        return None

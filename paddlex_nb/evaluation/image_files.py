"""Which images of the paths that are named are to be predicted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.wording import few
from paddlex_nb.data.images.decode import DECODE_ERRORS, EXTENSIONS, open_image
from paddlex_nb.data.images.tile_reader import most_pixels

_MAPS = {"1", "L", "P", "I", "I;16", "I;16B"}
"""Pillow's modes in which label maps come."""


def find_images(paths: Sequence[Path]) -> tuple[list[Path], int]:
    """The images meant: files as they are, and the photos in folders, sorted.

    Label maps in a folder (PNG with one channel beside a photo of the same stem) are no photos.

    Returns:
        The images, and how many label maps were passed over.

    Raises:
        UserError: A path does not exist, or there is no image at all.
    """
    images: dict[Path, None] = {}
    passed = 0
    for path in paths:
        if path.is_dir():
            inside = [p for p in path.rglob("*") if p.suffix.lower() in EXTENSIONS and p.is_file()]
            maps = _label_maps(inside)
            passed += len(maps)
            images |= dict.fromkeys(sorted(p for p in inside if p not in maps))
        elif path.is_file():
            images[path] = None
        else:
            raise UserError("evaluation.no_such_path", path=path)
    if not images:
        raise UserError("evaluation.no_images", path=few(map(str, paths), 5))
    return list(images), passed


def _label_maps(files: Iterable[Path]) -> set[Path]:
    by_stem: defaultdict[str, list[Path]] = defaultdict(list)
    for file in files:
        by_stem[file.stem].append(file)
    maps: set[Path] = set()
    for same in by_stem.values():
        if len(same) > 1:
            those = {file for file in same if _may_be_a_map(file)}
            if len(those) < len(same):  # one of them is a photo for sure
                maps |= those
    return maps


def _may_be_a_map(file: Path) -> bool:
    if file.suffix.lower() != ".png":
        return False
    try:
        with open_image(file, most_pixels()) as image:
            return image.mode in _MAPS
    except DECODE_ERRORS:
        return False  # it is told of as an image that cannot be read

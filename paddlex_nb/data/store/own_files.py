"""Files of a data set's own: images and masks that were copied, unpacked or made."""

from __future__ import annotations

import filecmp
import os
import shutil
from hashlib import sha1
from pathlib import Path


def copy_file(source: Path, target: Path) -> None:
    """Copy a file and its time of change, by which it is known to be the same without reading it.

    Raises:
        OSError: The disk refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    state = source.stat()
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))


class Arrivals:
    """Files that are to join those of a data set's own: whole, on its disk, but not in place yet.

    An image keeps its path, which says which image it is. A mask that has changed gets another
    name: runs go on with the former one.

    Args:
        scratch: Folder on the data set's disk; files in it are moved, others are copied first.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._new: dict[Path, Path] = {}
        self._changed: dict[Path, Path] = {}

    def add_image(self, source: Path, target: Path) -> None:
        """Have a file come to ``target``, unless the same is there already.

        Raises:
            OSError: The disk refuses.
        """
        if not target.exists():
            self._new[target] = self._ready(source)
        elif not filecmp.cmp(source, target):
            self._changed[target] = self._ready(source)

    def add_mask(self, source: Path, root: Path, name: str) -> str:
        """Have a mask come into ``root``; the name under which it will be there.

        Raises:
            OSError: The disk refuses.
        """
        target = root / name
        if target in self._new:  # of two images
            return name
        if target.exists() and not filecmp.cmp(source, target):
            content = sha1(source.read_bytes(), usedforsecurity=False).hexdigest()[:8]
            target = target.with_name(f"{target.stem}-{content}{target.suffix}")
        if not target.exists() and target not in self._new:
            self._new[target] = self._ready(source)
        return target.relative_to(root).as_posix()

    def place_new(self) -> None:
        """Put files where there were none.

        Raises:
            OSError: The disk refuses.
        """
        _move(self._new)

    def place_changed(self) -> None:
        """Put images in the place of what they were before.

        Raises:
            OSError: The disk refuses.
        """
        _move(self._changed)

    def _ready(self, source: Path) -> Path:
        if source.is_relative_to(self._scratch):
            return source
        draft = self._scratch / "copied" / str(len(self._new) + len(self._changed))
        copy_file(source, draft)
        return draft


def _move(files: dict[Path, Path]) -> None:
    for target, source in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)

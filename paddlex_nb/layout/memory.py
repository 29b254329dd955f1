"""What is known of the image files of a folder, so that they are not looked at twice."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path


@dataclass(frozen=True)
class MemoryFiles:
    """The files about one folder of images.

    Attributes:
        stem: Their path but for the extension.
    """

    stem: Path

    @classmethod
    def about(cls, root: Path, memory: Path) -> MemoryFiles:
        """The files about the images below ``root``.

        Args:
            root: Folder of the images.
            memory: The workspace's folder for them (`WorkspaceFolder.memory`).
        """
        return cls(memory / sha1(os.fsencode(root), usedforsecurity=False).hexdigest())

    @property
    def probes(self) -> Path:
        """Cached results of decoding image files."""
        return self.stem.with_suffix(".probes")

    @property
    def alike(self) -> Path:
        """Which images show nearly the same."""
        return self.stem.with_suffix(".alike")

"""What lies in a folder of the workspace, listed again only when something came or went."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

_COARSE = 2.0
"""Seconds within which a file system may give two changes the same time."""

_LONGEST = 30.0
"""Seconds after which is listed anyway: a network file system may keep old times."""


class Recent(Generic[T]):
    """Items of a folder; a look costs the same however many there are.

    Args:
        folder: The folder; it need not exist.
        listed: Lists its items.
    """

    def __init__(self, folder: Path, listed: Callable[[], Sequence[T]]) -> None:
        self._folder = folder
        self._listed = listed
        self._items: Sequence[T] = ()
        self._changed = -1.0
        self._looked = 0.0

    def items(self) -> Sequence[T]:
        """The items, as of the last time that one came or went."""
        try:
            changed = self._folder.stat().st_mtime
        except OSError:
            changed = 0.0
        now = time.time()
        sure = changed == self._changed and self._looked - changed > _COARSE
        if not sure or not 0 <= now - self._looked < _LONGEST:
            self._items = self._listed()
            self._changed, self._looked = changed, now
        return self._items

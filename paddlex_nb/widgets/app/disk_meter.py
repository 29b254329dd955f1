"""How much disk folders take, measured beside the event loop."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from paddlex_nb.deletion import disk_use


class DiskMeter:
    """Measures folders one after the other in a thread of its own, and remembers their sizes."""

    def __init__(self) -> None:
        self._sizes: dict[Path, int] = {}
        self._waiting: dict[Path, None] = {}
        self._news: deque[Path] = deque()
        self._lock = threading.Lock()
        self._busy = False

    def measure(self, folders: Iterable[Path]) -> None:
        """Have folders measured, known ones anew; returns at once."""
        with self._lock:
            self._waiting |= dict.fromkeys(folders)
            if self._busy or not self._waiting:
                return
            self._busy = True
        threading.Thread(target=self._work, name="paddlex_nb-disk", daemon=True).start()

    def size(self, folder: Path) -> int | None:
        """Bytes that deleting the folder would free, when it was measured last; None if never."""
        return self._sizes.get(folder)

    def news(self) -> list[Path]:
        """The folders that were measured since the last call."""
        return [self._news.popleft() for _ in range(len(self._news))]

    def _work(self) -> None:
        while True:
            with self._lock:
                folder = next(iter(self._waiting), None)
                if folder is None:
                    self._busy = False
                    return
                del self._waiting[folder]
            self._sizes[folder] = disk_use(folder)
            self._news.append(folder)

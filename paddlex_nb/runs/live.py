"""The history of a run that goes on: what its jobs report is taken in as it comes."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.item import Item
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.runs.history import History


class LiveHistory:
    """Follows all training jobs of a run, those of later resumes too.

    Args:
        folder: The run's folder.

    Attributes:
        history: Everything that was reported up to the last `poll`.
    """

    def __init__(self, folder: Path) -> None:
        self.history = History()
        self._run = Item(folder)
        self._readers: dict[str, EventReader] = {}

    @property
    def place(self) -> tuple[str, int]:
        """Name of the newest job that was read, empty if none, and how far, in bytes."""
        name = next(reversed(self._readers), "")
        return name, self._readers[name].offset if name else 0

    def poll(self) -> bool:
        """Take in what was reported since the last call; whether there was anything."""
        anything = False
        for job in self._run.jobs("train"):
            reader = self._readers.setdefault(job.folder.name, job.reader())
            anything |= self.history.follow(reader)
        return anything

"""The history of a run that goes on: what its jobs report is taken in as it comes."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.item import Item
from paddlex_nb.jobs.log import EventReader
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.runs.history import History
from paddlex_nb.runs.kept import keep, recall


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
        self._recall()

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

    def keep(self) -> None:
        """Write what was reported up to now, so that whoever follows this run begins there.

        Raises:
            UserError: The disk is full or refuses.
        """
        offsets = {name: reader.offset for name, reader in self._readers.items()}
        keep(self._run.folder, self.history, offsets)

    def _recall(self) -> None:
        """Begin with what was kept, if it belongs to the jobs that are here."""
        if (kept := recall(self._run.folder)) is None:
            return
        history, offsets = kept
        events = {j.folder.name: JobFolder(j.folder).events for j in self._run.jobs("train")}
        if list(offsets) != list(events)[: len(offsets)]:
            return
        try:
            if any(not 0 <= at <= events[name].stat().st_size for name, at in offsets.items()):
                return
        except OSError:
            return
        self.history = history
        self._readers = {name: EventReader(events[name], at) for name, at in offsets.items()}

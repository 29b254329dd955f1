"""The labels of a data set with all changes, kept between two changes of one process.

A person who corrects labels makes one change after another: reading half a million objects for
each would be most of the work.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paddlex_nb.data.store.changes.apply import apply
from paddlex_nb.data.store.changes.change import Entry, Undo
from paddlex_nb.data.store.changes.journal import Written, left
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.changes.settle import (
    apply_again,
    journal,
    load_labels,
    record_with,
    save_version,
    version_history,
)
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.versions import version_folder

_MOST = 256
"""Changes that wait at most: each reader has to apply them before a version holds them."""


class LiveLabels:
    """The labels of a data set as they are now.

    Args:
        folder: The data set's folder, whose lock is held.
        record: Its record.

    Attributes:
        labels: The labels with all changes.
        entries: All changes, oldest first.
        last: Number of the newest change that ever was.
    """

    def __init__(self, folder: Path, record: DatasetRecord) -> None:
        self._folder, self._record = folder, record
        known = version_history(folder, record)
        self.labels: Labels = load_labels(folder, record, record.version)
        self.entries: list[Entry] = list(known.entries)
        self.last: int = known.last
        self._waiting, self._read = 0, 0
        self._begun = record.version  # what the labels were read from
        self._saved = False

    def is_of(self, folder: Path, record: DatasetRecord) -> bool:
        """Whether these labels begin with the version that a record names."""
        mine = self._record
        return not self._saved and (self._folder, mine.version, mine.base, mine.created) == (
            folder,
            record.version,
            record.base,
            record.created,
        )

    def follow(self, record: DatasetRecord) -> None:
        """Take in what others have changed meanwhile.

        Args:
            record: The record as it is now.
        """
        self._record = record
        if journal(self._folder, record).size == self._read:
            return
        written, self._read = journal(self._folder, record).entries(self._read)
        self._waiting += len(written)
        made = [one for one in written if isinstance(one, Entry)]
        self.last = max([self.last, *(entry.number for entry in made)])
        if len(made) < len(written):
            self._begin_again(left(self.entries, written))
        else:
            for entry in made:
                self.add(entry)

    def add(self, entry: Entry) -> None:
        """Apply a change; nothing is written."""
        apply(entry.change, self.labels)
        self.entries.append(entry)
        self.last = entry.number

    def take_back(self, *numbers: int) -> None:
        """Undo changes; nothing is written.

        Raises:
            UserError: A later one needs one of them.
        """
        self._begin_again(left(self.entries, map(Undo, numbers)))

    def _begin_again(self, entries: list[Entry]) -> None:
        """Have no other changes than these."""
        self.labels = apply_again(self._folder, self._record, entries)
        self.entries, self._begun = entries, self._record.base

    def current_record(self) -> DatasetRecord:
        """The record as a version would have it."""
        return record_with(self._folder, self._record, self.labels)

    def keep(self, *written: Written) -> None:
        """Write down changes that were added, or that some were taken back.

        Raises:
            UserError: The disk is full or refuses.
        """
        self._read = journal(self._folder, self._record).append(*written)
        self._waiting += len(written)
        if self._waiting >= _MOST:
            self._saved = True  # what they were read from is a former version now
            read = version_folder(self._folder, self._begun)
            save_version(self._folder, self._record, self.labels, read, self.entries, self.last)


_kept: list[LiveLabels] = []
"""Those of the data set that was changed last."""

_access = threading.Lock()


@contextmanager
def live(folder: Path, record: DatasetRecord) -> Iterator[LiveLabels]:
    """The labels of a data set as they are now; only within `holding`.

    What is added without being kept is forgotten, as is everything where an error ends it.

    Args:
        folder: The data set's folder.
        record: Its record.

    Raises:
        UserError: The data set is damaged.
    """
    with _access:
        known = _kept.pop() if _kept else None
    if known is None or not known.is_of(folder, record):
        known = LiveLabels(folder, record)
    known.follow(record)
    yield known
    with _access:
        _kept[:] = [known]

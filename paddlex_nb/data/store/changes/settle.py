"""Versions made of changes: what the journal of a version holds becomes the next version."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from paddlex_nb.core.files import disk_errors, read_json, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.changes.apply import apply
from paddlex_nb.data.store.changes.change import Entry, History
from paddlex_nb.data.store.changes.journal import Journal, left
from paddlex_nb.data.store.changes.labels import Labels
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.record_file import (
    has_waiting_changes,
    holding,
    sweep,
    write_record,
)
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.data.store.versions import version_classes, version_folder, version_table
from paddlex_nb.layout.dataset import DatasetFolder, VersionFolder


@contextmanager
def changing(folder: Path) -> Iterator[DatasetRecord]:
    """Change a data set: nobody else does meanwhile. Not to be nested, nor held for long work.

    Args:
        folder: The data set's folder.

    Yields:
        The record as it is now, with a version that holds all changes; `write_record` writes it.

    Raises:
        UserError: There is no such data set, it is damaged, somebody else has been changing it
            for a minute, or the workspace cannot be written.
    """
    with holding(folder) as record:
        if has_waiting_changes(folder, record):
            _settle(folder, record)
        yield record


def journal(folder: Path, record: DatasetRecord) -> Journal:
    """The journal of the version that the record names."""
    return Journal(DatasetFolder(folder).version(record.version).journal)


def version_history(folder: Path, record: DatasetRecord) -> History:
    """The changes that the version holds which the record names."""
    if not record.version:
        return History(record.classes)
    return read_json(DatasetFolder(folder).version(record.version).changes, History)


def load_labels(folder: Path, record: DatasetRecord, version: str) -> Labels:
    """The labels of a version.

    Raises:
        UserError: There is no such version, or it is damaged.
    """
    return Labels.from_index(
        Index.load(version_folder(folder, version)),
        version_classes(folder, record, version),
        Index.load(version_folder(folder, record.base)).numbers("excluded"),
        version_table(folder, record, version),
    )


def record_with(folder: Path, record: DatasetRecord, labels: Labels) -> DatasetRecord:
    """A copy of a record that says of classes and images what labels do.

    Raises:
        UserError: The data set is damaged.
    """
    return msgspec.structs.replace(
        record,
        classes=list(labels.classes),
        images=int((~labels.excluded).sum()),
        imported_classes=version_classes(folder, record, ""),
    )


def save_version(
    folder: Path,
    record: DatasetRecord,
    labels: Labels,
    read: Path,
    entries: list[Entry],
    last: int,
) -> None:
    """Make labels the version that counts; only within `holding`.

    Args:
        folder: The data set's folder.
        record: Its record, which is changed and written.
        labels: The labels.
        read: The folder that the index of ``labels`` was read from.
        entries: All changes that they hold, oldest first.
        last: Number of the newest change that ever was.

    Raises:
        UserError: The disk is full or refuses.
    """
    former = journal(folder, record)
    described = record_with(folder, record, labels)
    index = labels.changed_index()
    version = f"{last:04}-{uuid.uuid4().hex[:8]}"
    place = version_folder(folder, version)
    with disk_errors(place):
        place.mkdir(parents=True)
    index.save(place, (labels.index, read))
    values = labels.table.tolist() if record.task is Task.SEGMENTATION else []
    write_json(VersionFolder(place).changes, History(labels.classes, entries, last, values))
    record.version, record.classes, record.images = version, labels.classes, described.images
    record.imported_classes = described.imported_classes
    write_record(folder, record)
    former.clear()
    sweep(folder, record)


def apply_again(folder: Path, record: DatasetRecord, entries: list[Entry]) -> Labels:
    """The labels as imported or last updated, with changes.

    Raises:
        UserError: A change does not fit any more, or the data set is damaged.
    """
    labels = load_labels(folder, record, record.base)
    for entry in entries:
        apply(entry.change, labels)
    return labels


def _settle(folder: Path, record: DatasetRecord) -> None:
    known = version_history(folder, record)
    waiting, _ = journal(folder, record).entries()
    if not waiting:  # a line that was cut off: nobody was told that its change was made
        journal(folder, record).clear()
        return
    entries = left(known.entries, waiting)
    made = [one for one in waiting if isinstance(one, Entry)]
    if len(made) < len(waiting):  # something is undone
        labels, read = apply_again(folder, record, entries), record.base
    else:
        labels, read = load_labels(folder, record, record.version), record.version
        for entry in made:
            apply(entry.change, labels)
    last = max([known.last, *(entry.number for entry in made)])
    save_version(folder, record, labels, version_folder(folder, read), entries, last)

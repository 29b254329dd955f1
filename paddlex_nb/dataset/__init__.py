"""A data set of the workspace.

`Dataset` is put together from groups of verbs, a file each, by what a user does with a data set. A
group needs no more than the data set's folder, and knows no other group. Corrections of labels are
verbs of its `edits`.
"""

from __future__ import annotations

from contextlib import suppress

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.names import shown_name
from paddlex_nb.core.wording import few
from paddlex_nb.data.store.record_file import has_waiting_changes, read_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset.explore import ExploreVerbs
from paddlex_nb.dataset.export import ExportVerbs
from paddlex_nb.dataset.jobs import DatasetJob, ImportJob
from paddlex_nb.dataset.source import SourceVerbs
from paddlex_nb.dataset.split import SplitVerbs
from paddlex_nb.display.html import html_facts
from paddlex_nb.display.tables import columns
from paddlex_nb.edits import Edits
from paddlex_nb.item import Deletion
from paddlex_nb.jobs.job import State

__all__ = ["Dataset", "DatasetJob", "ImportJob"]

_PATIENCE = 30.0
"""Seconds in which a job that is in the way should have ended."""

_NAMED = 12
"""Classes that are named where a data set shows itself."""


class Dataset(SourceVerbs, SplitVerbs, ExploreVerbs, ExportVerbs):
    """A data set, imported into the workspace.

    Its images stay where they are (or are unpacked into its folder); the index, the findings and
    the split into training, validation and test images are the workspace's.
    """

    @property
    def record(self) -> DatasetRecord:
        """The data set's record: task, format, classes, counts, source."""
        record = read_record(self.folder)
        if not has_waiting_changes(self.folder, record):
            return record
        from paddlex_nb.data.store.snapshot import record_now

        return record_now(self.folder)

    @property
    def classes(self) -> list[str]:
        """Class names, in the order of their numbers."""
        return self.record.classes

    @property
    def edits(self) -> Edits:
        """Corrections of the labels: fixes, changes, undo."""
        return Edits(self.folder)

    def rename(self, name: str) -> None:
        """Give the data set another name for people; its id and its folder stay as they are.

        Args:
            name: At most 200 characters.

        Raises:
            UserError: The name is empty or too long, or the workspace cannot be written.
        """
        title = shown_name(name)
        from paddlex_nb.data.store.changes.settle import changing
        from paddlex_nb.data.store.record_file import write_record

        with changing(self.folder) as record:
            record.name = title
            write_record(self.folder, record)

    def deletion(self) -> Deletion:
        """What deleting would free, and which runs would lose what; deletes nothing.

        Raises:
            UserError: A job of a run of this data set is under way.
        """
        from paddlex_nb.deletion import deletion_of_dataset

        return deletion_of_dataset(self.folder)

    def delete(self) -> Deletion:
        """Delete the data set and all that belongs to it; files outside the workspace stay.

        Its runs stay, but without it they cannot be resumed, evaluated or exported any more.

        Returns:
            What that has freed (``size`` in bytes) and what the runs have lost by it.

        Raises:
            UserError: One of its jobs, or one of a run of it, is still under way; making
                thumbnails does not count.
        """
        from paddlex_nb.data.store.record_file import deleting

        job = self.last_job("thumbnails")
        if job is not None and job.state.active:
            job.stop(force=True)
            with suppress(TimeoutError):  # one of another machine sees it when it comes to it
                job.wait(_PATIENCE)
        with deleting(self.folder):
            return super().delete()

    def __repr__(self) -> str:
        return f"Dataset({', '.join(f'{name}: {value}' for name, value in self._facts())})"

    def _repr_html_(self) -> str:
        return html_facts(self.id, self._facts()[1:])

    def _facts(self) -> list[tuple[str, object]]:
        head = columns("id", "name", "task", "format", "images", "classes")
        try:
            record = self.record
        except UserError as error:
            return [(head[0], self.id), (columns("state")[0], str(error))]
        names = tr("core.listed", names=few(record.classes, _NAMED))
        task, format_ = tr(f"data.task.{record.task}"), tr(f"formats.{record.format}")
        values = (self.id, record.name, task, format_, record.images, names)
        facts: list[tuple[str, object]] = list(zip(head, values, strict=True))
        if not record.ready:
            job = self.last_job("import")
            state = tr(f"jobs.state.{State.INTERRUPTED if job is None else job.state}")
            return [*facts[:2], (columns("state")[0], f"{tr('jobs.kind.import')}: {state}")]
        with suppress(UserError):
            splits = self.counts().splits
            divided = [f"{tr(f'data.split.{split}')} {count:,}" for split, count in splits.items()]
            facts.append((tr("display.splits"), tr("core.listed", names=divided)))
        counts = [tr(f"findings.count.{s}", n=f"{n:,}") for s, n in record.findings.items() if n]
        if counts:
            facts.append((tr("display.findings"), tr("core.listed", names=counts)))
        return facts

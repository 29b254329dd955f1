"""A data set of the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, overload

from typing_extensions import Unpack

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.names import shown_name
from paddlex_nb.core.one_or_many import Images, Paths, image_list, one_path
from paddlex_nb.core.wording import few
from paddlex_nb.data.store.record_file import has_waiting_changes, read_record, ready_record
from paddlex_nb.data.store.records import DatasetRecord, SplitPlan
from paddlex_nb.display.html import html_facts
from paddlex_nb.display.tables import columns
from paddlex_nb.edits import Edits
from paddlex_nb.item import Deletion, Item
from paddlex_nb.jobs.drafts import clear_drafts_of
from paddlex_nb.jobs.job import Job, State, T
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.waiting import wait_for
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.params.spec import Value
from paddlex_nb.params.typed import TrainingParams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.data.explore.statistics import DatasetStatistics
    from paddlex_nb.data.importing.recognised import Recognised
    from paddlex_nb.data.importing.relocate import Relocation
    from paddlex_nb.data.store.split_file import SplitCounts
    from paddlex_nb.results.export import DatasetExport
    from paddlex_nb.results.findings import Findings
    from paddlex_nb.results.update import Update
    from paddlex_nb.training.augmented import AugmentedImage

_PATIENCE = 30.0
"""Seconds in which a job that is in the way should have ended."""

_NAMED = 12
"""Classes that are named where a data set shows itself."""


class Dataset(Item):
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

    def recognised(self) -> Recognised:
        """What it was recognised as: task, format and why, counts, classes, split, and what else.

        Raises:
            UserError: It is not ready or damaged.
        """
        from paddlex_nb.data.importing.recognised import recognised_dataset

        return recognised_dataset(self._ready())

    def findings(self) -> Findings:
        """All that the import found to be wrong or noteworthy: a list that shows itself."""
        from paddlex_nb.data.checks import read_findings
        from paddlex_nb.results.findings import Findings

        return Findings(read_findings(self.folder))

    @overload
    def update(self, *, wait: Literal[True] = True, progress: bool = True) -> Update: ...
    @overload
    def update(self, *, wait: Literal[False], progress: bool = True) -> DatasetJob[Update]: ...

    def update(self, *, wait: bool = True, progress: bool = True) -> Update | DatasetJob[Update]:
        """Look again at where the data set came from.

        Images that came since are added, to the splits too; those that are gone are left out. The
        id, the split of the others, the changes and the runs stay as they are. What was copied
        or unpacked at the import is copied or unpacked anew, and tiles are cut as at the import.

        Args:
            wait: Wait for the end; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: Its source is gone or cannot be read, or it is being updated already.
        """
        from paddlex_nb.results.update import Update

        self._ready()
        job = DatasetJob(launch(self.folder, "update", {}).folder, Update.from_dict)
        return wait_for(job, progress=progress) if wait else job

    def rows(self, *patterns: Paths) -> list[int]:
        """Rows of the images whose paths match a pattern; ascending.

        Args:
            *patterns: Paths relative to the data set's root, or absolute ones below it; several
                may also be given as one list. As in a shell, ``*`` and ``?`` stand for any
                characters, ``/`` included.

        Raises:
            UserError: No image matches one of them.
        """
        from paddlex_nb.data.edits.match_paths import rows_matching

        given = [str(pattern) for some in patterns for pattern in image_list(some)]
        return rows_matching(self._ready(), given)

    def move_to_split(self, images: Images, split: str) -> int:
        """Move images to a split; copies, and what else stays together with them, move too.

        This is no change: `Edits.changes` does not list it, and dividing anew forgets it.

        Args:
            images: Rows of the index, or patterns of paths as `rows` takes them; one or several.
            split: train, val or test.

        Returns:
            How many images moved.

        Raises:
            UserError: There is no such split or image, or nothing would be left in train or val.
        """
        from paddlex_nb.data.edits.match_paths import chosen_rows
        from paddlex_nb.data.splitting.move import move_to_split

        folder = self._ready()
        return move_to_split(folder, chosen_rows(folder, images), split).count

    def relocate(self, place: str | Path) -> Relocation:
        """Say where the folder or archive that the data set came from is now, when it was moved.

        Splits, changes and runs stay as they are; so do the labels: `update` reads them anew.

        Args:
            place: The folder; one above or below will do. Of a data set whose images were copied
                or unpacked into the workspace, what `update` is to look at from now on.

        Returns:
            Where it is now, and what is missing there.

        Raises:
            UserError: Less than half of the images are there, or others under their names; there
                is nothing at ``place``; or the data set is being updated.
        """
        from paddlex_nb.data.importing.relocate import relocate

        return relocate(self._ready(), Path(one_path(place)))

    def away(self) -> Path | None:
        """Where the images should be, if none of them is there: moved, deleted or unplugged.

        Returns:
            That folder; None if images are there, or are the workspace's own.

        Raises:
            UserError: The data set is damaged.
        """
        from paddlex_nb.data.importing.relocate import away

        return away(self.folder)

    @overload
    def export(
        self, to: str, out: str | Path, *, wait: Literal[True] = True, progress: bool = True
    ) -> DatasetExport: ...
    @overload
    def export(
        self, to: str, out: str | Path, *, wait: Literal[False], progress: bool = True
    ) -> DatasetJob[DatasetExport]: ...

    def export(
        self, to: str, out: str | Path, *, wait: bool = True, progress: bool = True
    ) -> DatasetExport | DatasetJob[DatasetExport]:
        """Write images, labels and the split in a format of the task.

        Args:
            to: Name of the format; `export_formats` lists them.
            out: Folder to write: new or empty.
            wait: Wait for the end; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: There is no such format, or ``out`` holds something or cannot be written.
        """
        from paddlex_nb.data.writers import writer_of
        from paddlex_nb.results.export import DatasetExport

        writer_of(ready_record(self.folder).task, to)  # says now that there is none
        clear_drafts_of(self.jobs("write"))
        arguments = {"format": to, "out": str(Path(out).expanduser().absolute())}
        job = DatasetJob(launch(self.folder, "write", arguments).folder, DatasetExport.from_dict)
        return wait_for(job, progress=progress) if wait else job

    def export_formats(self) -> list[str]:
        """Names of the formats that `export` writes, the usual one first."""
        from paddlex_nb.data.writers import WRITERS

        return list(WRITERS[self.record.task])

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

    def split(
        self,
        train: float | None = None,
        val: float | None = None,
        test: float | None = None,
        seed: int | None = None,
        *,
        together: str = "",
        folds: int = 0,
        fold: int = 1,
    ) -> SplitCounts:
        """Divide the images, alike in every class; copies of an image stay together.

        The split that a data set came with, or that somebody made, is not replaced unless
        something says how to divide.

        Args:
            train: Share of the training images, above 0. The three add up to 1; those that are
                None have what the others leave, as 0.7 to 0.2 to 0.1.
            val: Share of the validation images, above 0; likewise.
            test: Share of the test images; likewise.
            seed: The same seed gives the same split; 0 if None.
            together: What else stays on one side: ``folder``, ``column`` (a column such as
                ``patient`` of the table that the data set came with), or a regular expression
                that finds the same text in the paths of images that belong together.
            folds: Number of folds (2 to 20) of cross-validation: val is one of so many equal
                parts of what is not test, whatever the shares of train and val.
            fold: Which of them is val, from 1.

        Raises:
            UserError: The shares are wrong, the data set is not ready, or nothing says how to
                divide one that came divided or was divided in another way.
        """
        from paddlex_nb.data.splitting.shares import completed_shares
        from paddlex_nb.data.splitting.split import differs_from_default_split, split

        record = ready_record(self.folder)
        has_plan = any(value is not None for value in (train, val, test, seed)) or together or folds
        if not has_plan and record.split is not None and record.split.given:
            raise UserError("data.split_given_kept")
        if not has_plan and differs_from_default_split(self.folder):
            raise UserError("data.split_own_kept")
        shares = completed_shares(train, val, test)
        plan = SplitPlan(*shares, seed=seed or 0, together=together, folds=folds, fold=fold)
        return split(self.folder, plan)

    def use_given_split(self) -> SplitCounts:
        """Divide the images as the data set came divided.

        Raises:
            UserError: It came undivided, or is not ready.
        """
        from paddlex_nb.data.splitting.split import return_to_given_split

        return return_to_given_split(self._ready())

    def counts(self) -> SplitCounts:
        """Images by split and by class."""
        from paddlex_nb.data.store.split_file import split_counts

        return split_counts(self._ready())

    def statistics(self, *, colours: bool = False) -> DatasetStatistics:
        """Sizes, shapes and classes of the images.

        Args:
            colours: Also decode a sample for colours, and for the classes' share of the pixels.
        """
        from paddlex_nb.data.explore.statistics import statistics

        return statistics(self._ready(), colours=colours)

    def plot(self, name: str = "classes") -> Figure:
        """A figure of its statistics.

        Args:
            name: ``classes`` (by split), ``sizes`` (of images), and with objects ``objects`` (an
                image), ``boxes`` (their sizes), ``positions`` or ``together`` (which classes
                are in one image).

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.

        Raises:
            UserError: There is no such figure, the data set has nothing to show in it, or it is
                not ready.
        """
        from paddlex_nb.data.explore.plots import plot

        return plot(self._ready(), name)

    def preview_augmentation(
        self,
        model: str | None = None,
        *,
        epoch: int = 1,
        count: int = 6,
        **params: Unpack[TrainingParams],
    ) -> list[AugmentedImage]:
        """Training images as a model would get them: after the random changes of the training.

        Args:
            model: A name of the catalogue; by default the one recommended for the data.
            epoch: Number of the epoch, from 1, whose first images are made; another one gives
                other images and other changes.
            count: How many at most.
            **params: Parameters by name, as `Workspace.train` takes them.

        Raises:
            UserError: The model or a parameter does not fit, or an image cannot be read.
        """
        from paddlex_nb.planning.plan import plan
        from paddlex_nb.training.augmented import Augmenting

        planned = plan(self._ready(), model, overrides=cast(Mapping[str, Value], params))
        return Augmenting(self.folder, planned, epoch, count).result()

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

    def _ready(self) -> Path:
        """The folder of the data set, if it is imported."""
        ready_record(self.folder)
        return self.folder


class DatasetJob(Job[T]):
    """A job that belongs to a data set."""

    @property
    def dataset(self) -> Dataset:
        """The data set that it works for."""
        return Dataset(JobFolder(self.folder).item.path)


class ImportJob(DatasetJob[Dataset]):
    """The import of a data set; its result is the data set.

    Args:
        folder: The job's folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, lambda _: self.dataset)

"""A data set of the workspace."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.names import shown_name
from paddlex_nb.core.one_or_many import one_path
from paddlex_nb.corrections import Correctable
from paddlex_nb.data.store.records import Finding, SplitPlan
from paddlex_nb.item import Deletion

if TYPE_CHECKING:
    from paddlex_nb.data.explore.statistics import DatasetStatistics
    from paddlex_nb.data.importing.recognised import Recognised
    from paddlex_nb.data.importing.relocate import Relocation
    from paddlex_nb.data.store.split_file import SplitCounts
    from paddlex_nb.jobs.job import Job
    from paddlex_nb.training.augmented import AugmentedImage

_PATIENCE = 30.0
"""Seconds in which a job that is in the way should have ended."""


class Dataset(Correctable):
    """A data set, imported into the workspace.

    Its images stay where they are (or are unpacked into its folder); the index, the findings and
    the division into training, validation and test images are the workspace's.
    """

    @property
    def classes(self) -> list[str]:
        """Class names, in the order of their numbers."""
        return self.record.classes

    def wait(self) -> Dataset:
        """Wait for the import to end.

        Raises:
            UserError: The import failed or was stopped; says why.
        """
        job = self.last_job("import")
        if job is not None:
            job.result()
        return self.require_ready()

    def recognised(self) -> Recognised:
        """What it was recognised as: task, format and why, counts, classes, split, and what else.

        Raises:
            UserError: It is not ready or damaged.
        """
        from paddlex_nb.data.importing.recognised import recognised_dataset

        return recognised_dataset(self.require_ready().folder)

    def findings(self) -> list[Finding]:
        """All that the import found to be wrong or noteworthy."""
        from paddlex_nb.data.checks import read_findings

        return read_findings(self.folder)

    def update(self) -> dict[str, Any]:
        """Look again at where the data set came from, and wait for the end.

        Images that came since are added, to the splits too; those that are gone are left out. The
        id, the division of the others, the changes and the runs stay as they are. What was copied
        or unpacked at the import is copied or unpacked anew.

        Returns:
            ``added``, ``lost``, ``images`` and ``classes``.

        Raises:
            UserError: Its source is gone or cannot be read, or it is being updated already.
        """
        self.require_ready()
        return self.start("update").result()

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

        return relocate(self.require_ready().folder, Path(one_path(place)))

    def away(self) -> Path | None:
        """Where the images should be, if none of them is there: moved, deleted or unplugged.

        Returns:
            That folder; None if images are there, or are the workspace's own.

        Raises:
            UserError: The data set is damaged.
        """
        from paddlex_nb.data.importing.relocate import away

        return away(self.folder)

    def export(self, to: str, out: str | Path) -> dict[str, Any]:
        """Write images, labels and the division in a format of the task, and wait for the end.

        Args:
            to: Name of the format; `export_formats` lists them.
            out: Folder to write: new or empty.

        Returns:
            ``format``, ``out``, ``images`` and ``files`` (how many).

        Raises:
            UserError: There is no such format, or ``out`` holds something or cannot be written.
        """
        return self.start_export(to, out).result()

    def start_export(self, to: str, out: str | Path) -> Job:
        """As `export`, but return the job at once."""
        self.require_ready()
        return self.start("write", format=to, out=str(Path(out).expanduser().absolute()))

    def export_formats(self) -> list[str]:
        """Names of the formats that `export` writes, the usual one first."""
        from paddlex_nb.data.writers import WRITERS

        return list(WRITERS[self.record.task])

    def start_thumbnails(self) -> Job:
        """Start making all thumbnails that are missing or outdated, and return the job at once.

        Raises:
            UserError: The data set is not ready, or the workspace cannot be written.
        """
        return self.require_ready().start("thumbnails")

    def ensure_thumbnails(self) -> Job | None:
        """Start making thumbnails if that pays: for whoever is about to show the images.

        Returns:
            The job; None if it is not needed or would be of no use: images that are few or all
            done, a job under way, the last one failed or was stopped, a disk that is full or read
            only.

        Raises:
            UserError: The data set is not ready or damaged.
        """
        from paddlex_nb.data.thumbnails.making import wanted_ahead

        if not wanted_ahead(self.require_ready().folder):
            return None
        last = self.last_job("thumbnails")
        if last is not None and last.state.value not in {"done", "interrupted"}:
            return None
        try:
            return self.start_thumbnails()
        except UserError:  # the previews do without
            return None

    def rename(self, name: str) -> None:
        """Give the data set another name for people; its id and its folder stay as they are.

        Args:
            name: At most 200 characters.

        Raises:
            UserError: The name is empty or too long, or the workspace cannot be written.
        """
        title = shown_name(name)
        from paddlex_nb.data.store.record_file import changing, write_record

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

        The split that a data set came with is not replaced unless something says how to divide.

        Args:
            train: Share of the training images, above 0; 0.7 if None.
            val: Share of the validation images, above 0; 0.2 if None.
            test: Share of the test images; 0.1 if None; the three add up to 1.
            seed: The same seed gives the same division; 0 if None.
            together: What else stays on one side: ``folder``, ``column`` (a column such as
                ``patient`` of the table that the data set came with), or a regular expression
                that finds the same text in the paths of images that belong together.
            folds: Number of folds (2 to 20) of cross-validation: val is one of so many equal
                parts of what is not test, whatever the shares of train and val.
            fold: Which of them is val, from 1.

        Raises:
            UserError: The shares are wrong, the data set is not ready, or nothing says how to
                divide one that came divided.
        """
        from paddlex_nb.data.splitting.split import split

        record = self.require_ready().record
        said = any(value is not None for value in (train, val, test, seed)) or together or folds
        if not said and record.split is not None and record.split.given:
            raise UserError("data.split_given_kept")
        plain = SplitPlan()
        plan = SplitPlan(
            plain.train if train is None else train,
            plain.val if val is None else val,
            plain.test if test is None else test,
            seed or 0,
            together=together,
            folds=folds,
            fold=fold,
        )
        return split(self.folder, plan)

    def use_given_split(self) -> SplitCounts:
        """Divide the images as the data set came divided.

        Raises:
            UserError: It came undivided, or is not ready.
        """
        from paddlex_nb.data.splitting.split import return_to_given_split

        return return_to_given_split(self.require_ready().folder)

    def counts(self) -> SplitCounts:
        """Images by split and by class."""
        from paddlex_nb.data.store.split_file import split_counts

        self.require_ready()
        return split_counts(self.folder)

    def statistics(self, *, colours: bool = False) -> DatasetStatistics:
        """Sizes, shapes and classes of the images.

        Args:
            colours: Also decode a sample for colours, and for the classes' share of the pixels.
        """
        from paddlex_nb.data.explore.statistics import statistics

        self.require_ready()
        return statistics(self.folder, colours=colours)

    def preview_augmentation(
        self, model: str | None = None, *, epoch: int = 1, count: int = 6, **params: Any
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

        planned = plan(self.require_ready().folder, model, overrides=params)
        return Augmenting(self.folder, planned, epoch, count).result()

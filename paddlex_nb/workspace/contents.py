"""What is in a workspace: data sets, runs, their jobs, saved models, and what has gone wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.listing import Damage, listed
from paddlex_nb.core.names import item_folder
from paddlex_nb.core.wording import instead
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset import Dataset
from paddlex_nb.hosts.environment import default_workspace
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.listing import all_jobs, find_job
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.lists import Datasets, Runs
from paddlex_nb.run import Run
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.unfinished import Unfinished, sweep, unfinished
from paddlex_nb.workspace.typed_job import typed_job

if TYPE_CHECKING:
    from paddlex_nb.results.disk import DiskUse
    from paddlex_nb.weights.saved import SavedModel


class Contents:
    """A workspace folder and what is in it.

    Args:
        path: The folder, made when missing; see `Workspace`.

    Raises:
        UserError: The folder cannot be made.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path).expanduser().absolute() if path else default_workspace()
        if self.path.exists() and not self.path.is_dir():
            raise UserError("workspace.not_a_folder", path=self.path)
        try:
            with disk_errors(self.path):
                self._datasets.mkdir(parents=True, exist_ok=True)
                self._runs.mkdir(parents=True, exist_ok=True)
        except UserError:
            # one that is there can be looked at even if it cannot be written
            if not self.path.is_dir():
                raise
        sweep(self.path)

    @property
    def _datasets(self) -> Path:
        return WorkspaceFolder(self.path).datasets

    @property
    def _runs(self) -> Path:
        return WorkspaceFolder(self.path).runs

    def datasets(self) -> Datasets:
        """All data sets, newest first; damaged ones are left out (see `damaged`).

        Returns:
            A list that shows itself as a table.
        """
        return Datasets(listed(self._datasets, DatasetFolder.RECORD, Dataset, DatasetRecord)[0])

    def dataset(self, identifier: str) -> Dataset:
        """The data set of that id.

        Raises:
            UserError: There is none; names those there are.
        """
        folder = item_folder(self._datasets, identifier)
        if folder is None or not DatasetFolder(folder).record.exists():
            known = instead(identifier, [d.id for d in self.datasets()[:10]])
            raise UserError("workspace.no_such_dataset", id=identifier, known=known)
        return Dataset(folder)

    def runs(self) -> Runs:
        """All runs, newest first; damaged ones are left out (see `damaged`).

        Returns:
            A list that shows itself as a table; its ``to_pandas()`` compares runs.
        """
        return Runs(listed(self._runs, RunFolder.RECORD, Run, RunRecord)[0])

    def run(self, identifier: str) -> Run:
        """The run of that id.

        Raises:
            UserError: There is none; names those there are.
        """
        folder = item_folder(self._runs, identifier)
        if folder is None or not RunFolder(folder).record.exists():
            known = instead(identifier, [r.id for r in self.runs()[:10]])
            raise UserError("workspace.no_such_run", id=identifier, known=known)
        return Run(folder)

    def damaged(self) -> list[Damage]:
        """The data sets, runs and saved models that cannot be listed, and why."""
        from paddlex_nb.weights.saved import damaged_models

        datasets = listed(self._datasets, DatasetFolder.RECORD, Dataset, DatasetRecord)[1]
        runs = listed(self._runs, RunFolder.RECORD, Run, RunRecord)[1]
        return [*datasets, *runs, *damaged_models(self.path)]

    def unfinished(self) -> list[Unfinished]:
        """The imports that go on, and those that ended without a data set, and why."""
        return unfinished(self.path)

    def jobs(self, *, active: bool = False) -> list[Job]:
        """The jobs of all data sets and runs, newest first.

        Args:
            active: Only those that wait or run.
        """
        return all_jobs(self.path, active=active)

    def job(self, identifier: str) -> Job[Any]:
        """A job by its id, such as ``datasets/fruit/001-import`` or, in short, ``fruit/1``.

        The id of a data set or run alone means its newest job, one under way first. Its
        ``result()`` waits for it and gives what the verb that started it would have given.

        Raises:
            UserError: There is none, or several; names what there is.
        """
        return typed_job(find_job(self.path, identifier))

    def saved_models(self) -> list[SavedModel]:
        """Models that were saved under a name (`Run.save_model`), newest first."""
        from paddlex_nb.weights.saved import saved_models

        return saved_models(self.path)

    def disk_use(self) -> DiskUse:
        """How much disk the workspace takes: by data set, by run, and all the rest, in bytes.

        Images that were not copied into the workspace do not count.
        """
        from paddlex_nb.results.disk import measured

        return measured(self.path, self._datasets, self._runs)

"""The jobs of a data set, which know their data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paddlex_nb.jobs.job import Job, T
from paddlex_nb.layout.job import JobFolder

if TYPE_CHECKING:
    from paddlex_nb.dataset import Dataset


class DatasetJob(Job[T]):
    """A job that belongs to a data set."""

    @property
    def dataset(self) -> Dataset:
        """The data set that it works for."""
        from paddlex_nb.dataset import Dataset

        return Dataset(JobFolder(self.folder).item.path)


class ImportJob(DatasetJob["Dataset"]):
    """The import of a data set; its result is the data set.

    Args:
        folder: The job's folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, lambda _: self.dataset)

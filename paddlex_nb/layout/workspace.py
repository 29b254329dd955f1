"""The workspace: the folder above all data sets, runs and saved models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

RUN_RECORD = "run.json"
SPLITS = "splits.json"
JOBS = "jobs"
JOB_SPEC = "job.json"


@dataclass(frozen=True)
class WorkspaceFolder:
    """The files of a workspace.

    Attributes:
        path: The workspace's folder.
    """

    path: Path

    DATASETS: ClassVar[str] = "datasets"
    RUNS: ClassVar[str] = "runs"

    @property
    def datasets(self) -> Path:
        """The data sets, a folder each (`DatasetFolder`)."""
        return self.path / self.DATASETS

    @property
    def runs(self) -> Path:
        """The runs, a folder each (`RunFolder`)."""
        return self.path / self.RUNS

    @property
    def models(self) -> Path:
        """The models saved under a name, a folder each (`ModelFolder`)."""
        return self.path / "models"

    @property
    def memory(self) -> Path:
        """What was found out about image files, kept until they change."""
        return self.path / "memory"

    @property
    def swept(self) -> Path:
        """Its time is when all items were last looked through for drafts."""
        return self.path / ".swept"

    @property
    def queue_lock(self) -> Path:
        """Held by a training from its look at the others until it says that it runs."""
        return self.path / ".queue.lock"

    def kept_alive(self, user: str) -> Path:
        """Where a user's worker that waits for the next job can be reached.

        Args:
            user: User and machine as a file name.
        """
        return self.path / f".worker-{user}.json"

    @property
    def exports(self) -> Path:
        """Data sets written in the formats of other tools."""
        return self.path / "exports"

    @property
    def uploads(self) -> Path:
        """Files that came through the browser."""
        return self.path / "uploads"

    @property
    def samples(self) -> Path:
        """The built-in sample data of all tasks."""
        return self.path / "samples"

    def sample(self, task: str) -> Path:
        """The built-in sample data of a task."""
        return self.samples / task

    @property
    def sessions(self) -> Path:
        """Where users were last in the wizard."""
        return self.path / "places"

    def session(self, user: str) -> Path:
        """Where a user was last in the wizard.

        Args:
            user: The user's name as a file name.
        """
        return self.sessions / f"{user}.json"

    def run_records(self) -> Iterator[Path]:
        """The records of all runs, by id; a run that is being deleted is left out."""
        yield from sorted(self.runs.glob(f"[!.]*/{RUN_RECORD}"))

    def run_splits(self) -> Iterator[Path]:
        """The splits that the runs were made with, in no order."""
        yield from self.runs.glob(f"*/{SPLITS}")

    def jobs(self, kind: str = "*") -> Iterator[Path]:
        """The folders of the jobs of all data sets and runs, in no order (`JobFolder`).

        Args:
            kind: Only jobs of this kind.
        """
        for items in (self.datasets, self.runs):
            for spec in items.glob(f"[!.]*/{JOBS}/*-{kind}/{JOB_SPEC}"):
                # a folder without it is just being made
                yield spec.parent

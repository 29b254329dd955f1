"""What the folders of data sets and runs have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from paddlex_nb.layout.workspace import JOB_SPEC, JOBS, SPLITS, WorkspaceFolder


@dataclass(frozen=True)
class ItemFolder:
    """The folder of a data set or a run.

    Attributes:
        path: ``<workspace>/datasets/<id>`` or ``<workspace>/runs/<id>``.
    """

    path: Path

    SPLITS: ClassVar[str] = SPLITS
    GRAVE: ClassVar[str] = ".deleted-"

    @property
    def workspace(self) -> WorkspaceFolder:
        """The workspace that it is in."""
        return WorkspaceFolder(self.path.parents[1])

    @property
    def splits(self) -> Path:
        """Which images are in which split: of a run, as they were when it was made."""
        return self.path / self.SPLITS

    @property
    def jobs(self) -> Path:
        """Its jobs, a folder each (`JobFolder`)."""
        return self.path / JOBS

    def job_folders(self, kind: str = "*") -> Iterator[Path]:
        """The folders of its jobs, in no order.

        Args:
            kind: Only jobs of this kind.
        """
        for folder in self.jobs.glob(f"*-{kind}"):
            if (folder / JOB_SPEC).exists():  # else it is just being made
                yield folder

    @property
    def grave(self) -> Path:
        """The name under which it is deleted: nobody lists it any more."""
        return self.path.with_name(f"{self.GRAVE}{self.path.name}")

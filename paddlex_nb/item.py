"""What data sets and runs have in common: a folder in the workspace, with jobs."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.job import Job
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder


class Deletion(msgspec.Struct, frozen=True):
    """The consequences of a deletion: size, jobs, dependants.

    Attributes:
        id: Id of the data set or run.
        size: Disk that it frees, in bytes.
        consequences: What other things of the workspace lose by it, in sentences.
        runs: Ids of the runs that refer to it.
    """

    id: str
    size: int
    consequences: list[Message] = []
    runs: list[str] = []


class Item:
    """A folder of the workspace.

    Args:
        folder: The item's folder.

    Attributes:
        folder: The item's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def id(self) -> str:
        """The item's id in the workspace."""
        return self.folder.name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and self.folder == other.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    def jobs(self, kind: str | None = None) -> list[Job]:
        """The item's jobs, oldest first."""
        folders = ItemFolder(self.folder).job_folders(kind or "*")
        return [Job(folder) for folder in sorted(folders, key=lambda f: JobFolder(f).number)]

    def last_job(self, kind: str | None = None) -> Job | None:
        """The item's newest job; None if it has none."""
        return next(iter(reversed(self.jobs(kind))), None)

    def deletion(self) -> Deletion:
        """What deleting the item would free and what other things would lose; deletes nothing.

        Raises:
            UserError: It cannot be deleted now: a job of it, or one that needs it, is under way.
        """
        raise NotImplementedError

    def delete(self) -> Deletion:
        """Delete the item and all that belongs to it; files outside the workspace stay.

        Returns:
            What that has freed and what other things of the workspace have lost by it.

        Raises:
            UserError: A job of it, or one that needs it, is still under way.
        """
        if any(job.state.active for job in self.jobs()):
            raise UserError("workspace.still_busy", id=self.id)
        planned = self.deletion()
        # renamed first: whoever looks meanwhile sees all of it or nothing
        with disk_errors(self.folder):
            grave = self.folder.rename(ItemFolder(self.folder).grave)
            delete_tree(grave)
        return planned


def delete_tree(folder: Path) -> None:
    """Delete a folder in which a process that is just ending may delete files as well."""

    def gone_is_good(
        _function: object, _path: str, info: tuple[object, BaseException, object]
    ) -> None:
        if not isinstance(info[1], FileNotFoundError):
            raise info[1]

    shutil.rmtree(folder, onerror=gone_is_good)

"""What a user does with where a data set came from: what was found there, and looking again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from paddlex_nb.core.one_or_many import one_path
from paddlex_nb.data.store.record_file import ready_folder
from paddlex_nb.dataset.jobs import DatasetJob
from paddlex_nb.item import Item
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.waiting import wait_for

if TYPE_CHECKING:
    from paddlex_nb.data.importing.recognised import Recognised
    from paddlex_nb.data.importing.relocation import Relocation
    from paddlex_nb.results.findings import Findings
    from paddlex_nb.results.update import Update


class SourceVerbs(Item):
    """The folder or archive that a data set was imported from."""

    def recognised(self) -> Recognised:
        """What it was recognised as: task, format and why, counts, classes, split, and what else.

        Raises:
            UserError: It is not ready or damaged.
        """
        from paddlex_nb.data.importing.recognised import recognised_dataset

        return recognised_dataset(ready_folder(self.folder))

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

        ready_folder(self.folder)
        job = DatasetJob(launch(self.folder, "update", {}).folder, Update.from_dict)
        return wait_for(job, progress=progress) if wait else job

    def relocate(self, place: str | Path) -> Relocation:
        """Say where the folder or archive that the data set came from is now, when it was moved.

        Splits, changes and runs stay as they are; so do the labels: `update` reads them anew.
        Photos of former evaluations are shown from there too.

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
        from paddlex_nb.evaluation.kept_photos import point_photos

        relocation = relocate(ready_folder(self.folder), Path(one_path(place)))
        point_photos(self.folder, Path(relocation.root))
        return relocation

    def away(self) -> Path | None:
        """Where the images should be, if none of them is there: moved, deleted or unplugged.

        Returns:
            That folder; None if images are there, or are the workspace's own.

        Raises:
            UserError: The data set is damaged.
        """
        from paddlex_nb.data.importing.relocate import away

        return away(self.folder)

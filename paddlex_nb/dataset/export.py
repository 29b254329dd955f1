"""What a user does to have a data set in the format of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from paddlex_nb.data.store.record_file import read_record, ready_record
from paddlex_nb.dataset.jobs import DatasetJob
from paddlex_nb.item import Item
from paddlex_nb.jobs.drafts import clear_drafts_of
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.waiting import wait_for

if TYPE_CHECKING:
    from paddlex_nb.results.export import DatasetExport


class ExportVerbs(Item):
    """A data set, written for other tools."""

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

        return list(WRITERS[read_record(self.folder).task])

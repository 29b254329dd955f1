"""What a user does to get a data set: import a folder or archive, or one of the samples."""

from __future__ import annotations

import shutil
import time
import uuid
from pathlib import Path
from typing import Any, Literal, overload

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_json
from paddlex_nb.core.names import new_folder, removed_on_failure
from paddlex_nb.core.one_or_many import one_path
from paddlex_nb.core.task import Task, as_task
from paddlex_nb.data.images.tiles import KEEP, OVERLAP, as_tiling
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset import Dataset, ImportJob
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.log import kept_report
from paddlex_nb.jobs.waiting import wait_for
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.unfinished import make_room
from paddlex_nb.workspace.contents import Contents


class ImportVerbs(Contents):
    """New data sets."""

    @overload
    def import_dataset(
        self,
        path: str | Path,
        *,
        task: Task | str | None = None,
        format: str | None = None,
        name: str | None = None,
        copy: bool = False,
        encoding: str = "",
        tile: int | None = None,
        tile_overlap: float = OVERLAP,
        tile_keep: float = KEEP,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Dataset: ...
    @overload
    def import_dataset(
        self,
        path: str | Path,
        *,
        task: Task | str | None = None,
        format: str | None = None,
        name: str | None = None,
        copy: bool = False,
        encoding: str = "",
        tile: int | None = None,
        tile_overlap: float = OVERLAP,
        tile_keep: float = KEEP,
        wait: Literal[False],
        progress: bool = True,
    ) -> ImportJob: ...

    def import_dataset(
        self,
        path: str | Path,
        *,
        task: Task | str | None = None,
        format: str | None = None,  # noqa: A002 - the word for it on the command line too
        name: str | None = None,
        copy: bool = False,
        encoding: str = "",
        tile: int | None = None,
        tile_overlap: float = OVERLAP,
        tile_keep: float = KEEP,
        wait: bool = True,
        progress: bool = True,
    ) -> Dataset | ImportJob:
        """Import a folder or archive.

        Args:
            path: The folder or archive.
            task: What its labels are for; detected where possible.
            format: Its format's name; detected where possible.
            name: What to call it; by default as the folder.
            copy: Copy the images into the workspace instead of using them where they are.
            encoding: Of label files, and of names in archives, that are not UTF-8, such as
                ``gbk`` or ``big5``; detected where left out.
            tile: Side in pixels of the tiles that larger images are cut into, for small objects
                and for images of hundreds of megapixels; by default images stay whole. Tiles are
                written into the workspace; those of an image are in one split.
            tile_overlap: Share of the side by which tiles overlap, 0 to 0.5.
            tile_keep: Share of an object, above 0 to 1, that must lie in a tile for it to be
                labelled there; what is labelled is the part in the tile.
            wait: Wait for the end; what has failed leaves nothing behind. Else the job is given
                at once; its ``dataset`` is what comes of it.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the import goes on.
            UserError: There is nothing at ``path``, no such encoding, tiles do not fit the task
                or their limits, the workspace cannot be written, or the import failed or was
                stopped; says why.
        """
        from paddlex_nb.data.importing.detect import formats_of
        from paddlex_nb.data.source.encoding import check_encoding

        asked = None if task is None else as_task(task)
        if format is not None:
            formats_of(asked, format)  # says now that there is none
        source = Path(one_path(path)).expanduser().absolute()
        check_encoding(encoding)
        tiling = None if tile is None else as_tiling(tile, tile_overlap, tile_keep)
        if tiling and asked is Task.CLASSIFICATION:
            raise UserError("data.tile_classification")
        with disk_errors(source):
            if not source.exists():
                raise UserError("workspace.no_such_path", path=source)
        title = (name or source.name.removesuffix(".tar.gz").removesuffix(source.suffix)).strip()
        make_room(self.path, source, title or source.name)
        folder = new_folder(self._datasets, title or source.name)
        record = DatasetRecord(
            id=folder.name, name=title or source.name, source=str(source), created=time.time()
        )
        with removed_on_failure(folder):
            write_json(DatasetFolder(folder).record, record)
            arguments: dict[str, Any] = {
                "source": str(source),
                "task": None if asked is None else asked.value,
                "format": format,
                "copy": copy,
                "encoding": encoding,
            }
            if tiling:
                arguments |= {
                    "tile": tiling.size,
                    "tile_overlap": tiling.overlap,
                    "tile_keep": tiling.keep,
                }
            job = ImportJob(launch(folder, "import", arguments).folder)
        return _imported(job, progress=progress) if wait else job

    @overload
    def import_sample(
        self, task: Task | str, *, wait: Literal[True] = True, progress: bool = True
    ) -> Dataset: ...
    @overload
    def import_sample(
        self, task: Task | str, *, wait: Literal[False], progress: bool = True
    ) -> ImportJob: ...

    def import_sample(
        self, task: Task | str, *, wait: bool = True, progress: bool = True
    ) -> Dataset | ImportJob:
        """The built-in sample data set of a task; on first use it is written and imported.

        Args:
            task: The task.
            wait: Wait for the end of the import; else its job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the import goes on.
            UserError: The workspace cannot be written.
        """
        from paddlex_nb.data.samples import write_sample

        kind = as_task(task)
        folder = WorkspaceFolder(self.path).sample(kind.value)
        for dataset in self.datasets():
            if dataset.record.ready and dataset.record.source == str(folder):
                return dataset if wait else ImportJob(dataset.jobs("import")[0].folder)
        if not folder.exists():
            draft = folder.with_name(f".{kind.value}-{uuid.uuid4().hex[:8]}")
            try:
                write_sample(kind, draft)
                draft.rename(folder)  # whole or not at all
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        job = self.import_dataset(folder, task=kind, name=f"sample-{kind.value}", wait=False)
        return _imported(job, progress=progress) if wait else job


def _imported(job: ImportJob, *, progress: bool) -> Dataset:
    """The data set, once its import has ended; one that failed leaves nothing behind."""
    try:
        return wait_for(job, progress=progress)
    except UserError as error:
        kept = kept_report(error.message)
        job.dataset.delete()
        raise UserError(kept.key, **kept.values) from error

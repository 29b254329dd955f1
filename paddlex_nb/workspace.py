"""The workspace: the folder that holds all data sets and runs, and the front door of the core."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, overload

import msgspec
from typing_extensions import Unpack

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_json
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.listing import Damage, listed
from paddlex_nb.core.names import item_folder, new_folder, removed_on_failure, shown_name
from paddlex_nb.core.one_or_many import one_path
from paddlex_nb.core.task import Task, as_task
from paddlex_nb.core.wording import instead
from paddlex_nb.data.images.tiles import KEEP, OVERLAP, as_tiling
from paddlex_nb.data.store.record_file import ready_record
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset import Dataset, DatasetJob, ImportJob
from paddlex_nb.display.html import html_text, html_title
from paddlex_nb.hosts.environment import default_workspace, host_name, user_name
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.listing import all_jobs, find_job
from paddlex_nb.jobs.log import kept_report
from paddlex_nb.jobs.on_end import as_on_end
from paddlex_nb.jobs.waiting import wait_for
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.lists import Datasets, Runs
from paddlex_nb.params.spec import Value
from paddlex_nb.params.typed import TrainingParams
from paddlex_nb.run import Run, RunJob, TrainingJob
from paddlex_nb.runs.record import RunRecord, checked_note, checked_tags
from paddlex_nb.unfinished import Unfinished, make_room, sweep, unfinished
from paddlex_nb.version import __version__

if TYPE_CHECKING:
    from paddlex_nb.comparison import Comparison
    from paddlex_nb.results.disk import DiskUse
    from paddlex_nb.results.recommendation import Recommendation
    from paddlex_nb.weights.saved import SavedModel


class Workspace:
    """A workspace folder; any number of processes may have it open.

    Args:
        path: The folder, made when missing; by default ``PADDLEX_NB_WORKSPACE`` or a folder in
            the home directory (on AI Studio, the folder that persists).

    Raises:
        UserError: The folder cannot be made. One that is there but may only be read is opened:
            what needs writing says so.
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

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    def _repr_html_(self) -> str:
        parts = [html_title(f"Workspace: {self.path}")]
        for title, items in (("datasets", self.datasets()), ("runs", self.runs())):
            parts += [html_title(tr(f"display.{title}")), items._repr_html_()]
        if active := self.jobs(active=True):
            parts.append(html_text(tr("display.under_way", count=len(active))))
        return "".join(parts)

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

    def runs(self) -> Runs:
        """All runs, newest first; damaged ones are left out (see `damaged`).

        Returns:
            A list that shows itself as a table; its ``to_pandas()`` compares runs.
        """
        return Runs(listed(self._runs, RunFolder.RECORD, Run, RunRecord)[0])

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

    def disk_use(self) -> DiskUse:
        """How much disk the workspace takes: by data set, by run, and all the rest, in bytes.

        Images that were not copied into the workspace do not count.
        """
        from paddlex_nb.results.disk import measured

        return measured(self.path, self._datasets, self._runs)

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

    def recommend(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = "none",
        **params: Unpack[TrainingParams],
    ) -> Recommendation:
        """What `train` would train: every parameter, and why; starts nothing.

        Args:
            dataset: The data set or its id.
            model: A name of the catalogue; by default the one recommended for the data.
            weights: Starting weights, as `train` takes them.
            **params: Parameters by name; the others are recommended to suit them.

        Raises:
            UserError: The model or a parameter is unknown or does not fit.
        """
        from paddlex_nb.params.catalogue import params as params_of
        from paddlex_nb.planning.plan import plan
        from paddlex_nb.results.recommendation import Recommendation

        source = self.dataset(dataset) if isinstance(dataset, str) else dataset
        chosen = cast(Mapping[str, Value], params)
        planned = plan(source.folder, model, weights=weights, overrides=chosen)
        return Recommendation(planned, params_of(planned.model.task))

    def compare(
        self, runs: Iterable[Run | str], *, split: str = "val", checkpoint: str = "best"
    ) -> Comparison:
        """Two to twenty runs side by side: parameters, curves, and metrics on the same images.

        Args:
            runs: The runs or their ids; the first is what the others are held against.
            split: Of which split evaluations are compared; those of `Run.evaluate`.
            checkpoint: Of which checkpoint: ``best``, ``last`` or ``epoch-<number>``.

        Returns:
            A comparison that shows itself; ``to_pandas()``, ``plot()`` and ``differences`` give
            its parts.

        Raises:
            UserError: There is no such run, or not two to twenty of them.
        """
        from paddlex_nb.comparison import MOST, Comparison

        chosen = [self.run(one) if isinstance(one, str) else one for one in runs]
        different = list(dict.fromkeys(chosen))
        if not 2 <= len(different) <= MOST:
            raise UserError("display.compare.how_many", count=len(different), limit=MOST)
        return Comparison(different, split, checkpoint)

    def saved_models(self) -> list[SavedModel]:
        """Models that were saved under a name (`Run.save_model`), newest first."""
        from paddlex_nb.weights.saved import saved_models

        return saved_models(self.path)

    @overload
    def train(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = "none",
        name: str | None = None,
        note: str = "",
        tags: Iterable[str] = (),
        based_on: str = "",
        on_end: str | Sequence[str] | None = None,
        wait: Literal[True] = True,
        progress: bool = True,
        **params: Unpack[TrainingParams],
    ) -> Run: ...
    @overload
    def train(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = "none",
        name: str | None = None,
        note: str = "",
        tags: Iterable[str] = (),
        based_on: str = "",
        on_end: str | Sequence[str] | None = None,
        wait: Literal[False],
        progress: bool = True,
        **params: Unpack[TrainingParams],
    ) -> TrainingJob: ...

    def train(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = "none",
        name: str | None = None,
        note: str = "",
        tags: Iterable[str] = (),
        based_on: str = "",
        on_end: str | Sequence[str] | None = None,
        wait: bool = True,
        progress: bool = True,
        **params: Unpack[TrainingParams],
    ) -> Run | TrainingJob:
        """Train a model.

        Args:
            dataset: The data set or its id.
            model: A name of the catalogue; by default the one recommended for the data.
            weights: Starting weights: ``none``, the name of published ones (see
                `paddlex_nb.list_models`), the path of a file, ``run:<id>`` or ``saved:<name>``.
            name: What to call the run.
            note: What to remember about it (see `Run.annotate`).
            tags: Words to find it by.
            based_on: Id of the run that it is to be compared with, as its record says.
            on_end: What to do when the training has ended, in a process of its own: a command
                (one text, or program and arguments; no shell) that gets the outcome as JSON on
                its standard input, or ``https://…`` to POST it to. Not if the process is killed,
                and not again after a resume. It is not kept in the workspace.
            wait: Wait for the end of the training; else its job is given at once, and its ``run``
                is what comes of it.
            progress: Show epoch, loss, main metric and time left while waiting, in a notebook with
                the curves.
            **params: Parameters by name (see `TrainingParams`); the others are recommended for
                data and machine.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the training goes on.
            UserError: The model or a parameter is unknown or does not fit, the images are not
                there, or the training failed or was stopped; says why.
        """
        from paddlex_nb.data.store.changes.settle import changing
        from paddlex_nb.data.store.split_file import read_splits
        from paddlex_nb.planning.plan import plan

        source = self.dataset(dataset) if isinstance(dataset, str) else dataset
        dataset_record = ready_record(source.folder)
        if (root := source.away()) is not None:  # before a run is made that could only fail
            raise UserError("data.away", name=dataset_record.name, path=root)
        said, words = checked_note(note), checked_tags(tags)
        then = None if on_end is None else as_on_end(on_end)
        planned = plan(
            source.folder, model, weights=weights, overrides=cast(Mapping[str, Value], params)
        )
        folder = new_folder(self._runs, name or f"{planned.model.name}-{source.id}")
        with removed_on_failure(folder):
            # the run keeps the split it was made with: a later one must not mix what it has
            # seen; nor may its version be swept away before the run names it
            with changing(source.folder) as of:
                record = RunRecord(
                    id=folder.name,
                    name=shown_name(name) if name else folder.name,
                    note=said,
                    tags=words,
                    based_on=based_on,
                    dataset_version=of.version,
                    user=user_name(),
                    host=host_name(),
                    dataset=source.id,
                    task=of.task,
                    model=planned.model.name,
                    classes=of.classes,
                    weights=planned.weights,
                    params=planned.params,
                    reasons=planned.reasons,
                    created=time.time(),
                    version=__version__,
                    tiles=of.tiles,
                )
                splits = msgspec.structs.replace(read_splits(source.folder), version=of.version)
                write_json(RunFolder(folder).splits, splits)
            write_json(RunFolder(folder).record, record)
            job = TrainingJob(launch(folder, "train", {}, on_end=then).folder)
        return job.finish(progress=progress) if wait else job


def typed_job(job: Job) -> Job[Any]:
    """A job whose result has a type: what the verb that started it gives."""
    from paddlex_nb.results.evaluation import Evaluation
    from paddlex_nb.results.export import DatasetExport, Export
    from paddlex_nb.results.predictions import Predictions
    from paddlex_nb.results.update import Update

    folder = job.folder
    match job.kind:
        case "import":
            return ImportJob(folder)
        case "train":
            return TrainingJob(folder)
        case "update":
            return DatasetJob(folder, Update.from_dict)
        case "write":
            return DatasetJob(folder, DatasetExport.from_dict)
        case "evaluate":
            return RunJob(folder, Evaluation.from_dict)
        case "predict":
            return RunJob(folder, Predictions.from_dict)
        case "export":
            return RunJob(folder, Export.from_dict)
    return job


def _imported(job: ImportJob, *, progress: bool) -> Dataset:
    """The data set, once its import has ended; one that failed leaves nothing behind."""
    try:
        return wait_for(job, progress=progress)
    except UserError as error:
        kept = kept_report(error.message)
        job.dataset.delete()
        raise UserError(kept.key, **kept.values) from error

"""A run: one model trained on one data set, with all that came of it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from paddlex_nb.catalogue.exports import check_export
from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.one_or_many import Paths, path_list
from paddlex_nb.display.html import html_facts, html_text
from paddlex_nb.display.tables import columns
from paddlex_nb.display.training import TrainingDisplay
from paddlex_nb.item import Deletion, Item
from paddlex_nb.jobs.drafts import clear_drafts_of
from paddlex_nb.jobs.events import AnyEvent
from paddlex_nb.jobs.job import Job, JobStatus, State, T
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.on_end import as_on_end
from paddlex_nb.jobs.waiting import wait_for
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.base import MetricValue
from paddlex_nb.runs.history import History
from paddlex_nb.runs.live import LiveHistory
from paddlex_nb.runs.record import RunRecord, annotate, read_run
from paddlex_nb.runs.summary import RunSummary, read_summary
from paddlex_nb.runs.trainer_lock import is_trained, resuming

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.results.base import ModelResult
    from paddlex_nb.results.evaluation import Evaluation, Evaluations
    from paddlex_nb.results.export import Export, Exports
    from paddlex_nb.results.predictions import Predictions
    from paddlex_nb.weights.saved import SavedModel


class Run(Item):
    """A training run of the workspace."""

    @property
    def record(self) -> RunRecord:
        """What the run is: data set, model, every parameter."""
        return read_run(self.folder)

    @property
    def training(self) -> TrainingJob:
        """The newest training job.

        Raises:
            UserError: The run was never started.
        """
        job = self.last_job("train")
        if job is None:
            raise UserError("workspace.run_not_started", id=self.id)
        return TrainingJob(job.folder)

    @property
    def status(self) -> JobStatus:
        """How the training stands; a run that was never started counts as interrupted."""
        job = self.last_job("train")
        if job is None:
            error = Message("workspace.run_not_started", {"id": self.id})
            return JobStatus(state=State.INTERRUPTED, error=error)
        return job.status

    @property
    def history(self) -> History:
        """Curves, best value and progress so far, over all resumes."""
        live = LiveHistory(self.folder)
        live.poll()
        return live.history

    @property
    def summary(self) -> RunSummary:
        """How far it has come and its best, over all resumes, without reading all that it told."""
        return read_summary(self.folder)

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is something to evaluate, resume or export."""
        from paddlex_nb.runs.history import checkpoints

        return bool(checkpoints(self.folder))

    def watch(self, interval: float = 0.25) -> Iterator[AnyEvent]:
        """The events of the newest training job, from its first to its last, as they come.

        Args:
            interval: Seconds between two looks.
        """
        job = self.training
        reader = job.reader()
        while True:
            active = job.state.active  # asked before the look: nothing is missed at the end
            yield from reader.poll()
            if not active:
                return
            time.sleep(interval)

    def stop(self, *, force: bool = False) -> None:
        """Have the training end within ten seconds, and return at once.

        The last checkpoint is where it stops, unless it does not answer and has to be killed; a
        checkpoint that is being written is waited for (see `Job.stop`).

        Args:
            force: Kill the process at once; work since the last checkpoint is lost.

        Raises:
            UserError: The workspace cannot be written.
        """
        self.training.stop(force=force)

    @overload
    def resume(
        self,
        epochs: int | None = None,
        *,
        on_end: str | Sequence[str] | None = None,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Run: ...
    @overload
    def resume(
        self,
        epochs: int | None = None,
        *,
        on_end: str | Sequence[str] | None = None,
        wait: Literal[False],
        progress: bool = True,
    ) -> TrainingJob: ...

    def resume(
        self,
        epochs: int | None = None,
        *,
        on_end: str | Sequence[str] | None = None,
        wait: bool = True,
        progress: bool = True,
    ) -> Run | TrainingJob:
        """Go on from the last checkpoint, in a new job of the same run.

        Args:
            epochs: Train to this epoch instead of the planned one.
            on_end: What to do when this job has ended (see `Workspace.train`).
            wait: Wait for the end of the training; else its job is given at once.
            progress: Show epoch, loss, main metric and time left while waiting.

        Returns:
            The run itself, or the job.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the training goes on.
            UserError: The run is under way, its data set was deleted, the workspace cannot be
                written, or the training failed or was stopped.
        """
        self._require_dataset()
        then = None if on_end is None else as_on_end(on_end)
        # whoever else resumes it at this moment waits, and then sees our job
        with resuming(self.folder):
            if self.status.state.active or is_trained(self.folder, timeout=3.0):
                raise UserError("workspace.still_busy", id=self.id)
            before = self.history
            job = launch(self.folder, "train", {"resume": True, "epochs": epochs}, on_end=then)
        training = TrainingJob(job.folder)
        return training.finish(progress=progress, before=before) if wait else training

    def _require_dataset(self) -> None:
        """See to it that the data set is there: the job would only find out that it is not.

        Raises:
            UserError: The data set was deleted, or is damaged.
        """
        from paddlex_nb.data.store.record_file import ready_record

        ready_record(RunFolder(self.folder).workspace.datasets / self.record.dataset)

    def _require_checkpoint(self, name: str) -> None:
        """See to it that no job looks for a checkpoint whose name is wrong.

        Raises:
            UserError: There are checkpoints, but none of that name; names them.
        """
        from paddlex_nb.runs.checkpoint import CheckpointStore

        store = CheckpointStore(self.folder)
        if store.names():  # the first may come at any moment
            store.require(name)

    @overload
    def evaluate(
        self,
        split: str = "val",
        checkpoint: str = "best",
        *,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Evaluation: ...
    @overload
    def evaluate(
        self,
        split: str = "val",
        checkpoint: str = "best",
        *,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[Evaluation]: ...

    def evaluate(
        self,
        split: str = "val",
        checkpoint: str = "best",
        *,
        wait: bool = True,
        progress: bool = True,
    ) -> Evaluation | RunJob[Evaluation]:
        """Evaluate a checkpoint on a split.

        Warns if the training was still going on.

        Args:
            split: ``val``, ``test`` or ``train``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: There is no such checkpoint or no image in that split, or the data set was
                deleted.
        """
        from paddlex_nb.evaluation.split import check_split
        from paddlex_nb.results.evaluation import Evaluation

        check_split(split)
        self._require_checkpoint(checkpoint)
        self._require_dataset()
        arguments = {"split": split, "checkpoint": checkpoint}
        job = RunJob(launch(self.folder, "evaluate", arguments).folder, Evaluation.from_dict)
        return _warned(wait_for(job, progress=progress)) if wait else job

    @overload
    def predict(
        self,
        paths: Paths,
        checkpoint: str = "best",
        *,
        threshold: float | None = None,
        tile: int | None = None,
        tile_overlap: float | None = None,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Predictions: ...
    @overload
    def predict(
        self,
        paths: Paths,
        checkpoint: str = "best",
        *,
        threshold: float | None = None,
        tile: int | None = None,
        tile_overlap: float | None = None,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[Predictions]: ...

    def predict(
        self,
        paths: Paths,
        checkpoint: str = "best",
        *,
        threshold: float | None = None,
        tile: int | None = None,
        tile_overlap: float | None = None,
        wait: bool = True,
        progress: bool = True,
    ) -> Predictions | RunJob[Predictions]:
        """Predict images, or all images of folders.

        Warns if the training was still going on.

        Args:
            paths: A path or several, of images and of folders all of whose images are meant.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            threshold: Least score of the objects, 0 to 1 (detection and instance segmentation);
                by default the run's parameter ``score_threshold``.
            tile: Side in pixels of the tiles that larger images are cut into and predicted by;
                0 predicts them whole. By default as the images that the run was trained with.
                What is predicted is in pixels of the whole image.
            tile_overlap: Share of the side by which tiles overlap, 0 to 0.5; by default as in
                training.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: There is no such checkpoint, no image at the paths, the threshold is not
                from 0 to 1, or tiles are out of their limits; or the task has no threshold or no
                tiles.
        """
        from paddlex_nb.evaluation.threshold import score_threshold
        from paddlex_nb.evaluation.tiled_images import tiling_of
        from paddlex_nb.results.predictions import Predictions

        self._require_checkpoint(checkpoint)
        tiling_of(self.record, tile, tile_overlap)  # says now what is wrong with them
        arguments = {
            "paths": [str(path.absolute()) for path in path_list(paths)],
            "checkpoint": checkpoint,
            "threshold": score_threshold(self.record, threshold),
            "tile": tile,
            "tile_overlap": tile_overlap,
        }
        job = RunJob(launch(self.folder, "predict", arguments).folder, Predictions.from_dict)
        return _warned(wait_for(job, progress=progress)) if wait else job

    def rename(self, name: str) -> None:
        """Give the run another name for people; its id and its folder stay as they are.

        Args:
            name: At most 200 characters.

        Raises:
            UserError: The name is empty or too long, or the workspace cannot be written.
        """
        annotate(self.folder, name=name)

    def annotate(
        self,
        *,
        note: str | None = None,
        tags: Iterable[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Say something about the run, to find it by; what is left out stays as it is.

        Args:
            note: What to remember, at most 2,000 characters.
            tags: Words to find it by, instead of those it has; at most 20 of 50 characters.
            starred: Whether it is marked as one of the good ones.
            archived: Whether lists leave it out unless asked for.

        Raises:
            UserError: Something is too long, or the workspace cannot be written.
        """
        annotate(self.folder, note=note, tags=tags, starred=starred, archived=archived)

    def deletion(self) -> Deletion:
        """What deleting would free, and which models and runs refer to it; deletes nothing.

        Raises:
            UserError: Another run's training has not begun yet and needs the weights of this one.
        """
        from paddlex_nb.deletion import deletion_of_run

        return deletion_of_run(self.folder)

    def evaluations(self) -> Evaluations:
        """What was evaluated: the newest result of each split and checkpoint, newest first.

        Returns:
            A list that shows itself as a table; ``stale`` of each says why it is stale (the
            checkpoint of that name has been replaced since).
        """
        from paddlex_nb.results.evaluation import Evaluation, Evaluations

        results = self._results("evaluate", ("split", "checkpoint"))
        return Evaluations(map(Evaluation.from_dict, results))

    def exports(self) -> Exports:
        """What was exported: the newest result of each folder, newest first.

        Returns:
            A list that shows itself as a table; ``stale`` of each as in `evaluations`.
        """
        from paddlex_nb.results.export import Export, Exports

        return Exports(map(Export.from_dict, self._results("export", ("out",))))

    def _results(self, kind: str, names: Sequence[str]) -> list[dict[str, Any]]:
        """Results of jobs of a kind that ended well, the newest of those with equal arguments."""
        from paddlex_nb.runs.origin import staleness

        newest: dict[tuple[Any, ...], dict[str, Any]] = {}
        for job in reversed(self.jobs(kind)):
            status, asked = job.status, job.spec.arguments
            key = tuple(asked.get(name) for name in names)
            if status.state is State.DONE and key not in newest:
                why = staleness(self.folder, status.result)
                newest[key] = {**status.result, "stale": None if why is None else why.text()}
        return list(newest.values())

    def plot(self) -> Figure:
        """The curves of the training: loss over steps, validation metrics over epochs.

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.

        Raises:
            UserError: There is no curve yet.
        """
        from paddlex_nb.results.plots import curves_plot

        return curves_plot(self.history, self.record.name)

    def save_model(self, name: str) -> SavedModel:
        """Save the best checkpoint under a name, as starting weights ``saved:<name>``.

        Raises:
            UserError: There is no checkpoint yet, or the name is taken.
        """
        from paddlex_nb.weights.saved import save_model

        record, workspace = self.record, RunFolder(self.folder).workspace.path
        return save_model(workspace, self.folder, name, record.task, record.model, record.classes)

    @overload
    def export(
        self,
        to: str = "inference",
        out: str | Path | None = None,
        checkpoint: str = "best",
        *,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Export: ...
    @overload
    def export(
        self,
        to: str = "inference",
        out: str | Path | None = None,
        checkpoint: str = "best",
        *,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[Export]: ...

    def export(
        self,
        to: str = "inference",
        out: str | Path | None = None,
        checkpoint: str = "best",
        *,
        wait: bool = True,
        progress: bool = True,
    ) -> Export | RunJob[Export]:
        """Export a checkpoint for use elsewhere.

        Warns if the training was still going on.

        Args:
            to: ``inference`` (Paddle) or ``onnx``.
            out: Folder to write; by default in the run's ``exports``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: The model cannot be exported to that, there is no such checkpoint, the data
                set was deleted, or ``out`` cannot be written.
        """
        from paddlex_nb.results.export import Export

        check_export(model(self.record.model), to)
        self._require_checkpoint(checkpoint)
        self._require_dataset()
        clear_drafts_of(self.jobs("export"))
        folder = Path(out).expanduser().absolute() if out else RunFolder(self.folder).export(to)
        arguments = {"to": to, "out": str(folder), "checkpoint": checkpoint}
        job = RunJob(launch(self.folder, "export", arguments).folder, Export.from_dict)
        return _warned(wait_for(job, progress=progress)) if wait else job

    def __repr__(self) -> str:
        facts, why = self._facts(), self.status.reason
        if why is not None:
            facts.append((tr("cli.column.reason"), why))
        return f"Run({', '.join(f'{name}: {value}' for name, value in facts)})"

    def _repr_html_(self) -> str:
        error = self.status.error
        html = html_facts(self.id, self._facts()[1:])
        return html + (html_text(error.text()) if error is not None else "")

    def _facts(self) -> list[tuple[str, object]]:
        head = columns("run", "name", "dataset", "model", "state", "epoch", "best")
        try:
            record, summary = self.record, self.summary
        except UserError as error:
            return [(head[0], self.id), (head[4], str(error))]
        best = summary.best
        values = (
            self.id,
            record.name,
            record.dataset,
            record.model,
            tr(f"jobs.state.{self.status.state}"),
            f"{summary.epoch}/{summary.epochs or record.params.get('epochs', '–')}",
            "–" if best is None else str(MetricValue(best.metric, best.value)),
        )
        return list(zip(head, values, strict=True))


class RunJob(Job[T]):
    """A job that belongs to a run."""

    @property
    def run(self) -> Run:
        """The run that it works for."""
        return Run(JobFolder(self.folder).item.path)


class TrainingJob(RunJob[Run]):
    """The training of a run; its result is the run.

    Args:
        folder: The job's folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, lambda _: self.run)

    def finish(self, *, progress: bool = True, before: History | None = None) -> Run:
        """Wait for the end of the training and show how it goes; in a notebook, with its curves.

        Args:
            progress: Whether to show it; where nobody would see it, nothing is shown.
            before: What earlier jobs of the run have reported.

        Raises:
            KeyboardInterrupt: Ctrl-C; the training goes on.
            UserError: The training failed, was stopped or interrupted; says why.
        """
        from paddlex_nb.results.plots import curves_plot

        record = self.run.record

        def display() -> TrainingDisplay:
            epochs = self.spec.arguments.get("epochs") or record.params.get("epochs")
            return TrainingDisplay(
                int(str(epochs or 0)), lambda history: curves_plot(history, record.name), before
            )

        return wait_for(self, progress=progress, display=display)


R = TypeVar("R", bound="ModelResult")


def _warned(result: R) -> R:
    """A result that used a checkpoint; warns if the training was still going on."""
    from paddlex_nb.runs.origin import under_way_note

    if (note := under_way_note(result.data)) is not None:
        warnings.warn(note.text(), stacklevel=3)
    return result

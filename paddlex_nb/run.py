"""A run: one model trained on one data set, with all that came of it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from paddlex_nb.catalogue.exports import check_export
from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.names import shown_name
from paddlex_nb.core.one_or_many import Paths, path_list
from paddlex_nb.item import Deletion, Item
from paddlex_nb.jobs.events import AnyEvent
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import RunRecord, read_run
from paddlex_nb.runs.trainer_lock import is_trained, resuming

if TYPE_CHECKING:
    from paddlex_nb.runs.history import History
    from paddlex_nb.weights.saved import SavedModel


class Run(Item):
    """A training run of the workspace."""

    @property
    def record(self) -> RunRecord:
        """What the run is: data set, model, every parameter."""
        return read_run(self.folder)

    @property
    def training(self) -> Job:
        """The newest training job.

        Raises:
            UserError: The run was never started.
        """
        job = self.last_job("train")
        if job is None:
            raise UserError("workspace.run_not_started", id=self.id)
        return job

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
        from paddlex_nb.runs.history import History

        history = History()
        for job in self.jobs("train"):
            history.extend(job.events())
        return history

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

    def wait(self) -> dict[str, Any]:
        """Wait for the training to end and give its result.

        Raises:
            UserError: The training failed, was stopped or interrupted; says why.
        """
        return self.training.result()

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

    def resume(self, epochs: int | None = None) -> Job:
        """Go on from the last checkpoint, in a new job of the same run.

        Args:
            epochs: Train to this epoch instead of the planned one.

        Raises:
            UserError: The run is under way, or the workspace cannot be written.
        """
        # whoever else resumes it at this moment waits, and then sees our job
        with resuming(self.folder):
            if self.status.state.active or is_trained(self.folder):
                raise UserError("workspace.still_busy", id=self.id)
            return self.start("train", resume=True, epochs=epochs)

    def evaluate(self, split: str = "val", checkpoint: str = "best") -> dict[str, Any]:
        """Evaluate a checkpoint and wait for the result.

        Args:
            split: ``val``, ``test`` or ``train``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.

        Returns:
            ``metrics``, ``per_class``, ``confusion_matrix`` (rows: truth, columns: prediction),
            ``classes``, ``split``, and of the weights ``run``, ``checkpoint``, ``requested``,
            ``epoch``, ``step``, ``metric``, ``saved``, ``time`` and ``training_under_way``.

        Raises:
            UserError: There is no such checkpoint or no image in that split.
        """
        return self._wait(self.start("evaluate", split=split, checkpoint=checkpoint))

    def predict(
        self, paths: Paths, checkpoint: str = "best", *, threshold: float | None = None
    ) -> dict[str, Any]:
        """Predict images, or all images of folders, and wait for the result.

        Args:
            paths: A path or several, of images and of folders all of whose images are meant.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            threshold: Least score of the objects, 0 to 1 (detection and instance segmentation);
                by default the run's parameter ``score_threshold``.

        Returns:
            ``predictions``, one an image (``path`` and what the task gives, or ``error``),
            ``images`` and ``failed`` (their numbers), ``threshold`` (None in tasks without
            objects), ``classes``, and of the weights ``run``, ``checkpoint``, ``requested``,
            ``epoch``, ``step``, ``metric``, ``saved``, ``time`` and ``training_under_way``.

        Raises:
            UserError: There is no such checkpoint, no image at the paths, the threshold is not
                from 0 to 1, or the task has none.
        """
        return self._wait(
            self.start("predict", **self.predict_arguments(paths, checkpoint, threshold))
        )

    def predict_arguments(
        self, paths: Paths, checkpoint: str = "best", threshold: float | None = None
    ) -> dict[str, Any]:
        """The arguments of a prediction job.

        Raises:
            UserError: The threshold is not from 0 to 1, or the task has none.
        """
        from paddlex_nb.evaluation.threshold import score_threshold

        return {
            "paths": [str(path.absolute()) for path in path_list(paths)],
            "checkpoint": checkpoint,
            "threshold": score_threshold(self.record, threshold),
        }

    def rename(self, name: str) -> None:
        """Give the run another name for people; its id and its folder stay as they are.

        Args:
            name: At most 200 characters.

        Raises:
            UserError: The name is empty or too long, or the workspace cannot be written.
        """
        record = msgspec.structs.replace(self.record, name=shown_name(name))
        write_json(RunFolder(self.folder).record, record)

    def deletion(self) -> Deletion:
        """What deleting would free, and which models and runs refer to it; deletes nothing.

        Raises:
            UserError: Another run's training has not begun yet and needs the weights of this one.
        """
        from paddlex_nb.deletion import deletion_of_run

        return deletion_of_run(self.folder)

    def evaluations(self) -> list[dict[str, Any]]:
        """What was evaluated: the newest result of each split and checkpoint, newest first.

        Returns:
            Results as `evaluate` returns them, with ``stale``: why a result is stale (the
            checkpoint of that name has been replaced since), or None.
        """
        return self._results("evaluate", ("split", "checkpoint"))

    def exports(self) -> list[dict[str, Any]]:
        """What was exported: the newest result of each folder, newest first.

        Returns:
            Results as `export` returns them, with ``stale`` as in `evaluations`.
        """
        return self._results("export", ("out",))

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

    def _wait(self, job: Job) -> dict[str, Any]:
        """The result of a job that used a checkpoint; warns if the training was still going on."""
        from paddlex_nb.runs.origin import under_way_note

        result = job.result()
        if (note := under_way_note(result)) is not None:
            warnings.warn(note.text(), stacklevel=3)
        return result

    def save_model(self, name: str) -> SavedModel:
        """Save the best checkpoint under a name, as starting weights ``saved:<name>``.

        Raises:
            UserError: There is no checkpoint yet, or the name is taken.
        """
        from paddlex_nb.weights.saved import save_model

        record, workspace = self.record, RunFolder(self.folder).workspace.path
        return save_model(workspace, self.folder, name, record.task, record.model, record.classes)

    def export(
        self, to: str = "inference", out: str | Path | None = None, checkpoint: str = "best"
    ) -> dict[str, Any]:
        """Export a checkpoint for use elsewhere and wait for the result.

        Args:
            to: ``inference`` (Paddle) or ``onnx``.
            out: Folder to write; by default in the run's ``exports``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.

        Returns:
            ``files``, ``parity`` (largest absolute difference of the outputs to the trained
            model's on real validation images), ``latency_ms``, ``out``, and of the weights what
            `evaluate` returns about them; ``inference.yml`` in the folder says it too.

        Raises:
            UserError: There is no such checkpoint, or ``out`` cannot be written.
        """
        return self._wait(self.start("export", **self.export_arguments(to, out, checkpoint)))

    def export_arguments(
        self, to: str, out: str | Path | None = None, checkpoint: str = "best"
    ) -> dict[str, Any]:
        """The arguments of an export job.

        Raises:
            UserError: The model cannot be exported to that.
        """
        check_export(model(self.record.model), to)
        folder = Path(out).expanduser().absolute() if out else RunFolder(self.folder).export(to)
        return {"to": to, "out": str(folder), "checkpoint": checkpoint}

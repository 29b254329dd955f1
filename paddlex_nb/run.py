"""A run: one model trained on one data set, with all that came of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paddlex_nb.errors import UserError
from paddlex_nb.files import read_json
from paddlex_nb.i18n import Message
from paddlex_nb.item import Item
from paddlex_nb.jobs.events import AnyEvent
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.models.catalogue import model
from paddlex_nb.models.exports import check_export
from paddlex_nb.training.alone import is_trained, resuming
from paddlex_nb.training.record import RunRecord

if TYPE_CHECKING:
    from paddlex_nb.training.history import History
    from paddlex_nb.training.saved import SavedModel


class Run(Item):
    """A training run of the workspace."""

    @property
    def record(self) -> RunRecord:
        """What the run is: data set, model, every parameter."""
        return read_json(self.folder / "run.json", RunRecord)

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
        from paddlex_nb.training.history import History

        history = History()
        for job in self.jobs("train"):
            history.extend(job.events())
        return history

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is something to evaluate, resume or export."""
        from paddlex_nb.training.history import checkpoints

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
            ``classes``.

        Raises:
            UserError: There is no such checkpoint or no image in that split.
        """
        return self.start("evaluate", split=split, checkpoint=checkpoint).result()

    def predict(self, paths: Sequence[str | Path], checkpoint: str = "best") -> dict[str, Any]:
        """Predict images, or all images of folders, and wait for the result.

        Raises:
            UserError: There is no such checkpoint, or no image at the paths.
        """
        absolute = [str(Path(path).expanduser().absolute()) for path in paths]
        return self.start("predict", paths=absolute, checkpoint=checkpoint).result()

    def save_model(self, name: str) -> SavedModel:
        """Save the best checkpoint under a name, as starting weights ``saved:<name>``.

        Raises:
            UserError: There is no checkpoint yet, or the name is taken.
        """
        from paddlex_nb.training.saved import save_model

        record, workspace = self.record, self.folder.parents[1]
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
            model's on real validation images), ``latency_ms``.

        Raises:
            UserError: There is no such checkpoint, or ``out`` cannot be written.
        """
        return self.start("export", **self.export_arguments(to, out, checkpoint)).result()

    def export_arguments(
        self, to: str, out: str | Path | None = None, checkpoint: str = "best"
    ) -> dict[str, Any]:
        """The arguments of an export job.

        Raises:
            UserError: The model cannot be exported to that.
        """
        check_export(model(self.record.model), to)
        folder = Path(out).expanduser().absolute() if out else self.folder / "exports" / to
        return {"to": to, "out": str(folder), "checkpoint": checkpoint}

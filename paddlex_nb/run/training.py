"""What a user does with the training of a run: watch it, stop it, go on with it, see its curves."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, overload

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.item import Item
from paddlex_nb.jobs.devices import devices_for
from paddlex_nb.jobs.events import AnyEvent
from paddlex_nb.jobs.job import JobStatus, State
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.on_end import as_on_end
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run.jobs import TrainingJob
from paddlex_nb.runs.history import History
from paddlex_nb.runs.live import LiveHistory
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.required import require_dataset
from paddlex_nb.runs.summary import RunSummary, read_summary
from paddlex_nb.runs.trainer_lock import is_trained, resuming

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.results.prediction import Prediction
    from paddlex_nb.run import Run


class TrainingVerbs(Item):
    """The training of a run."""

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
        from paddlex_nb.runs.checkpoint import checkpoints

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
        require_dataset(self.folder)
        then = None if on_end is None else as_on_end(on_end)
        # whoever else resumes it at this moment waits, and then sees our job
        with resuming(self.folder):
            if self.status.state.active or is_trained(self.folder, timeout=3.0):
                raise UserError("workspace.still_busy", id=self.id)
            before = self.history
            arguments = {"resume": True, "epochs": epochs}
            devices = devices_for(read_run(self.folder).params)
            job = launch(self.folder, "train", arguments, devices=devices, on_end=then)
        training = TrainingJob(job.folder)
        return training.finish(progress=progress, before=before) if wait else training

    @property
    def sample_epochs(self) -> list[int]:
        """The epochs whose sample predictions are kept (`samples`), rising."""
        return RunFolder(self.folder).sample_epochs

    def samples(self, epoch: int | None = None) -> list[Prediction]:
        """What the training predicted for a few validation images, always the same ones.

        Args:
            epoch: One of `sample_epochs`; the newest if None.

        Returns:
            One an image, at most six; ``draw()`` of each draws it.

        Raises:
            UserError: None are kept of the epoch, or they or the data set are damaged.
        """
        from paddlex_nb.results.stored import sample_predictions

        return sample_predictions(self.folder, read_run(self.folder), epoch)

    def plot(self) -> Figure:
        """The curves of the training: loss over steps, validation metrics over epochs.

        Returns:
            A matplotlib figure; ``savefig`` writes it, a notebook shows it.

        Raises:
            UserError: There is no curve yet.
        """
        from paddlex_nb.results.plots import curves_plot

        return curves_plot(self.history, read_run(self.folder).name)

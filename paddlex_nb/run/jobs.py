"""The jobs of a run, which know their run, and waiting for them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from paddlex_nb.display.training import TrainingDisplay
from paddlex_nb.jobs.job import Job, T
from paddlex_nb.jobs.waiting import wait_for
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.runs.history import History
from paddlex_nb.runs.record import read_run

if TYPE_CHECKING:
    from paddlex_nb.results.base import ModelResult
    from paddlex_nb.run import Run

R = TypeVar("R", bound="ModelResult")


class RunJob(Job[T]):
    """A job that belongs to a run."""

    @property
    def run(self) -> Run:
        """The run that it works for."""
        from paddlex_nb.run import Run

        return Run(JobFolder(self.folder).item.path)


class TrainingJob(RunJob["Run"]):
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

        record = read_run(self.run.folder)

        def display() -> TrainingDisplay:
            epochs = self.spec.arguments.get("epochs") or record.params.get("epochs")
            return TrainingDisplay(
                int(str(epochs or 0)), lambda history: curves_plot(history, record.name), before
            )

        return wait_for(self, progress=progress, display=display)


def finished(job: RunJob[R], *, progress: bool) -> R:
    """The result of a job that uses a checkpoint, once it has ended.

    Warns, in the line of whoever called our caller, if the training was still going on.

    Args:
        job: The job.
        progress: Show a progress bar while waiting.

    Raises:
        KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
        UserError: The job failed, was stopped or interrupted; says why.
    """
    from paddlex_nb.runs.origin import under_way_note

    result = wait_for(job, progress=progress)
    if (note := under_way_note(result.data)) is not None:
        warnings.warn(note.text(), stacklevel=3)
    return result

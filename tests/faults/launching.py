"""Whoever starts a training is disturbed while doing so; the worker is a process of its own."""

from __future__ import annotations

import os
import time

from faults.injection import Fault, Kind, in_a_fork
from faults.scene import JOB_KINDS, Scene
from faults.training import outcome, readable
from paddlex_nb.jobs.identity import find_process
from paddlex_nb.jobs.job import State
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

_LONG_AGO = 60.0
"""Seconds by which a folder without a process is made older, instead of waiting for it to age."""


class Launching(Scene):
    """A training whose launcher is disturbed goes on, or is not there, or can be resumed.

    Args:
        workspace: Where.
        dataset: Id of the data set.
    """

    EPOCHS = 2
    cost = 6
    # nobody can move a workspace whose jobs are just being started and have them go on
    kinds = tuple(kind for kind in JOB_KINDS if kind not in {Kind.STOPS, Kind.MOVED, Kind.TORN})

    def __init__(self, workspace: Workspace, dataset: str) -> None:
        super().__init__(workspace)
        self._dataset = dataset
        self._told = workspace.path.with_name("launched")
        self._before = {run.id for run in workspace.runs()}
        run = self._launch(None)
        assert run is not None
        run.training.result(60)
        self._whole = outcome(run)
        run.delete()

    def _launch(self, fault: Fault | None) -> Run | None:
        """Start a training in a fork; what comes of it, if that was confirmed."""
        self._told.unlink(missing_ok=True)

        def work() -> int:
            workspace = Workspace(self.workspace.path)
            if fault is not None:
                fault.install()
            job = workspace.train(
                self._dataset, "fake", epochs=self.EPOCHS, batch_size=2, wait=False
            )
            seen = 0 if fault is None else fault.seen
            told = os.open(self._told, os.O_WRONLY | os.O_CREAT)
            os.write(told, f"{job.run.id} {seen}".encode())
            return 0

        in_a_fork(work, self.workspace.path.with_name("launching.log"))
        if not self._told.exists():
            return None
        return self.workspace.run(self._told.read_text().split()[0])

    def steps(self, kind: Kind) -> int:
        run = self._launch(self.fault(kind, 0))
        assert run is not None
        run.training.result(60)
        run.delete()
        return int(self._told.read_text().split()[1])

    def disturb(self, fault: Fault) -> None:
        confirmed = self._launch(fault)
        runs = [run for run in self.workspace.runs() if run.id not in self._before]
        assert len(runs) <= 1
        assert confirmed is None or runs == [confirmed]
        for run in runs:
            if confirmed is None:
                aged(run)
            finished(run, self._whole)
            run.delete()
        assert {run.id for run in self.workspace.runs()} == self._before


def aged(run: Run) -> None:
    """Let a minute pass for jobs whose process was never started."""
    for folder in ItemFolder(run.folder).job_folders():
        if not JobFolder(folder).process.exists() and find_process(folder) is None:
            then = time.time() - _LONG_AGO
            os.utime(folder, (then, then))


def finished(run: Run, whole: tuple[object, ...]) -> None:
    """The run's training comes to its end, by itself or resumed, as if nothing had happened."""
    job = run.last_job("train")
    state = job.wait(60).state if job is not None else State.INTERRUPTED
    assert state in {State.DONE, State.INTERRUPTED, State.FAILED}, state
    if state is not State.DONE:
        run.resume(wait=False).result(60)
    readable(run)
    assert outcome(run) == whole

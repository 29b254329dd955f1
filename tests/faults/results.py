"""Evaluation, prediction and export of a run that are disturbed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from faults.injection import Fault, Kind
from faults.scene import JOB_KINDS, Scene, do_job
from faults.training import readable
from paddlex_nb.item import Item
from paddlex_nb.jobs.drafts import clear_drafts_of
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


class Result(Scene):
    """An evaluation or prediction that is disturbed leaves former ones as they were."""

    def __init__(
        self, workspace: Workspace, run: Run, kind: str, arguments: dict[str, Any]
    ) -> None:
        super().__init__(workspace)
        self._run, self._kind, self._arguments = run, kind, arguments
        self._clean = {p.name for p in ItemFolder(run.folder).jobs.iterdir()}
        do_job(run.folder, kind, arguments)
        self._clean |= {p.name for p in ItemFolder(run.folder).jobs.iterdir()}
        self._before = self._results(run)
        assert self._before

    def _results(self, run: Run) -> list[Any]:
        """What is kept of them, without what differs each time."""
        if self._kind != "evaluate":
            return [True]
        kept = [one.to_dict() for one in run.evaluations()]
        return [{k: v for k, v in one.items() if k not in {"seconds", "time"}} for one in kept]

    def _tidy(self) -> None:
        for job in ItemFolder(self._run.folder).jobs.iterdir():
            if job.name not in self._clean:
                shutil.rmtree(job)

    def steps(self, kind: Kind) -> int:
        job = do_job(self._run.folder, self._kind, self._arguments, self.fault(kind, 0))
        steps = int((job / "steps").read_text())
        self._tidy()
        return steps

    def disturb(self, fault: Fault) -> None:
        do_job(self._run.folder, self._kind, self._arguments, fault)
        with self.wherever_it_is() as workspace:
            run = workspace.run(self._run.id)
            assert run.status.state is State.DONE  # of the training
            readable(run)
            again = do_job(run.folder, self._kind, self._arguments)
            status = run.last_job(self._kind)
            assert status is not None
            assert status.state is State.DONE, (again / "log.txt").read_text()[-2000:]
            assert self._results(run) == self._before
        self._tidy()


class Writing(Scene):
    """A folder that an export writes is there as a whole or not at all, the former one included.

    Args:
        workspace: Where.
        item: The run or data set that is exported.
        kind: The job.
        arguments: Of the job, but for ``out``.
        replaces: Whether it may replace what it wrote before.
    """

    # the folder is the user's and not the workspace's: it does not move
    kinds = tuple(kind for kind in JOB_KINDS if kind is not Kind.MOVED)

    def __init__(
        self,
        workspace: Workspace,
        item: Path,
        kind: str,
        arguments: dict[str, Any],
        *,
        replaces: bool,
    ) -> None:
        super().__init__(workspace)
        self._item, self._kind, self._replaces = item, kind, replaces
        self._out = workspace.path / "written" / kind / "out"
        self._arguments = {**arguments, "out": str(self._out)}
        do_job(item, kind, self._arguments)
        self._whole = self._names()
        assert self._whole

    def _names(self) -> list[str]:
        return sorted(str(p.relative_to(self._out)) for p in self._out.rglob("*"))

    def _do(self, fault: Fault | None) -> Path:
        if not self._replaces:
            shutil.rmtree(self._out, ignore_errors=True)
        return do_job(self._item, self._kind, self._arguments, fault)

    def steps(self, kind: Kind) -> int:
        return int((self._do(self.fault(kind, 0)) / "steps").read_text())

    def disturb(self, fault: Fault) -> None:
        self._do(fault)
        if self._out.exists():
            assert self._names() == self._whole
        clear_drafts_of(Item(self._item).jobs(self._kind))  # as whoever exports again does
        assert self._out.exists() or not self._replaces
        again = self._do(None)
        assert Job(again).state is State.DONE, (again / "log.txt").read_text()[-2000:]
        assert self._names() == self._whole
        assert [path.name for path in self._out.parent.iterdir()] == [self._out.name]

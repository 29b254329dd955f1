"""A training that is disturbed."""

from __future__ import annotations

import hashlib
import shutil

from faults.injection import Fault, Kind
from faults.scene import Scene, do_job
from paddlex_nb.jobs.job import State
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import CheckpointStore, section
from paddlex_nb.workspace import Workspace

ENDS = {
    Kind.KILL: {State.DONE, State.INTERRUPTED},
    Kind.BACK: {State.DONE},
    Kind.AHEAD: {State.DONE},
    Kind.STOPS: {State.DONE, State.STOPPED},
}
"""How a training ends after a fault, beside failing with a sentence; others: as after a kill."""


class Training(Scene):
    """A training that is disturbed and resumed equals one that was not, bit for bit."""

    EPOCHS = 5

    def __init__(self, workspace: Workspace, source: Run) -> None:
        super().__init__(workspace)
        self._source = source
        self._number = 0
        whole = self._new_run()
        do_job(whole.folder, "train", {})
        self._whole = outcome(whole)
        assert whole.history.epoch == self.EPOCHS
        shutil.rmtree(whole.folder)

    def _new_run(self) -> Run:
        self._number += 1
        folder = self.workspace.path / "runs" / f"t{self._number}"
        folder.mkdir()
        for file in (RunFolder(self._source.folder).record, RunFolder(self._source.folder).splits):
            shutil.copy(file, folder)
        return Run(folder)

    def steps(self, kind: Kind) -> int:
        run = self._new_run()
        job = do_job(run.folder, "train", {}, self.fault(kind, 0))
        steps = int((job / "steps").read_text())
        shutil.rmtree(run.folder)
        return steps

    def disturb(self, fault: Fault) -> None:
        run = self._new_run()
        do_job(run.folder, "train", {}, fault)
        with self.wherever_it_is() as workspace:
            self._goes_on(workspace.run(run.id), fault)
        shutil.rmtree(run.folder)

    def _goes_on(self, run: Run, fault: Fault) -> None:
        status = run.status
        assert not status.state.active
        if status.state is State.FAILED:
            assert status.error is not None
            assert status.error.key.startswith("core."), status.error.text()
        else:
            assert status.state in ENDS.get(fault.kind, ENDS[Kind.KILL]), status
        readable(run)
        if status.state is not State.DONE:
            job = do_job(run.folder, "train", {"resume": True})
            assert run.status.state is State.DONE, (job / "log.txt").read_text()[-2000:]
        readable(run)
        assert outcome(run) == self._whole
        drafts = [p for p in RunFolder(run.folder).checkpoints.iterdir() if p.name.startswith(".")]
        assert not drafts, drafts
        assert run.summary.epoch == self.EPOCHS
        assert run.summary.best == run.history.best
        assert run.summary.seconds is None or 0 <= run.summary.seconds < 3600


def readable(run: Run) -> None:
    """Whatever the run has can be read, and its curve has no hole."""
    assert run.record.id
    store = CheckpointStore(run.folder)
    for name in store.names():
        store.load(name)
    history = run.history
    assert [e.epoch for e in history.epochs_done] == list(range(1, history.epoch + 1))
    steps = history.steps["step"].tolist()
    assert steps == sorted(set(steps))


def outcome(run: Run) -> tuple[object, ...]:
    """All that a training has come to: its curves, and a digest of its weights."""
    digests = []
    for name in ("best", "last"):
        digest = hashlib.sha256()
        arrays = section(CheckpointStore(run.folder).load(name)[1], "model")
        for key, array in sorted(arrays.items()):
            digest.update(key.encode() + array.tobytes())
        digests.append(digest.hexdigest())
    history = run.history
    epochs = tuple(
        (e.epoch, e.step, e.loss, tuple(e.metrics.items()), e.best) for e in history.epochs_done
    )
    return (*digests, epochs, history.best, history.step)

"""What is disturbed, and what must hold afterwards: nothing lost, and everything goes on."""

from __future__ import annotations

import hashlib
import os
import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from faults.injection import Fault, Kind, in_a_fork
from paddlex_nb.core.files import write_json
from paddlex_nb.jobs import worker
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import JobSpec, JobStatus, State
from paddlex_nb.jobs.reserve import lay_by
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import CheckpointStore, section
from paddlex_nb.workspace import Workspace


def do_job(item: Path, kind: str, arguments: dict[str, Any], fault: Fault | None = None) -> Path:
    """Do a job in a fork, as its worker does it; its folder."""
    number = len(list(ItemFolder(item).job_folders())) + 1
    folder = ItemFolder(item).jobs / f"{number:03d}-{kind}"
    files = JobFolder(folder)
    folder.mkdir(parents=True)
    write_json(files.spec, JobSpec(kind=kind, arguments=arguments, created=float(number)))
    write_json(files.status, JobStatus())
    lay_by(folder)

    def work() -> int:
        if fault is not None:
            fault.install()
        status = worker.main(folder)
        if fault is not None and not fault.step:
            files.path.joinpath("steps").write_text(str(fault.seen))
        return status

    in_a_fork(work, files.log, lambda pid: write_json(files.process, JobProcess.from_pid(pid)))
    return folder


class Scene(ABC):
    """Something that is done again and again, each time with another fault.

    Args:
        workspace: Where.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @abstractmethod
    def steps(self, kind: Kind) -> int:
        """How many steps there are at which a fault of this kind may come."""

    @abstractmethod
    def disturb(self, fault: Fault) -> None:
        """Do it with a fault, look at what is left, and go on.

        Raises:
            AssertionError: Something was lost, or cannot go on.
        """

    def fault(self, kind: Kind, step: int) -> Fault:
        """A fault in this workspace."""
        return Fault(kind, step, str(self.workspace.path))


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
        status = run.status
        assert not status.state.active
        assert status.state in {State.DONE, State.FAILED, State.INTERRUPTED}, status
        if status.state is State.FAILED:
            assert status.error is not None
            assert status.error.key.startswith("core."), status.error.text()
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
        shutil.rmtree(run.folder)


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
        self._before = self._results()
        assert self._before

    def _results(self) -> list[Any]:
        """What is kept of them, without what differs each time."""
        if self._kind != "evaluate":
            return [True]
        kept = [one.to_dict() for one in self._run.evaluations()]
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
        assert self._run.status.state is State.DONE  # of the training
        readable(self._run)
        again = do_job(self._run.folder, self._kind, self._arguments)
        status = Run(self._run.folder).last_job(self._kind)
        assert status is not None
        assert status.state is State.DONE, (again / "log.txt").read_text()[-2000:]
        assert self._results() == self._before
        self._tidy()


class Corrections(Scene):
    """Corrections that were confirmed before the fault are all there afterwards, and once."""

    COUNT = 6

    def __init__(self, workspace: Workspace, dataset: str) -> None:
        super().__init__(workspace)
        self._original = workspace.dataset(dataset).folder
        self._number = 0

    def _copy(self) -> str:
        self._number += 1
        name = f"c{self._number}"
        shutil.copytree(self._original, self.workspace.path / "datasets" / name)
        return name

    def _correct(self, name: str, fault: Fault, confirmed: Path) -> int:
        edits = self.workspace.dataset(name).edits
        acks = os.open(confirmed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        fault.install()
        for row in range(self.COUNT):
            edits.exclude(row)
            os.write(acks, b".")
        if not fault.step:
            os.write(acks, b"." * fault.seen)
        return 0

    def steps(self, kind: Kind) -> int:
        name, confirmed = self._copy(), self._confirmed()
        in_a_fork(lambda: self._correct(name, self.fault(kind, 0), confirmed), self._log())
        return len(confirmed.read_bytes()) - self.COUNT

    def disturb(self, fault: Fault) -> None:
        name, confirmed = self._copy(), self._confirmed()
        in_a_fork(lambda: self._correct(name, fault, confirmed), self._log())
        known = len(confirmed.read_bytes())
        dataset = self.workspace.dataset(name)
        rows = [entry.change.images for entry in dataset.edits.changes()]  # type: ignore[union-attr]
        told = [row for some in rows for row in some]
        assert told[:known] == list(range(known)), (known, told)
        assert len(told) <= known + 1  # the one under way is there as a whole or not at all
        dataset.edits.exclude(self.COUNT + 1)
        assert len(dataset.edits.changes()) == len(told) + 1
        assert dataset.record.ready
        shutil.rmtree(dataset.folder)

    def _confirmed(self) -> Path:
        return self.workspace.path.with_name(f"confirmed-{self._number}")

    def _log(self) -> Path:
        return self.workspace.path.with_name("corrections.log")


class Importing(Scene):
    """An import that is disturbed leaves the user's files alone, and can be done again."""

    def __init__(self, workspace: Workspace, source: Path) -> None:
        super().__init__(workspace)
        self._source = source
        self._digest = digest_of(source)
        self._number = 0
        folder, _ = self._import(None)
        self._whole = self._facts(folder)
        shutil.rmtree(folder)

    def _import(self, fault: Fault | None) -> tuple[Path, Path]:
        from paddlex_nb.data.store.records import DatasetRecord
        from paddlex_nb.layout.dataset import DatasetFolder

        self._number += 1
        folder = self.workspace.path / "datasets" / f"i{self._number}"
        source = str(self._source)
        record = DatasetRecord(id=folder.name, name="fruit", source=source, created=1.0)
        write_json(DatasetFolder(folder).record, record)
        return folder, do_job(folder, "import", {"source": source, "task": None}, fault)

    def _facts(self, folder: Path) -> tuple[object, ...]:
        dataset = self.workspace.dataset(folder.name)
        record = dataset.record
        return record.ready, record.images, tuple(record.classes), str(dataset.counts().splits)

    def steps(self, kind: Kind) -> int:
        folder, job = self._import(self.fault(kind, 0))
        steps = int((job / "steps").read_text())
        shutil.rmtree(folder)
        return steps

    def disturb(self, fault: Fault) -> None:
        folder, _ = self._import(fault)
        dataset = self.workspace.dataset(folder.name)
        job = dataset.last_job("import")
        assert job is not None
        assert not job.state.active
        if dataset.record.ready:
            assert self._facts(folder) == self._whole
        assert digest_of(self._source) == self._digest
        dataset.delete()
        other, _ = self._import(None)
        assert self._facts(other) == self._whole
        shutil.rmtree(other)


def digest_of(folder: Path) -> str:
    """What all files of a folder hold, in one number."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()

"""Corrections and imports that are disturbed."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from faults.injection import Fault, Kind, in_a_fork
from faults.scene import JOB_KINDS, Scene, digest_of, do_job
from paddlex_nb.core.files import write_json
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset import Dataset
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.workspace import Workspace


class Corrections(Scene):
    """Corrections that were confirmed before the fault are all there afterwards, and once."""

    COUNT = 6
    kinds = tuple(kind for kind in JOB_KINDS if kind is not Kind.STOPS)

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
        with self.wherever_it_is() as workspace:
            dataset = workspace.dataset(name)
            kept(dataset, len(confirmed.read_bytes()))
            told = len(dataset.edits.changes())
            dataset.edits.exclude(self.COUNT + 1)
            assert len(dataset.edits.changes()) == told + 1
            assert dataset.record.ready
        shutil.rmtree(self.workspace.dataset(name).folder)

    def _confirmed(self) -> Path:
        return self.workspace.path.with_name(f"confirmed-{self._number}")

    def _log(self) -> Path:
        return self.workspace.path.with_name("corrections.log")


def kept(dataset: Dataset, known: int) -> None:
    """All of the first exclusions that were confirmed are there, and of the next all or nothing."""
    rows = [entry.change.images for entry in dataset.edits.changes()]  # type: ignore[union-attr]
    told = [row for some in rows for row in some]
    assert told[:known] == list(range(known)), (known, told)
    assert len(told) <= known + 1


class Importing(Scene):
    """An import that is disturbed leaves the user's files alone, and can be done again."""

    def __init__(self, workspace: Workspace, source: Path) -> None:
        super().__init__(workspace)
        self._source = source
        self._digest = digest_of(source)
        self._number = 0
        folder, _ = self._import(None)
        self._whole = self._facts(self.workspace.dataset(folder.name))
        shutil.rmtree(folder)

    def _import(self, fault: Fault | None) -> tuple[Path, Path]:
        self._number += 1
        folder = self.workspace.path / "datasets" / f"i{self._number}"
        source = str(self._source)
        record = DatasetRecord(id=folder.name, name="fruit", source=source, created=time.time())
        write_json(DatasetFolder(folder).record, record)
        return folder, do_job(folder, "import", {"source": source, "task": None}, fault)

    def _facts(self, dataset: Dataset) -> tuple[object, ...]:
        record = dataset.record
        return record.ready, record.images, tuple(record.classes), str(dataset.counts().splits)

    def steps(self, kind: Kind) -> int:
        folder, job = self._import(self.fault(kind, 0))
        steps = int((job / "steps").read_text())
        shutil.rmtree(folder)
        return steps

    def disturb(self, fault: Fault) -> None:
        folder, _ = self._import(fault)
        with self.wherever_it_is() as workspace:
            dataset = workspace.dataset(folder.name)
            job = dataset.last_job("import")
            assert job is not None
            assert not job.state.active
            if dataset.record.ready:
                assert self._facts(dataset) == self._whole
            assert digest_of(self._source) == self._digest
            dataset.delete()
        other, _ = self._import(None)
        assert self._facts(self.workspace.dataset(other.name)) == self._whole
        shutil.rmtree(other)

"""What the tests of training, suites, evaluation and export share: small real runs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paddlex_nb.core.files import write_bytes, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import AnyEvent, Event
from paddlex_nb.jobs.job import JobSpec, JobStatus, State
from paddlex_nb.jobs.log import EventReader, EventWriter
from paddlex_nb.jobs.worker import KINDS
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.workspace import Workspace

PER_CLASS = 12
SMALL: dict[str, Any] = {
    "input_size": 32,
    "batch_size": 8,
    "epochs": 2,
    "learning_rate": 0.001,
    "warmup_steps": 0,
    "optimizer": "adamw",
    "device": "cpu",
}


class Bench:
    """A workspace with a small data set, in which jobs run in this process.

    Args:
        workspace: The workspace.
        dataset: Id of the data set.
        model: The model of a run, by default.
        defaults: Parameters of a run, by default.
    """

    def __init__(
        self,
        workspace: Workspace,
        dataset: str,
        model: str = "PPLCNet_x0_25",
        defaults: Mapping[str, Any] = SMALL,
    ) -> None:
        self.workspace = workspace
        self.dataset = dataset
        self._model = model
        self._defaults = defaults
        self._runs = 0

    def run_folder(self, model: str = "", weights: str = "none", **params: Any) -> Path:
        """The folder of a new run."""
        self._runs += 1
        name = f"run-{self._runs}"
        folder = self.workspace.path / "runs" / name
        dataset = self.workspace.dataset(self.dataset)
        record = RunRecord(
            id=name,
            name=name,
            dataset=self.dataset,
            task=dataset.record.task,
            model=model or self._model,
            classes=dataset.classes,
            weights=weights,
            params={**self._defaults, **params},
            created=time.time(),
        )
        write_json(folder / "run.json", record)
        shutil.copy(DatasetFolder(dataset.folder).splits, RunFolder(folder).splits)
        return folder

    def job(self, run: Path, kind: str, **arguments: Any) -> tuple[dict[str, Any], list[AnyEvent]]:
        """Do a job of a run here; its result and events."""
        context = self.context(run, kind)
        result = self.work(context, kind, **arguments)
        return result, EventReader(context.folder / "events.jsonl").poll()

    def context(self, run: Path, kind: str) -> JobContext:
        """The context of a new job."""
        number = len(list((run / "jobs").glob("*"))) + 1
        folder = run / "jobs" / f"{number:03d}-{kind}"
        write_json(folder / "job.json", JobSpec(kind=kind, created=time.time()))
        write_json(folder / "status.json", JobStatus(state=State.DONE))
        return JobContext(folder, EventWriter(folder / "events.jsonl"))

    @staticmethod
    def work(context: JobContext, kind: str, **arguments: Any) -> dict[str, Any]:
        """What the worker does for a job."""
        module = import_module(KINDS[kind])
        result: dict[str, Any] = module.run(context, msgspec.convert(arguments, module.Arguments))
        msgspec.json.encode(result)  # it goes into the job's status
        return result


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A workspace with the built-in classification sample, made smaller."""
    root = tmp_path_factory.mktemp("bench")
    write_sample(Task.CLASSIFICATION, root / "sample")
    for folder in (root / "sample").iterdir():
        for extra in sorted(folder.iterdir())[PER_CLASS:]:
            extra.unlink()
    workspace = Workspace(root / "workspace")
    dataset = workspace.import_dataset(root / "sample")
    dataset.split(0.5, 0.25, 0.25)
    return Bench(workspace, dataset.id)


@pytest.fixture(scope="session")
def trained(bench: Bench) -> Path:
    """The folder of a run that was trained for two epochs."""
    run = bench.run_folder()
    bench.job(run, "train")
    return run


def bench_of(task: Task, root: Path) -> Bench:
    """The pretending model of a task on the built-in sample, to be trained."""
    workspace = Workspace(root / task)
    dataset = workspace.import_sample(task, progress=False)
    return Bench(workspace, dataset.id, "fake" if task is Task.CLASSIFICATION else f"fake_{task}")


class StopAfter(JobContext):
    """A context whose user stops the job after some events of a kind."""

    def __init__(self, context: JobContext, kind: type[Event], count: int) -> None:
        super().__init__(context.folder, context._writer)
        self._kind, self._count = kind, count

    def emit(self, event: Event) -> None:
        """Tell, and count."""
        super().emit(event)
        if isinstance(event, self._kind):
            self._count -= 1
            if self._count == 0:
                write_bytes(self.folder / "stop", b"")


def segmentation_bench(root: Path, **params: Any) -> Bench:
    """The drawn sample of segmentation, imported and divided, for a small network.

    Args:
        root: An empty folder.
        **params: Parameters of a run in place of `SMALL`'s.
    """
    write_sample(Task.SEGMENTATION, root / "sample")
    workspace = Workspace(root / "workspace")
    dataset = workspace.import_dataset(root / "sample")
    dataset.split(0.8, 0.1, 0.1)
    small = {**SMALL, "batch_size": 4, **params}
    return Bench(workspace, dataset.id, "PPMobileSeg_tiny", small)

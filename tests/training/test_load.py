"""What a training tells of waiting and of the machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import Step
from paddlex_nb.jobs.log import EventReader, EventWriter
from paddlex_nb.training.load import MachineLoad
from paddlex_nb.training.report import StepReport


def slow(batches: int, seconds: float) -> Iterator[Batch]:
    for _ in range(batches):
        time.sleep(seconds)
        yield Batch(rows=[0], data={})


def test_time_that_is_spent_waiting_for_data_is_told(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path / "events.jsonl")
    vdl: Any = SimpleNamespace(step=lambda _: None)
    report = StepReport(JobContext(tmp_path, writer), vdl, 10)
    for number, _ in enumerate(report.waited(slow(6, 0.06)), 1):
        time.sleep(0.02)
        report.step(1, number, {"loss": 1.0}, 0.1, 1)
    report.flush()
    writer.close()
    steps = [e for e in EventReader(tmp_path / "events.jsonl").poll() if isinstance(e, Step)]
    shares = [step.waiting for step in steps if step.waiting is not None]
    assert len(shares) == len(steps) > 0
    assert all(0.5 < share <= 1 for share in shares)


def test_the_machine_is_looked_at_now_and_then() -> None:
    load = MachineLoad(interval=0.3)
    assert load.sample() == {}
    time.sleep(0.35)
    shares = load.sample()
    assert {"cpu", "memory"} <= set(shares)
    assert all(0 <= share <= 1 for share in shares.values())
    assert load.sample() == {}


def test_the_gpu_is_told_where_the_driver_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    library: Any = ModuleType("pynvml")
    library.NVMLError = type("NVMLError", (Exception,), {})
    library.nvmlInit = lambda: None
    library.nvmlDeviceGetHandleByIndex = lambda index: index
    library.nvmlDeviceGetUtilizationRates = lambda _: SimpleNamespace(gpu=75)
    library.nvmlDeviceGetMemoryInfo = lambda _: SimpleNamespace(used=1, total=4)
    monkeypatch.setitem(sys.modules, "pynvml", library)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    shares = MachineLoad(interval=0).sample()
    assert (shares["gpu"], shares["gpu_memory"]) == (0.75, 0.25)

    def gone(_: int) -> None:
        raise library.NVMLError

    library.nvmlDeviceGetUtilizationRates = gone
    assert "gpu" not in MachineLoad(interval=0).sample()

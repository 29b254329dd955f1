"""What VisualDL is given: curves that can be seen at once, and parameters."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from visualdl import LogReader

from paddlex_nb.core.files import write_json
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.events import Epoch, Step
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.training.vdl import VisualDL


def test_scalars_and_parameters_can_be_seen_while_it_trains(tmp_path: Path) -> None:
    record = RunRecord(
        id="r",
        name="r",
        dataset="d",
        task=Task.CLASSIFICATION,
        model="fake",
        classes=["a"],
        params={"epochs": 3, "learning_rate": 0.5, "mixed_precision": False, "early_stop": None},
    )
    write_json(RunFolder(tmp_path).record, record)
    with VisualDL(tmp_path) as vdl:
        vdl.epoch(Epoch(epoch=1, epochs=3, step=9, loss=1.0, metrics={"top1": 0.25}))
        vdl.epoch(Epoch(epoch=2, epochs=3, step=18, loss=1.0, metrics={"top1": 0.5}))
        for step in range(19, 40):
            vdl.step(Step(epoch=3, step=step, steps=27, loss=1, learning_rate=0.1, rate=1))
        end = time.monotonic() + 30
        while not (told := read(tmp_path)) or "hyper_parameters" not in told:
            assert time.monotonic() < end
            time.sleep(0.2)
    reader = LogReader(file_path=str(next(RunFolder(tmp_path).vdl.iterdir())))
    (given,) = reader.get_data("hyper_parameters", reader.get_tags()["hyper_parameters"][0])
    assert "0.5" in str(given)
    assert "False" in str(given)
    assert "val/top1" in str(given)


def read(run: Path) -> dict[str, list[str]]:
    """What is in the run's log by now."""
    files = list(RunFolder(run).vdl.glob("*"))
    tags: dict[str, list[str]] = LogReader(file_path=str(files[0])).get_tags() if files else {}
    return tags


def scalars(run: Path, tag: str) -> list[int]:
    """The steps of a curve, as VisualDL reads them: from one file alone."""
    (file,) = RunFolder(run).vdl.glob("*vdlrecords*")
    reader = LogReader(file_path=str(file))
    return [one.id for one in reader.get_data("scalar", tag)]


def write_steps(run: Path, first: int, last: int, after: int) -> None:
    """Train from a step to another one."""
    with VisualDL(run, after) as vdl:
        for step in range(first, last + 1):
            vdl.step(Step(epoch=1, step=step, steps=99, loss=step, learning_rate=0.1, rate=1))


def test_a_resumed_run_goes_on_in_one_log_without_steps_twice(tmp_path: Path) -> None:
    write_steps(tmp_path, 1, 20, 0)
    (first,) = RunFolder(tmp_path).vdl.iterdir()
    write_steps(tmp_path, 21, 30, 20)  # after a stop nothing has to be written anew
    assert list(RunFolder(tmp_path).vdl.iterdir()) == [first]
    write_steps(tmp_path, 26, 40, 25)  # after a kill
    assert scalars(tmp_path, "train%loss") == list(range(1, 41))
    write_steps(tmp_path, 1, 3, 0)  # it never came to a checkpoint
    assert scalars(tmp_path, "train%loss") == [1, 2, 3]


@pytest.mark.parametrize("cut", [1, 9, 30])
def test_a_log_torn_by_a_kill_is_whole_again(tmp_path: Path, cut: int) -> None:
    write_steps(tmp_path, 1, 20, 0)
    (torn,) = RunFolder(tmp_path).vdl.iterdir()
    torn.write_bytes(torn.read_bytes()[:-cut])
    write_steps(tmp_path, 20, 25, 19)
    assert scalars(tmp_path, "train%loss") == list(range(1, 26))


@pytest.mark.parametrize("damage", [b"", b"\xff" * 8, b"\x05\0\0\0\0\0\0\0nonsense", b"\0" * 100])
def test_a_damaged_log_does_not_keep_a_training_from_going_on(
    tmp_path: Path, damage: bytes
) -> None:
    logs = RunFolder(tmp_path).vdl
    logs.mkdir()
    (logs / "vdlrecords.1795819477.log").write_bytes(damage)
    (logs / "vdlrecords.strange").write_bytes(damage)
    write_steps(tmp_path, 20, 25, 19)
    assert scalars(tmp_path, "train%loss") == list(range(20, 26))


def test_logs_of_former_resumes_become_one(tmp_path: Path) -> None:
    """They had a file for each, of which VisualDL shows the last."""
    for number, (first, last) in enumerate([(1, 20), (16, 30), (31, 40)]):
        other = tmp_path / str(number)
        write_steps(other, first, last, 0)
        (log,) = RunFolder(other).vdl.iterdir()
        RunFolder(tmp_path).vdl.mkdir(exist_ok=True)
        log.rename(RunFolder(tmp_path).vdl / f"vdlrecords.{1795819477 + number}.log")
    write_steps(tmp_path, 36, 45, 35)
    assert scalars(tmp_path, "train%loss") == list(range(1, 46))

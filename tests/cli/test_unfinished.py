"""An import whose terminal goes, that is stopped, or killed: said, and cleared away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.cli import main
from paddlex_nb.core.files import write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.workspace import Workspace

DAY = 86400


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for number in range(8):
        squares = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        file = tmp_path / f"photos/{'ab'[number % 2]}/{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(squares).resize((64, 64), Image.Resampling.NEAREST).save(file)
    return tmp_path / "photos"


@pytest.fixture
def halted(tmp_path: Path, source: Path) -> Iterator[tuple[subprocess.Popen[str], Job]]:
    """A command that imports, in a process of its own, and its job, which is halted."""
    words = ["dataset", "import", str(source), "--workspace", str(tmp_path / "w")]
    command = [sys.executable, "-m", "paddlex_nb", *words]
    hears = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests may run under nohup
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGHUP, hears)
    folder = tmp_path / "w/datasets/photos/jobs/001-import"
    until(lambda: (folder / "process.json").exists())
    os.kill(pid_of(folder), signal.SIGSTOP)
    until(lambda: hears_of_its_end(process.pid))  # the command follows it by now
    assert Job(folder).state.active
    yield process, Job(folder)
    process.kill()
    process.communicate()
    with suppress(OSError, FileNotFoundError):
        os.kill(pid_of(folder), signal.SIGKILL)


def hears_of_its_end(pid: int) -> bool:
    """Whether a process has a handler for SIGTERM, by Linux's table of it."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def pid_of(folder: Path) -> int:
    return int(json.loads((folder / "process.json").read_text())["pid"])


def until(reached: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


def listed(workspace: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, Any]:
    assert main(["dataset", "list", "--json", "--workspace", str(workspace)]) == 0
    said = capsys.readouterr()
    return said.err, json.loads(said.out)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_that_goes_lets_go_of_the_import(
    halted: tuple[subprocess.Popen[str], Job],
    number: signal.Signals,
    capsys: pytest.CaptureFixture[str],
) -> None:
    process, job = halted
    workspace = job.folder.parents[3]
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"`paddlex-nb jobs follow {job.id}`" in said
    assert f"`paddlex-nb stop {job.id}`" in said
    err, data = listed(workspace, capsys)
    assert "Warning" not in err
    assert [(u["id"], u["job"]) for u in data["unfinished"]] == [("photos", job.id)]
    assert f"`paddlex-nb jobs follow {job.id}`" in err
    os.kill(pid_of(job.folder), signal.SIGCONT)
    job.result(60)
    err, data = listed(workspace, capsys)
    assert (err, [d["id"] for d in data["datasets"]], data["unfinished"]) == ("", ["photos"], [])


def test_an_interrupted_command_leaves_nothing(
    halted: tuple[subprocess.Popen[str], Job], source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process, job = halted
    workspace = job.folder.parents[3]
    os.kill(pid_of(job.folder), signal.SIGCONT)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Interrupted" in said, out
    assert str(source) in said
    assert listed(workspace, capsys)[1] == {"datasets": [], "damaged": [], "unfinished": []}
    assert list((workspace / "datasets").iterdir()) == []


def test_a_second_interrupt_says_that_it_is_being_stopped(
    halted: tuple[subprocess.Popen[str], Job],
) -> None:
    process, job = halted
    process.send_signal(signal.SIGINT)
    until(lambda: job.asked_to_stop)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert f"The job {job.id} is being stopped" in said


def test_a_killed_import_is_said_and_done_again(
    halted: tuple[subprocess.Popen[str], Job], source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process, job = halted
    dataset, workspace = job.folder.parents[1], job.folder.parents[3]
    process.kill()  # as the machine's end does
    process.wait()
    (dataset / "files/a").mkdir(parents=True)
    (dataset / "files/a/0.jpg").write_bytes(b"half")
    Workspace(workspace)
    assert (dataset / "files/a").exists()  # it is still at it
    os.kill(pid_of(job.folder), signal.SIGKILL)
    until(lambda: not job.state.active)
    err, data = listed(workspace, capsys)
    assert [u["id"] for u in data["unfinished"]] == ["photos"]
    assert f"import {source} again" in err
    assert "`paddlex-nb dataset delete photos`" in err
    assert not (dataset / "files").exists()
    assert (job.folder / "log.txt").exists()  # for whoever asks why
    again = Workspace(workspace).import_dataset(source)
    assert again.id == "photos"
    assert listed(workspace, capsys)[1]["unfinished"] == []


def test_an_import_that_failed_with_nobody_there_says_why(
    halted: tuple[subprocess.Popen[str], Job], capsys: pytest.CaptureFixture[str]
) -> None:
    process, job = halted
    dataset, workspace = job.folder.parents[1], job.folder.parents[3]
    process.kill()
    os.kill(pid_of(job.folder), signal.SIGKILL)
    until(lambda: not job.alive)
    why = Message("data.no_images", {"path": "photos"})
    failed = JobStatus(state=State.FAILED, started=1.0, ended=time.time(), error=why)
    write_json(job.folder / "status.json", failed)
    err, _ = listed(workspace, capsys)
    assert why.text() in err
    failed.ended = time.time() - DAY - 60
    write_json(job.folder / "status.json", failed)
    assert listed(workspace, capsys) == ("", {"datasets": [], "damaged": [], "unfinished": []})
    assert not dataset.exists()


def test_drafts_and_graves_go_at_the_next_opening(tmp_path: Path, source: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    dataset = workspace.import_dataset(source).folder
    draft = "0123456789abcdef" * 2
    swept = [
        workspace.path / "datasets/.deleted-fruit/files/1.jpg",
        workspace.path / "runs/.deleted-run/run.json",
        workspace.path / f"samples/.classification-{draft[:8]}/1.jpg",
        dataset / f".splits.json.{draft}",
        dataset / ".update/files/1.jpg",
    ]
    kept = [
        workspace.path / f"exports/.fruit.{draft}-former/1.jpg",  # the only copy, perhaps
        dataset / f".young.json.{draft}",
        dataset / "files/1.jpg",
        dataset / ".mine",
    ]
    for file in (*swept, *kept):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    old = time.time() - DAY - 60
    for path in (swept[2].parent, swept[3], kept[0].parent, kept[3]):
        os.utime(path, (old, old))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").touch()
    (workspace.path / "datasets/.deleted-link").symlink_to(outside)
    os.utime(workspace.path / ".swept", (old, old))
    Workspace(workspace.path)
    assert [file for file in swept if file.exists()] == []
    assert [file for file in kept if not file.exists()] == []
    assert list(workspace.path.glob("datasets/.deleted*")) == []
    assert (outside / "mine.txt").exists()
    assert workspace.datasets()[0].record.ready


def test_runs_that_were_never_described_go_after_a_day(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    runs = workspace.path / "runs"
    for name, file in (("empty", ""), ("split", "splits.json"), ("weights", "last.npz")):
        (runs / name).mkdir()
        if file:
            (runs / name / file).write_text("{}")
        os.utime(runs / name, (time.time() - 2 * DAY,) * 2)
    (runs / "just begun").mkdir()
    os.utime(workspace.path / ".swept", (time.time() - 2 * DAY,) * 2)
    Workspace(workspace.path)
    assert sorted(path.name for path in runs.iterdir()) == ["just begun", "weights"]

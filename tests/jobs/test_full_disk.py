"""A disk that is really full: one sentence, and nothing that was saved before is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import checkpoints
from paddlex_nb.workspace import Workspace

SIZE = 8 << 20

_GREEDY = """
import sys
with open(sys.argv[1], "wb", buffering=0) as file:
    while True:
        try:
            file.write(bytes(4096))
        except OSError:
            pass
"""

_PRINTS = """
import logging, sys
from paddlex_nb.jobs.output import forgive_output
forgive_output()
for _ in range(10_000):
    print("much to say", flush=True)
sys.stderr.write("and more")
logging.warning("and more")
sys.exit(7)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a small file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> None:
    """Leave no byte free."""
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            return


def begun(workspace: Workspace, epochs: int = 2) -> Run:
    """A training that has come to some epoch."""
    run = workspace.train(
        workspace.import_sample("classification"), "fake", epochs=1000, wait=False
    ).run
    end = time.monotonic() + 60
    while run.history.epoch < epochs:
        assert time.monotonic() < end
        time.sleep(0.1)
    return run


def test_a_full_disk_stops_a_training_with_a_sentence(small_disk: Path) -> None:
    run = begun(Workspace(small_disk / "w"))
    fill(small_disk)
    status = run.training.wait(60)
    assert status.state is State.FAILED
    assert status.error is not None
    assert status.error.key == "core.disk_full"
    (small_disk / "filler").unlink()
    assert checkpoints(run.folder)
    epochs = run.history.epoch
    run.resume(epochs=epochs + 1)
    assert run.history.epoch == epochs + 1


def test_a_job_says_why_it_ended_even_while_others_take_every_byte(small_disk: Path) -> None:
    run = begun(Workspace(small_disk / "w"), epochs=1)
    greedy = subprocess.Popen(
        [sys.executable, "-c", _GREEDY, str(small_disk / "greedy")], stdout=subprocess.DEVNULL
    )
    try:
        status = run.training.wait(60)
    finally:
        greedy.kill()
        greedy.wait()
    assert status.error is not None
    assert status.error.key == "core.disk_full"


def test_a_training_that_is_just_starting_says_so_too(small_disk: Path) -> None:
    workspace = Workspace(small_disk / "w")
    dataset = workspace.import_sample("classification")
    run = workspace.train(dataset, "fake", epochs=1000, wait=False).run
    fill(small_disk)
    status = run.training.wait(60)
    assert status.state is State.FAILED
    assert status.error is not None
    assert status.error.key == "core.disk_full"


def test_what_cannot_even_begin_leaves_nothing_behind(small_disk: Path) -> None:
    workspace = Workspace(small_disk / "w")
    dataset = workspace.import_sample("classification")
    run = workspace.train(dataset, "fake", epochs=1)
    fill(small_disk)
    source = small_disk / "w" / "samples" / "classification"
    for action in (
        lambda: workspace.train(dataset, "fake"),
        lambda: workspace.import_dataset(source),
        lambda: run.resume(epochs=2),
        lambda: run.evaluate(),
    ):
        with pytest.raises(UserError, match="disk is full"):
            action()
    assert workspace.datasets() == [dataset]
    assert workspace.runs() == [run]
    assert len(workspace.jobs()) == 2
    assert len(list((small_disk / "w" / "runs").iterdir())) == 1


def test_a_halted_job_on_a_full_disk_is_stopped(small_disk: Path) -> None:
    run = begun(Workspace(small_disk / "w"), epochs=1)
    pid = read_json(run.training.folder / "process.json", JobProcess).pid
    os.kill(pid, signal.SIGSTOP)
    fill(small_disk)
    run.stop(force=True)
    assert run.training.wait(20).state is State.STOPPED


def test_printing_to_a_full_disk_harms_nobody(small_disk: Path) -> None:
    fill(small_disk)
    with (small_disk / "log.txt").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-c", _PRINTS], stdout=log, stderr=subprocess.STDOUT, check=False
        )
    assert done.returncode == 7


@pytest.mark.usefixtures("drawn_anew")
def test_an_import_on_a_full_disk_says_so(small_disk: Path, tmp_path: Path) -> None:
    workspace = Workspace(small_disk / "w")
    fill(small_disk)
    with pytest.raises(UserError, match="disk is full"):
        workspace.import_sample("classification")
    (small_disk / "filler").unlink()
    assert workspace.import_sample("classification").record.ready

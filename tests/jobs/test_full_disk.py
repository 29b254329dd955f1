"""A disk that is really full: one sentence, and nothing that was saved before is lost."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from paddlex_nb.errors import UserError
from paddlex_nb.jobs.job import State
from paddlex_nb.training.history import checkpoints
from paddlex_nb.workspace import Workspace

SIZE = 8 << 20


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


def test_a_full_disk_stops_a_training_with_a_sentence(small_disk: Path) -> None:
    workspace = Workspace(small_disk / "w")
    dataset = workspace.import_sample("classification").wait()
    run = workspace.train(dataset, "fake", epochs=1000)
    end = time.monotonic() + 60
    while run.history.epoch < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    fill(small_disk)
    # the status cannot be written either, so the job may only count as interrupted
    status = run.training.wait(60)
    assert status.state in {State.FAILED, State.INTERRUPTED}
    assert status.error is not None
    assert status.error.text()
    (small_disk / "filler").unlink()
    assert checkpoints(run.folder)
    epochs = run.history.epoch
    run.resume(epochs=epochs + 1)
    run.wait()
    assert run.history.epoch == epochs + 1


def test_an_import_on_a_full_disk_says_so(small_disk: Path, tmp_path: Path) -> None:
    workspace = Workspace(small_disk / "w")
    fill(small_disk)
    with pytest.raises(UserError, match="disk is full"):
        workspace.import_sample("classification").wait()
    (small_disk / "filler").unlink()
    assert workspace.import_sample("classification").wait().record.ready

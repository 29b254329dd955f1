"""A workspace that may only be read: it can be looked at, and what needs writing says so."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.events import Ended
from paddlex_nb.jobs.job import JobStatus, State
from paddlex_nb.workspace import Workspace


@pytest.fixture
def read_only(tmp_path: Path, sample_workspace: Workspace) -> Iterator[Path]:
    """A workspace with a run, on a disk that is mounted read-only."""
    # another test's run may have been stopped before it came to a checkpoint
    run = next((one for one in sample_workspace.runs() if one.has_checkpoint), None)
    if run is None:
        run = sample_workspace.train(sample_workspace.datasets()[0], "fake", epochs=1)
    copy, place = tmp_path / "copy", tmp_path / "place"
    shutil.copytree(sample_workspace.path, copy)
    place.mkdir()
    mount = ["mount", "--bind", str(copy), str(place)]
    again = ["mount", "-o", "remount,bind,ro", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a folder")
    try:
        if subprocess.run(again, capture_output=True).returncode:
            pytest.skip("this user may not mount a folder read-only")
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize(
    "words",
    [
        ["dataset", "list"],
        ["dataset", "check", "{dataset}"],
        ["dataset", "stats", "{dataset}"],
        ["runs"],
        ["jobs"],
        ["jobs", "--active"],
        ["logs", "{run}"],
        ["models"],
    ],
)
def test_looking_works(read_only: Path, words: list[str]) -> None:
    workspace = Workspace(read_only)
    names = {"dataset": workspace.datasets()[0].id, "run": workspace.runs()[0].id}
    assert main([*(w.format(**names) for w in words), "--workspace", str(read_only)]) == 0


def test_what_needs_writing_says_so(read_only: Path) -> None:
    workspace = Workspace(read_only)
    dataset = workspace.datasets()[0]
    run = next(one for one in workspace.runs() if one.has_checkpoint)
    actions: list[Callable[[], object]] = [
        lambda: dataset.split(seed=3),
        lambda: dataset.update(),
        lambda: workspace.train(dataset, "fake"),
        lambda: workspace.import_dataset(dataset.record.source),
        lambda: run.resume(epochs=99),
        lambda: run.evaluate(),
        lambda: run.delete(),
        lambda: run.save_model("mine"),
    ]
    for action in actions:
        with pytest.raises(UserError) as refusal:
            action()
        assert refusal.value.code == "core.read_only"
        assert str(read_only) in str(refusal.value)


def test_one_without_its_folders_is_opened(tmp_path: Path) -> None:
    place = tmp_path / "empty"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", str(place)], capture_output=True
    ).returncode:
        pytest.skip("this user may not mount a small file system")
    try:
        workspace = Workspace(place)
        assert (workspace.datasets(), workspace.runs(), workspace.jobs()) == ([], [], [])
        with pytest.raises(UserError) as refusal:
            Workspace(place / "below")
        assert refusal.value.code == "core.read_only"
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_job_whose_folder_became_read_only_still_says_why(
    tmp_path: Path, sample_workspace: Workspace
) -> None:
    run = sample_workspace.train(sample_workspace.datasets()[0], "fake", epochs=1)
    copy = tmp_path / "w" / "runs" / run.id
    shutil.copytree(run.folder, copy)
    job = Workspace(tmp_path / "w").run(run.id).training
    # its status could not be written any more, unlike the events, which were open
    write_json(job.folder / "status.json", JobStatus(state=State.RUNNING, started=1.0))
    error = Message("core.no_permission", {"path": "x"})
    with (job.folder / "events.jsonl").open("ab") as file:
        file.write(msgspec.json.encode(Ended(seq=999, time=1.0, state="failed", error=error)))
        file.write(b"\n")
    status = job.wait(30)  # its process is about to end
    assert (status.state, status.error) == (State.FAILED, error)

"""One damaged file of the workspace harms only the item that it belongs to, which is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from paddlex_nb import Wizard
from paddlex_nb.cli import main
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.widgets.app.session import Session, save_session
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.workspace import Workspace


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "cut off": _cut,
    "empty": lambda path: path.write_bytes(b""),
    "no JSON": lambda path: path.write_text("hello"),
    "another type": lambda path: path.write_text("[1, 2]"),
    "other values": lambda path: path.write_text('{"id": 7, "state": [], "pid": "x"}'),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 16),
    "no text": lambda path: path.write_bytes(b'{"id": "\xff\xfe", "state": "\xff"}'),
    "nested without end": lambda path: path.write_text("[" * 100_000),
    "a folder": _folder,
}

FILES = [
    "datasets/{dataset}/dataset.json",
    "datasets/{dataset}/splits.json",
    "datasets/{dataset}/findings.jsonl",
    "datasets/{dataset}/jobs/001-import/status.json",
    "datasets/{dataset}/jobs/001-import/job.json",
    "runs/{run}/run.json",
    "runs/{run}/splits.json",
    "runs/{run}/jobs/001-train/status.json",
    "runs/{run}/jobs/001-train/job.json",
    "runs/{run}/jobs/001-train/process.json",
    "runs/{run}/jobs/001-train/events.jsonl",
    "models/kept/model.json",
]


@pytest.fixture(scope="module")
def whole(sample_workspace: Workspace) -> Workspace:
    """A workspace with a run and a saved model."""
    run = sample_workspace.train(sample_workspace.datasets()[0], "fake", epochs=1)
    if not sample_workspace.saved_models():
        run.save_model("kept")
    return sample_workspace


@pytest.mark.parametrize("file", FILES)
def test_damage_harms_only_itself(
    whole: Workspace, tmp_path: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, run = whole.datasets()[0].id, whole.runs()[0].id
    file = file.format(dataset=dataset, run=run)
    for name, damage in DAMAGE.items():
        place = tmp_path / name
        ignored = shutil.ignore_patterns("vdl", "thumbnails", "samples")
        shutil.copytree(whole.path, place, ignore=ignored)
        for kind, item in (("datasets", dataset), ("runs", run)):  # others to be listed
            shutil.copytree(place / kind / item, place / kind / "other")
        damage(place / file)
        workspace = Workspace(place)
        assert "other" in {d.id for d in workspace.datasets()}, name
        assert "other" in {r.id for r in workspace.runs()}, name
        assert workspace.jobs(), name
        for words in (["runs"], ["dataset", "list"], ["jobs"], ["models"], ["logs", "other"]):
            assert main([*words, "--workspace", str(place)]) == 0, (name, words)
        said = capsys.readouterr().err
        assert "unexpected" not in said
        if file.endswith(("run.json", "dataset.json", "model.json")):
            assert str(place / file) in said, name
            assert [d.folder for d in workspace.damaged()] == [(place / file).parent], name
        elif file.endswith("train/status.json"):
            job = Job((place / file).parent)
            assert job.state is State.INTERRUPTED, name
            assert str(place / file) in said, name


@pytest.mark.parametrize("file", [f for f in FILES if "model" not in f])
@pytest.mark.parametrize("name", ["cut off", "another type", "a folder"])
def test_the_wizard_opens(whole: Workspace, tmp_path: Path, file: str, name: str) -> None:
    dataset, run = whole.datasets()[0].id, whole.runs()[0].id
    place = tmp_path / "w"
    ignored = shutil.ignore_patterns("vdl", "thumbnails", "samples", "places")
    shutil.copytree(whole.path, place, ignore=ignored)
    damaged = place / file.format(dataset=dataset, run=run)
    DAMAGE[name](damaged)
    save_session(Workspace(place), Session(step=Step.TRAINING, dataset=dataset, run=run))
    wizard = Wizard(Workspace(place), start=False)
    try:
        for step in Step:
            wizard.do(partial(wizard.state.goto, step))
            wizard.event_loop.run_pending()
            shown = _texts(wizard)
            assert "unexpected" not in shown
            if step is Step.DATA and damaged.name in {"run.json", "dataset.json"}:
                assert str(damaged) in shown
    finally:
        wizard.close()


def _texts(widget: object) -> str:
    value = getattr(widget, "value", "")
    children = "".join(map(_texts, getattr(widget, "children", ())))
    return (value if isinstance(value, str) else "") + children


def test_files_that_are_not_ours_do_not_hinder_a_job(whole: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "w"
    shutil.copytree(whole.path, place)
    run = Workspace(place).runs()[0]
    (run.folder / "jobs" / ".DS_Store").write_bytes(b"\0")
    (run.folder / "jobs" / "lost+found").mkdir()
    shutil.copytree(run.training.folder, run.folder / "jobs" / "999-train")
    shutil.copytree(run.training.folder, run.folder / "jobs" / "1000-train")
    assert run.training.folder.name == "1000-train"
    job = run.evaluate("val", wait=False)
    assert job.folder.name == "1001-evaluate"
    assert job.wait(60).state is State.DONE

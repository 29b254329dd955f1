"""A workspace that an earlier version wrote opens, with all that is in it, and works.

``workspace-2026-11-27.tar.xz`` was written by commit e884341 (0.1.0) from the built-in samples, a
few images each: imported, divided, corrected by hand, trained by the fake suite, evaluated on val
and test, predicted, exported and kept under a name; after that one more image was left out. The
JSON file beside it says what that version said of it.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.widgets.pages.evaluation.results import Results
from paddlex_nb.workspace import Workspace

_HERE = Path(__file__).parent
_FACTS: dict[str, dict[str, Any]] = json.loads(
    (_HERE / "workspace-2026-11-27.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(_HERE / "workspace-2026-11-27.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return Workspace(folder / "workspace")


def test_everything_is_listed(old: Workspace) -> None:
    assert {d.id for d in old.datasets()} == {f["dataset"] for f in _FACTS.values()}
    assert {r.id for r in old.runs()} == {f["run"] for f in _FACTS.values()}
    assert {m.name for m in old.saved_models()} == {
        f"kept-{task}".replace("_", "-") for task in _FACTS
    }


@pytest.mark.parametrize("task", [t.value for t in Task])
def test_a_data_set_is_what_it_was(old: Workspace, task: str) -> None:
    facts, dataset = _FACTS[task], old.dataset(_FACTS[task]["dataset"])
    assert dataset.record.task.value == task
    assert dataset.record.name == facts["name"]
    assert dataset.record.images == facts["images"]
    assert dataset.classes == facts["classes"]
    assert [entry.number for entry in dataset.edits.changes()] == facts["changes"]
    assert json.loads(msgspec.json.encode(dataset.counts())) == facts["counts"]
    assert len(dataset.findings()) == facts["findings"]


@pytest.mark.parametrize("task", [t.value for t in Task])
def test_a_run_is_what_it_was(old: Workspace, task: str) -> None:
    facts, run = _FACTS[task], old.run(_FACTS[task]["run"])
    assert run.status.state.value == "done"
    assert run.history.epoch == facts["epochs"]
    assert run.history.best is not None
    assert run.history.best.epoch == facts["best"]
    assert run.has_checkpoint
    for split in ("val", "test"):
        file = run.folder / "evaluation" / f"{split}-best" / "result.json"
        shown = Results(run, json.loads(file.read_text("utf-8")))
        assert shown.count == json.loads(file.read_text("utf-8"))["images"]
    assert (run.folder / "exports" / "inference" / "inference.yml").is_file()


@pytest.mark.parametrize("task", [t.value for t in Task])
def test_the_work_goes_on(old: Workspace, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
    facts = _FACTS[task]
    dataset, run = old.dataset(facts["dataset"]), old.run(facts["run"])
    assert dataset.edits.undo().number == facts["changes"][-1]
    assert dataset.record.images == facts["images"] + 1
    run.resume(epochs=3)
    assert run.history.epoch == 3
    before = json.loads((run.folder / "evaluation/val-best/result.json").read_text("utf-8"))
    assert run.evaluate("val").images == before["images"]

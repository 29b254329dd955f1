"""Renaming, deleting, thresholds and stale results, in Python and in the terminal."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset, Run]:
    """A trained run of the detection sample, by the model that only pretends."""
    workspace = Workspace(tmp_path_factory.mktemp("managed"))
    dataset = workspace.import_sample("detection")
    run = workspace.train(dataset, "fake_detection", epochs=1, score_threshold=0.4)
    return workspace, dataset, run


def test_the_list_says_how_many_runs_use_a_data_set(
    trained: tuple[Workspace, Dataset, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, dataset, _ = trained
    status, told = call(workspace, capsys, "dataset", "list")
    assert (status, [(d["id"], d["runs"]) for d in told["datasets"]]) == (0, [(dataset.id, 1)])


def call(workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main([*words, "--json", "--workspace", str(workspace.path)])
    return status, json.loads(capsys.readouterr().out)


def test_one_path_is_a_path_and_the_threshold_holds(
    trained: tuple[Workspace, Dataset, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, dataset, run = trained
    image = next(Path(dataset.record.root).rglob("*.jpg"))
    usual = run.predict(str(image))
    assert (len(usual), usual.threshold) == (1, 0.4)
    everything = run.predict([image], threshold=0)[0].objects
    assert usual[0].objects == [one for one in everything if one.score >= 0.4]
    assert (usual.run, usual.checkpoint, usual.epoch) == (run.id, "best", 1)
    status, told = call(workspace, capsys, "predict", run.id, str(image), "--threshold", "1")
    assert (status, told["threshold"], told["predictions"][0]["objects"]) == (0, 1.0, [])
    for wrong in (1.5, -1, float("nan")):
        with pytest.raises(UserError):
            run.predict(image, threshold=wrong)
    with pytest.raises(UserError):
        run.predict(7)  # type: ignore[call-overload]


@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_text_is_no_path(
    trained: tuple[Workspace, Dataset, Run], nothing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, dataset, run = trained
    uses: tuple[Callable[[str], object], ...] = (
        run.predict,
        lambda path: run.predict([path]),
        workspace.import_dataset,
        dataset.relocate,
    )
    for use in uses:
        with pytest.raises(UserError) as error:
            use(nothing)
        assert error.value.code == "core.not_a_path"
    for words in (("predict", run.id), ("dataset", "check"), ("dataset", "import")):
        assert call(workspace, capsys, *words, nothing)[0] != 0
    assert [d.id for d in workspace.datasets()] == [dataset.id]


def test_results_say_their_epoch_and_become_stale(
    trained: tuple[Workspace, Dataset, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, _, run = trained
    result, exported = run.evaluate(), run.export()
    assert result.threshold == 0.4
    for one in (result, exported):
        assert (one.run, one.epoch, one.step) == (run.id, 1, 10)
        assert one.metric is not None
        assert one.metric.name == "map"
        assert not one.training_under_way
    text = (exported.out / "inference.yml").read_text()
    assert all(line in text for line in ("checkpoint: best", "epoch: 1", "score_threshold: 0.4"))
    assert [one.stale for one in (*run.evaluations(), *run.exports())] == [None, None]
    run.resume(epochs=4)
    assert all("epoch 1" in str(one.stale) for one in (*run.evaluations(), *run.exports()))
    _, told = call(workspace, capsys, "runs", "show", run.id)
    assert told["evaluations"][0]["stale"]
    assert told["exports"][0]["stale"]
    status_file = run.training.folder / "status.json"
    former = status_file.read_bytes()
    process = run.training.folder / "process.json"
    alive = process.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Job, "state", property(lambda _: State.RUNNING))
        from paddlex_nb.runs.origin import training_under_way

        assert training_under_way(run.folder)
    assert (status_file.read_bytes(), process.read_bytes()) == (former, alive)


def test_names_change_and_ids_stay(
    trained: tuple[Workspace, Dataset, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, dataset, run = trained
    assert call(workspace, capsys, "runs", "rename", run.id, "  A\nB ")[0] == 0
    assert call(workspace, capsys, "dataset", "rename", dataset.id, "果物")[0] == 0
    assert (workspace.run(run.id).record.name, dataset.record.name) == ("A B", "果物")
    for wrong in ("", " \n", "x" * 201):
        with pytest.raises(UserError):
            run.rename(wrong)
    for words in (("runs",), ("runs", "list")):
        assert call(workspace, capsys, *words)[1]["runs"][0]["name"] == "A B"


@pytest.mark.parametrize("which", ["images", "objects"])
def test_one_image_or_several(trained: tuple[Workspace, Dataset, Run], which: str) -> None:
    _, dataset, _ = trained
    name = Path(dataset.record.root) / "JPEGImages" / "table_000.jpg"
    (row,) = dataset.rows(name)
    assert dataset.rows([name, "*_001.jpg"]) == dataset.rows(name, "*_001.jpg")
    if which == "images":
        for one in (row, [row], np.int64(row), name, "*_000.jpg"):
            assert "1" in str(len(dataset.edits.exclude(one).change.images))  # type: ignore[union-attr]
            dataset.edits.include(one)
        for wrong in (True, np.array([True, False]), 1.0, [None]):
            with pytest.raises(UserError):
                dataset.edits.exclude(wrong)  # type: ignore[arg-type]
    else:
        for pair in ((row, 1), [(row, 1)], np.array([[row, 1]])):
            dataset.edits.drop_objects(pair)
            dataset.edits.undo()
        with pytest.raises(UserError):
            dataset.edits.drop_objects([3])  # type: ignore[list-item]


def test_deleting_asks_tells_and_refuses(
    trained: tuple[Workspace, Dataset, Run],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace, dataset, run = trained
    run.save_model("kept")
    later = workspace.train(dataset, "fake_detection", epochs=1, weights=f"run:{run.id}")
    assert call(workspace, capsys, "runs", "delete", run.id)[1]["error"]["code"] == "cli.needs_yes"
    plan = run.deletion()
    assert plan.size > 1000
    assert plan.runs == [later.id]
    assert any("kept" in message.text() for message in plan.consequences)
    assert dataset.deletion().runs == sorted([run.id, later.id])
    with monkeypatch.context() as patch:
        patch.setattr(Job, "state", property(lambda _: State.RUNNING))
        assert call(workspace, capsys, "runs", "delete", run.id, "--yes")[0] == 1
        assert call(workspace, capsys, "dataset", "delete", dataset.id, "--yes")[0] == 1
    status, told = call(workspace, capsys, "dataset", "delete", dataset.id, "--yes")
    assert (status, told["deleted"][0]["runs"]) == (0, sorted([run.id, later.id]))
    assert told["freed_bytes"] > 0
    assert call(workspace, capsys, "runs", "delete", run.id, later.id, "--yes")[0] == 0
    assert workspace.runs() == []


def test_no_message_names_a_log_that_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = tmp_path / "photos.zip"
    with zipfile.ZipFile(photos, "w") as file:
        file.writestr("x.jpg", b"")
        file.writestr("x.jpg/y.jpg", b"")
    workspace = Workspace(tmp_path / "w")
    status, told = call(workspace, capsys, "dataset", "import", str(photos))
    assert (status, told["error"]["code"] != "jobs.failed") == (1, True)

    def failed(job: Job) -> JobStatus:
        from paddlex_nb.core.i18n import Message

        values = {"reason": "x", "log": str(job.folder / "log.txt")}
        return JobStatus(state=State.FAILED, error=Message("jobs.failed", values))

    monkeypatch.setattr(Job, "status", property(failed))
    _, told = call(workspace, capsys, "dataset", "import", str(photos))
    log = Path(told["error"]["message"].rpartition("Full log: ")[2])
    assert log.is_file()
    log.unlink()

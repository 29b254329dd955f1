"""What failed says why wherever it is listed; what is damaged or lacks its data set is handled."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.jobs.job import JobStatus, State
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture
def failed(sample_workspace: Workspace, tmp_path: Path) -> Run:
    """A run whose training failed, alone with its data set in a workspace."""
    place = tmp_path / "w"
    dataset = sample_workspace.datasets()[0]
    run = sample_workspace.train(dataset, "fake", epochs=1)
    # its process is about to end and gives its reserve back
    given_back = shutil.ignore_patterns("reserve")
    shutil.copytree(run.folder, place / "runs" / run.id, ignore=given_back)
    made_meanwhile = shutil.ignore_patterns("*thumbnails*")
    shutil.copytree(dataset.folder, place / "datasets" / dataset.id, ignore=made_meanwhile)
    run = Workspace(place).run(run.id)
    error = Message("training.image_gone", {"path": "a\x1b[31m.jpg", "dataset": "photos"})
    status = JobStatus(state=State.FAILED, started=1.0, ended=2.0, error=error)
    write_json(run.training.folder / "status.json", status)
    return run


def call(run: Run, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main([*words, "--workspace", str(run.folder.parents[1])])
    said = capsys.readouterr()
    return status, said.out, said.err


def reason(run: Run) -> str:
    why = run.status.reason
    assert why is not None
    assert why.isprintable()
    return why


def test_lists_say_why(failed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    why = reason(failed)
    workspace = Workspace(failed.folder.parents[1])
    assert f"{failed.id}: {why}" in call(failed, capsys, "runs")[1].splitlines()
    assert f"{failed.training.id}: {why}" in call(failed, capsys, "jobs")[1].splitlines()
    listed: dict[str, Any] = json.loads(call(failed, capsys, "runs", "--json")[1])
    assert [run["error"] for run in listed["runs"]] == [why]
    for shown in (repr(workspace.runs()), repr(failed), repr(workspace.jobs())):
        assert why in shown
    assert "a [31m.jpg" in workspace.runs()._repr_html_()
    assert list(workspace.runs().to_pandas()["reason"]) == [why]


def test_what_went_well_has_no_reason(failed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    write_json(failed.training.folder / "status.json", JobStatus(state=State.DONE))
    assert failed.status.reason is None
    assert len(call(failed, capsys, "runs")[1].splitlines()) == 2
    assert "reason" not in repr(failed)


@pytest.mark.parametrize("content", [b"", b"{", None])
def test_damaged_items_can_be_deleted(
    failed: Run, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(failed.folder.parents[1])
    (dataset,) = workspace.datasets()
    for verb, item, name in (("runs", failed, "run.json"), ("dataset", dataset, "dataset.json")):
        record = item.folder / name
        record.unlink()
        if content is None:
            record.mkdir()
        else:
            record.write_bytes(content)
        _, _, said = call(failed, capsys, verb, "list")
        assert f"`paddlex-nb {verb} delete {item.id}`" in said
        status, said, _ = call(failed, capsys, verb, "delete", item.id, "--json")
        assert (status, "--yes" in said, item.folder.exists()) == (1, True, True)
        status, said, _ = call(failed, capsys, verb, "delete", item.id, "--yes")
        assert (status, "damaged" in said, item.folder.exists()) == (0, True, False)
    assert workspace.damaged() == []


def test_no_job_starts_without_its_data_set(
    failed: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    (dataset,) = Workspace(failed.folder.parents[1]).datasets()
    dataset.delete()
    before = [job.id for job in failed.jobs()]
    for start in (failed.resume, failed.evaluate, failed.export):
        with pytest.raises(UserError) as error:
            start()
        assert error.value.code == "workspace.dataset_gone"
    assert call(failed, capsys, "resume", failed.id)[0] == 1
    assert [job.id for job in failed.jobs()] == before


def test_another_data_set_under_the_same_id_is_not_taken(failed: Run, tmp_path: Path) -> None:
    workspace = Workspace(failed.folder.parents[1])
    (dataset,) = workspace.datasets()
    source, name = dataset.record.source, dataset.id
    shutil.copytree(source, tmp_path / "other")
    shutil.rmtree(next(folder for folder in (tmp_path / "other").iterdir() if folder.is_dir()))
    dataset.delete()
    assert workspace.import_dataset(source, name=name).id == name
    assert failed.evaluate("val").split == "val"  # the same data, imported again
    workspace.dataset(name).delete()
    assert workspace.import_dataset(tmp_path / "other", name=name).id == name
    for start in (lambda: failed.resume(epochs=3), failed.evaluate):
        with pytest.raises(UserError) as error:
            start()
        assert error.value.code == "workspace.dataset_replaced"

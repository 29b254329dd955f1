"""Runs in the terminal: found by what people say about them, and parameters explained."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.i18n import set_language
from paddlex_nb.params.catalogue import params
from paddlex_nb.planning.plan import plan
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("terminal"))
    dataset = workspace.import_sample("classification", progress=False)
    for name in ("one", "two"):
        workspace.train(dataset, "fake", name=name, epochs=1, progress=False)
    return workspace


def call(workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main(["--workspace", str(workspace.path), "--json", *words])
    return status, json.loads(capsys.readouterr().out)


def test_runs_are_found_by_what_was_said_about_them(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    def ids(*options: str) -> set[str]:
        status, told = call(workspace, capsys, "runs", "list", *options)
        assert status == 0
        return {run["run"] for run in told["runs"]}

    words = ("--note", "by night", "--tag", "a", "--tag", "b", "--star")
    status, told = call(workspace, capsys, "runs", "annotate", "one", *words)
    assert (status, told["runs"][0]["tags"], told["runs"][0]["starred"]) == (0, ["a", "b"], True)
    assert ids("--tag", "a") == ids("--starred") == {"one"}
    assert ids("--dataset", "sample-classification") == {"one", "two"}
    assert ids("--dataset", "none-such") == ids("--tag", "c") == set()
    status, told = call(workspace, capsys, "runs", "annotate", "one", "two", "--untag", "a")
    assert [run["tags"] for run in told["runs"]] == [["b"], []]
    call(workspace, capsys, "runs", "annotate", "two", "--archive")
    assert (ids(), ids("--all")) == ({"one"}, {"one", "two"})
    call(workspace, capsys, "runs", "annotate", "two", "--no-archive")
    status, told = call(workspace, capsys, "runs", "annotate", "one")
    assert (status, told["error"]["code"]) == (2, "cli.runs.annotate.nothing")


def test_the_list_is_made_without_the_events(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = call(workspace, capsys, "runs")[1]["runs"]
    assert whole[0]["best"]["value"] is not None

    def refuse(*_: object) -> None:
        raise AssertionError("every event of a run is read to list it")

    monkeypatch.setattr("paddlex_nb.runs.history.History.follow", refuse)
    assert call(workspace, capsys, "runs")[1]["runs"] == whole


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_parameter_is_told_with_value_limits_and_reason(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    dataset = workspace.datasets()[0]
    try:
        words = ("--lang", language, "params", "PPLCNet_x0_25", "--dataset", dataset.id)
        status, told = call(workspace, capsys, *words)
        planned = plan(dataset.folder, "PPLCNet_x0_25")
        assert status == 0
        assert {one["name"]: one["value"] for one in told["params"]} == planned.params
        assert all(one["help"] and one["limits"] and one["reason"] for one in told["params"])
        status, told = call(workspace, capsys, "--lang", language, "params", "PPLCNet_x0_25")
        assert {one["name"] for one in told["params"]} == planned.params.keys()
        assert main(["params", "--lang", language]) == 2
        assert "--dataset" in capsys.readouterr().err
    finally:
        set_language("en")


def test_a_recommendation_is_a_table_of_what_would_be_trained(workspace: Workspace) -> None:
    dataset = workspace.datasets()[0]
    advice = workspace.recommend(dataset, "PPLCNet_x0_25", epochs=3)
    assert advice.cost.seconds is None, "no training of it is known"
    assert advice.cost.memory > 500 << 20
    assert "the time is estimated once" in repr(advice)
    assert advice.params["epochs"] == 3
    assert [one.name for one in advice if one.reason is None] == ["epochs"]
    assert [one.name for one in advice] == [
        p.name for p in params(dataset.record.task) if p.name in advice.params
    ]
    frame = advice.to_pandas()
    assert frame.loc["epochs", "value"] == 3
    assert "epochs" in repr(advice)
    assert "<table" in advice._repr_html_()


def test_a_resume_without_a_checkpoint_says_that_it_begins_anew(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    run = workspace.run("two")
    for file in run.folder.glob("checkpoints/*"):
        file.unlink()
    status = main(["resume", "two", "--follow", "--workspace", str(workspace.path)])
    told = capsys.readouterr().out
    assert status == 0
    assert "two has no checkpoint yet: the training begins anew." in told

"""What is asked wrongly of an evaluation ends in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_runs import fake_runs

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"), (Task.CLASSIFICATION, Task.DETECTION))


def test_an_evaluation_of_another_run_is_refused(runs: dict[Task, Run], tmp_path: Path) -> None:
    run, other = runs[Task.CLASSIFICATION], runs[Task.DETECTION]
    (evaluation,) = other.evaluations()
    for ask in (
        lambda: run.judge(evaluation),
        lambda: run.worst(evaluation),
        lambda: run.rescore(evaluation),
        lambda: run.report(evaluation, tmp_path / "report.html"),
    ):
        with pytest.raises(UserError) as raised:
            ask()
        assert raised.value.message.key == "display.other_run"
        assert other.id in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"by": "lost"}, "display.unknown_order"),
        ({"count": 0}, "display.how_many_images"),
        ({"count": -1}, "display.how_many_images"),
    ],
)
def test_unknown_orders_and_counts_are_refused(
    runs: dict[Task, Run], asked: dict[str, Any], key: str
) -> None:
    run = runs[Task.CLASSIFICATION]
    (evaluation,) = run.evaluations()
    with pytest.raises(UserError) as raised:
        run.worst(evaluation, **asked)
    assert raised.value.message.key == key


def test_one_kind_of_slices_is_no_list_of_letters(runs: dict[Task, Run]) -> None:
    (evaluation,) = (e for e in runs[Task.DETECTION].evaluations() if e.split == "val")
    one = evaluation.slices("object_size")
    assert [s.name for s in one] == [s.name for s in evaluation.slices(["object_size"])]
    with pytest.raises(UserError, match="colour"):
        evaluation.slices("colour")


def test_an_unknown_set_is_not_compared(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    space = Workspace(RunFolder(run.folder).workspace.path)
    with pytest.raises(UserError, match="tset"):
        space.compare(list(runs.values()), split="tset")


def test_options_of_tiles_need_tiles(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = ["dataset", "import", str(tmp_path), "--tile-keep", "0.6"]
    assert main([*asked, "--workspace", str(tmp_path / "w")]) == 2
    assert "--tile " in capsys.readouterr().err


def test_label_errors_have_headings(runs: dict[Task, Run]) -> None:
    assert "cli.column" not in repr(runs[Task.DETECTION].label_errors())


def test_the_terminal_tells_set_and_intervals(
    runs: dict[Task, Run],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = runs[Task.DETECTION]
    space = RunFolder(run.folder).workspace.path
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    assert main(["evaluate", run.id, "--split", "test", "--workspace", str(space)]) == 0
    told = capsys.readouterr().out
    evaluation = next(e for e in run.evaluations() if e.split == "test")
    assert f"Measured on the test set: {evaluation.images} images." in told
    overall = next(one for one in evaluation.intervals() if one.metric == "map")
    assert f"{overall.low:.2f} – {overall.high:.2f}" in told


@pytest.mark.parametrize("words", [["--lang", "zh_TN"], ["--lang=zh_TN"]], ids=str)
def test_an_unknown_language_names_the_nearest(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", *words]) == 2
    said = capsys.readouterr().err
    assert "zh_TN" in said
    assert "zh_CN?" in said


@pytest.mark.parametrize("name", ["report.pdf", "report", "folder.html"])
def test_a_report_that_cannot_be_written_is_refused_before_the_evaluation(
    runs: dict[Task, Run], name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = runs[Task.CLASSIFICATION]
    (tmp_path / "folder.html").mkdir()
    before = len(run.jobs("evaluate"))
    space = RunFolder(run.folder).workspace.path
    words = ["evaluate", run.id, "--report", str(tmp_path / name), "--workspace", str(space)]
    assert main(words) == 1
    assert ".html or .xlsx" in capsys.readouterr().err
    assert len(run.jobs("evaluate")) == before


def test_the_folder_of_a_report_is_made(runs: dict[Task, Run], tmp_path: Path) -> None:
    run = runs[Task.CLASSIFICATION]
    evaluation = run.evaluations()[0]
    for suffix in ("html", "xlsx"):
        assert run.report(evaluation, tmp_path / f"{suffix}/new/report.{suffix}").is_file()

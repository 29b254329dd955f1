"""A threshold that is chosen for a run holds everywhere; others are read from what is stored."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from fake_runs import fake_runs

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.error_kinds import KINDS
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run
from paddlex_nb.script import command_lines, python_script
from paddlex_nb.workspace import Workspace

OBJECTS = (Task.DETECTION, Task.INSTANCE_SEGMENTATION)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


def call(run: Run, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    path = str(RunFolder(run.folder).workspace.path)
    status = main([*words, "--json", "--workspace", path])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_the_chosen_threshold_is_everybodys(
    runs: dict[Task, Run], task: Task, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runs[task]
    assert run.threshold == 0.3
    (before,) = run.evaluations()
    run.set_threshold(0.62)
    assert run.threshold == Run(run.folder).threshold == 0.62
    assert run.record.params["score_threshold"] == 0.3
    image = run.images("val")[0]
    assert run.predict(image, progress=False).threshold == 0.62
    assert run.predict(image, threshold=0.1, progress=False).threshold == 0.1
    exported = run.export(out=tmp_path / "model", progress=False)
    described = yaml.safe_load((exported.out / "inference.yml").read_text("utf-8"))
    assert described["score_threshold"] == exported.threshold == 0.62
    assert "run.set_threshold(0.62)" in python_script(run)
    assert 'paddlex-nb runs threshold -- "$RUN" 0.62' in command_lines(run)
    assert python_script(run).index("set_threshold") < python_script(run).index("run.export")
    assert python_script(run).index("run.evaluate") < python_script(run).index("set_threshold")
    kept = run.evaluate("val", "last", progress=False)
    evaluation = run.evaluate("val", progress=False)
    assert evaluation.threshold == kept.threshold == 0.62
    calls = re.findall(r"run\.(evaluate|set_threshold|export)\(", python_script(run))
    assert calls == ["evaluate", "set_threshold", "export", "evaluate", "evaluate"]
    assert evaluation.confusion_matrix.tolist() == before.at(0.62).confusion_matrix.tolist()
    assert before.threshold == 0.3
    assert evaluation.at(0.3).confusion_matrix.tolist() == before.confusion_matrix.tolist()
    assert call(run, capsys, "runs", "threshold", run.id)[1]["threshold"] == 0.62
    assert call(run, capsys, "runs", "threshold", run.id, "0.41")[1]["threshold"] == 0.41
    assert run.threshold == 0.41
    told = call(run, capsys, "runs", "threshold", run.id, "--trained")[1]
    assert told == {"run": run.id, "threshold": 0.3, "trained": 0.3}
    assert run.threshold == 0.3
    for wrong in (-0.1, 1.5, float("nan")):
        with pytest.raises(UserError):
            run.set_threshold(wrong)
    assert run.threshold == 0.3


def test_a_task_without_scored_objects_has_none(
    runs: dict[Task, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    for task in set(Task) - set(OBJECTS):
        run = runs[task]
        assert run.threshold is None
        with pytest.raises(UserError):
            run.set_threshold(0.5)
        (evaluation,) = run.evaluations()
        with pytest.raises(UserError):
            evaluation.at(0.5)
        with pytest.raises(UserError):
            _ = evaluation.errors
        assert call(run, capsys, "runs", "threshold", run.id)[0] != 0


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_evaluations_at_two_thresholds_are_compared_at_one(
    runs: dict[Task, Run], task: Task
) -> None:
    run = runs[task]
    (low,) = [one for one in run.evaluations() if one.requested == "best"]
    own = low.at(low.threshold or 0).metrics["f1"]
    # one that changes what is counted, but leaves something to be found
    other = next(t for t in (0.4, 0.5, 0.6, 0.7, 0.8) if low.at(t).metrics["f1"] not in {own, 0.0})
    run.set_threshold(other)
    try:
        high = run.evaluate("val", "last", progress=False)
    finally:
        run.set_threshold(None)
    changes = high.compare(low)
    f1 = [one.at(other).metrics["f1"] or 0.0 for one in (low, high)]
    whole = next(one for one in changes.differences if one.metric == "f1")
    assert whole.difference == pytest.approx(f1[1] - f1[0])
    assert f"counted at {other:.2f}" in changes.sentence
    back = low.compare(high)
    assert f"counted at {low.threshold:.2f}" in back.sentence
    path = RunFolder(run.folder).evaluation("val", str(low.checkpoint)).predictions
    kept = path.read_bytes()
    old = stored_predictions(path)
    old = old.select([name for name in old.column_names if not name.startswith("pair_")])
    path.unlink()  # it is mapped
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, old.schema) as writer:
        writer.write_table(old)
    try:
        sentence = high.compare(low).sentence
        assert f"is {low.threshold:.2f} and that of the other evaluation is" in sentence
    finally:
        path.unlink()
        path.write_bytes(kept)


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_figures_curves_and_errors_show_themselves(runs: dict[Task, Run], task: Task) -> None:
    evaluation = runs[task].evaluations()[0]
    at = evaluation.at(0.5, iou=0.75)
    assert list(at.to_pandas().index) == evaluation.classes
    assert at.confusion_matrix.shape == (len(evaluation.classes) + 1,) * 2
    assert "0.50" in repr(at)
    assert "0.75" in at._repr_html_()
    assert len(at.plot().axes) > 0
    thresholds = evaluation.thresholds()
    assert thresholds.best is not None
    best = evaluation.at(thresholds.best.threshold)
    assert best.metrics["f1"] == pytest.approx(thresholds.best.f1)
    assert f"{thresholds.best.threshold:.2f}" in repr(thresholds)
    assert thresholds.best_of(evaluation.classes[0]) is not None
    assert len(thresholds.to_pandas()) == 101 * (1 + len(evaluation.classes))
    assert len(thresholds.plot().axes) == 1
    with pytest.raises(UserError):
        thresholds.best_of("no such class")
    errors = evaluation.errors
    assert [one.kind for one in errors] == [*KINDS, "fp", "fn"]
    assert errors.ap == pytest.approx(
        evaluation.metrics["ap50" if task is Task.DETECTION else "mask_ap50"]
    )
    assert list(errors.to_pandas()["kind"]) == [*KINDS, "fp", "fn"]
    assert errors[0].label in repr(errors)
    assert len(errors.plot().axes) == 1
    for mine, stored in zip(evaluation.precision_over_recall(), evaluation.curves, strict=True):
        assert mine.precision == pytest.approx(stored.precision, abs=1e-9)
    for wrong in (0.05, 1.2, float("nan")):
        with pytest.raises(UserError):
            evaluation.at(0.5, iou=wrong)
    with pytest.raises(UserError):
        evaluation.at(1.5)


def test_the_terminal_says_it_too(
    runs: dict[Task, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    run = runs[Task.DETECTION]
    words = ("evaluate", run.id, "--threshold", "0.7", "--iou", "0.6")
    status, told = call(run, capsys, *words)
    expected = run.evaluations()[0].at(0.7, 0.6)
    assert (status, told["at"]) == (0, expected.to_dict())
    errors = run.evaluations()[0].errors_at(0.6)
    assert told["errors"] == [asdict(one) for one in errors]
    assert [one.lost for one in errors] != [one.lost for one in run.evaluations()[0].errors]
    assert told["best_threshold"]["threshold"] > 0
    assert call(run, capsys, *words[:4], "--iou", "7")[0] != 0
    path = str(RunFolder(run.folder).workspace.path)
    assert main([*words, "--workspace", path]) == 0
    out = capsys.readouterr().out
    assert "0.70" in out
    assert "Errors at all scores and IoU 0.60" in out


def test_what_an_earlier_version_has_stored_opens_and_says_what_to_do(
    runs: dict[Task, Run],
) -> None:
    run = runs[Task.DETECTION]
    evaluation = run.evaluations()[0]
    path = RunFolder(run.folder).evaluation("val", str(evaluation.checkpoint)).predictions
    table = stored_predictions(path).select(
        [n for n in stored_predictions(path).column_names if not n.startswith(("object_", "pair_"))]
    )
    kept, worst = path.read_bytes(), [one.path for one in run.worst(evaluation)]
    assert worst
    path.unlink()  # it is mapped
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    try:
        old = run.evaluations()[0]
        assert [one.path for one in run.worst(old)] == worst
        with pytest.raises(UserError, match=r"predictions\.arrow"):
            old.at(0.5)
    finally:
        path.unlink()
        path.write_bytes(kept)
    with pytest.raises(UserError):
        Evaluation.from_dict(evaluation.data).at(0.5)


def test_a_run_of_an_earlier_version_goes_on(runs: dict[Task, Run]) -> None:
    run = runs[Task.DETECTION]
    assert "threshold" not in json.loads(RunFolder(run.folder).record.read_text())
    other = Workspace(RunFolder(run.folder).workspace.path).run(run.id)
    assert other.threshold == 0.3

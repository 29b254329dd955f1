"""What is asked of stored predictions: intervals, curves, what another evaluation improved."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from fake_runs import fake_runs
from sklearn import metrics as sk

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.judging import evidence as judging_evidence
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    made = fake_runs(tmp_path_factory.mktemp("stored"))
    for run in made.values():
        run.evaluate("val", "last", progress=False)
    return made


def of(run: Run, checkpoint: str) -> Evaluation:
    return next(e for e in run.evaluations() if e.requested == checkpoint)


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_intervals_hold_the_reported_figures(runs: dict[Task, Run], task: Task) -> None:
    evaluation = of(runs[task], "best")
    found = evaluation.intervals()
    rows = {row.name: row.metrics for row in evaluation.per_class}
    names = list(dict.fromkeys(one.metric for one in found if one.class_name is not None))
    prefix = "mask_" if task is Task.INSTANCE_SEGMENTATION else ""
    precision = [f"{prefix}{name}" for name in ("map", "ap50", "ap75")]
    assert names[1:] == (precision if "threshold" in evaluation.data else [])
    for name in names:
        mine = [one.class_name for one in found if one.metric == name]
        assert mine[-len(evaluation.classes) :] == evaluation.classes
    for one in found:
        figures = evaluation.metrics if one.class_name is None else rows[one.class_name]
        if one.metric in figures:  # of all objects F1 is no metric of its own
            assert one.value == pytest.approx(figures[one.metric])
        if one.value is not None and one.low is not None and one.high is not None:
            assert one.low - 1e-9 <= one.value <= one.high + 1e-9


def test_what_is_stored_is_read_once(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation = of(runs[Task.DETECTION], "best")
    first = evaluation.intervals()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(judging_evidence, "stored_predictions", refuse)
    assert evaluation.intervals() == first


def test_curves_of_a_classifier_equal_scikit_learns(runs: dict[Task, Run]) -> None:
    evaluation = of(runs[Task.CLASSIFICATION], "best")
    curves = evaluation.class_curves()
    for name in evaluation.classes:
        assert re.search(rf"{name} +{curves.roc(name).area:.4f}", repr(curves))
    assert f"{curves.calibration().error:.3f}" in repr(curves)
    truth, scores = curves.scores.truth, curves.scores.values
    for number, row in enumerate(evaluation.per_class):
        false, true, _ = sk.roc_curve(truth == number, scores[:, number], drop_intermediate=False)
        np.testing.assert_allclose(curves.roc(row.name).false_positive_rate, false)
        np.testing.assert_allclose(curves.roc(row.name).true_positive_rate, true)
        assert curves.roc(row.name).area == pytest.approx(row.metrics["auc"])
        assert curves.precision_recall(row.name).recall[0] == 1
        assert curves.calibration(row.name).count.sum() == len(truth)
    assert evaluation.top_k == pytest.approx(curves.top_k())
    assert evaluation.top_k[0] == evaluation.metrics["top1"]
    for figure in (curves.plot_roc(), curves.plot_precision_recall(), curves.plot_calibration()):
        assert len(figure.axes) == 1
    with pytest.raises(UserError) as raised:
        curves.roc("no such class")
    names = evaluation.classes
    english = f'Unknown class "no such class". Choose {", ".join(names[:-1])} or {names[-1]}.'
    assert raised.value.message.text("en") == english
    chinese = f"未知的类别“no such class”。可选值：{'、'.join(names)}。"
    assert raised.value.message.text("zh_CN") == chinese


def test_an_unknown_kind_of_slices_is_told_in_a_sentence(runs: dict[Task, Run]) -> None:
    with pytest.raises(UserError) as raised:
        of(runs[Task.CLASSIFICATION], "best").slices(by=["clas"])
    message = raised.value.message
    assert message.text("en") == 'Unknown kind of slices "clas". Did you mean class?'
    assert message.text("zh_CN") == "未知的子群划分方式“clas”。您是否想输入：class？"


def test_other_tasks_have_no_class_curves(runs: dict[Task, Run]) -> None:
    with pytest.raises(UserError, match="image classification only"):
        of(runs[Task.SEGMENTATION], "best").class_curves()


def test_what_an_earlier_version_stored_opens_and_says_to_evaluate_again(
    runs: dict[Task, Run], tmp_path: Path
) -> None:
    run = runs[Task.CLASSIFICATION]
    file = RunFolder(run.folder).evaluation("val", "last").predictions
    whole = file.read_bytes()
    today = of(run, "last")
    worst = [image.path for image in run.worst(today, 3)]
    assert len(worst) == 3
    intervals = today.intervals()
    table = stored_predictions(file).drop_columns(["scores"])
    old = pa.table({name: pa.array(table[name].to_pylist()) for name in table.column_names})
    try:
        with pa.OSFile(str(file), "wb") as out, pa.ipc.new_file(out, old.schema) as writer:
            writer.write_table(old)
        evaluation = of(run, "last")
        with pytest.raises(UserError, match="evaluate again"):
            evaluation.class_curves()
        assert evaluation.intervals() == intervals
        assert [image.path for image in run.worst(evaluation, 3)] == worst
    finally:
        file.write_bytes(whole)


def test_a_class_out_of_range_is_a_damaged_file(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    file = RunFolder(run.folder).evaluation("val", "last").predictions
    whole = file.read_bytes()
    table = stored_predictions(file)
    truth = table["truth"].to_numpy().copy()
    truth[0] = 99
    told = pa.table({**{n: table[n] for n in table.column_names}, "truth": pa.array(truth)})
    try:
        changed = file.with_suffix(".new")
        with pa.OSFile(str(changed), "wb") as out, pa.ipc.new_file(out, told.schema) as writer:
            writer.write_table(told)
        changed.replace(file)
        with pytest.raises(UserError, match="damaged") as raised:
            of(run, "last").class_curves()
        assert raised.value.message.key == "core.file_damaged"
    finally:
        file.write_bytes(whole)


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_an_evaluation_against_itself_changed_nothing(runs: dict[Task, Run], task: Task) -> None:
    evaluation = of(runs[task], "best")
    same = evaluation.compare(evaluation)
    assert (same.improved, same.worsened) == ([], [])
    assert same.images == evaluation.images
    assert {one.difference for one in same.differences} <= {0.0, None}


def test_what_was_improved_and_what_worsened(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    file = RunFolder(run.folder).evaluation("val", "last").predictions
    whole = file.read_bytes()
    before = stored_predictions(RunFolder(run.folder).evaluation("val", "best").predictions)
    truth = before["truth"].to_numpy()
    told = before["prediction"].to_numpy()
    right = truth == told
    # wrong images become right and the first right one becomes wrong
    worsened = int(np.flatnonzero(right)[0])
    now = np.where(right, told, truth)
    now[worsened] = (truth[worsened] + 1) % len(run.record.classes)
    place = before.column_names.index("prediction")
    table = before.set_column(place, "prediction", pa.array(now, pa.int32()))
    try:
        with pa.OSFile(str(file), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
        changes = of(run, "last").compare(of(run, "best"))
    finally:
        file.write_bytes(whole)
    assert {one.row for one in changes.improved} == set(np.flatnonzero(~right).tolist())
    assert [one.row for one in changes.worsened] == [worsened]
    assert (changes.worsened[0].before, changes.worsened[0].after) == (0, 1)
    share = ((~right).sum() - 1) / len(right)
    assert changes.differences[0].difference == pytest.approx(share)
    assert len(changes.to_pandas()) == (~right).sum() + 1
    assert str(len(changes.improved)) in repr(changes)


def test_tasks_cannot_be_compared_with_each_other(runs: dict[Task, Run]) -> None:
    one, other = (of(runs[task], "best") for task in (Task.CLASSIFICATION, Task.SEGMENTATION))
    with pytest.raises(UserError, match="in common"):
        one.compare(other)


def test_an_evaluation_that_is_of_no_run_says_so(runs: dict[Task, Run]) -> None:
    data = of(runs[Task.CLASSIFICATION], "best").to_dict()
    with pytest.raises(UserError, match="gone or damaged"):
        Evaluation.from_dict(data).intervals()


def test_segmentation_has_boundary_iou(runs: dict[Task, Run]) -> None:
    evaluation = of(runs[Task.SEGMENTATION], "best")
    each = [row.metrics["boundary_iou"] for row in evaluation.per_class]
    defined = [value for value in each if value is not None]
    assert evaluation.metrics["boundary_iou"] == pytest.approx(np.mean(defined))
    assert "boundary_iou" not in of(runs[Task.CLASSIFICATION], "best").metrics


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_kept_checkpoints_have_their_metrics(runs: dict[Task, Run], task: Task) -> None:
    kept = runs[task].checkpoints()
    assert [one.name for one in kept][:2] == ["best", "last"]
    assert kept[0].metrics == of(runs[task], "best").metrics
    assert kept.missing == [one.name for one in kept if one.name.startswith("epoch-")]
    assert runs[task].checkpoints("test").missing == [one.name for one in kept]
    assert list(kept.to_pandas()["checkpoint"]) == [one.name for one in kept]
    assert "best" in repr(kept)

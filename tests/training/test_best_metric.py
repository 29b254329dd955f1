"""The metric that decides which epoch is the best: any that the evaluation reports, by task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.events import Epoch, Notice
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.params.metric_choices import metric_choices, of_class
from paddlex_nb.planning.plan import plan
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import CheckpointStore
from paddlex_nb.suites import fake
from paddlex_nb.training.best import deciding_first
from paddlex_nb.workspace import Workspace
from training.fixtures import Bench


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.001")


class Told:
    """Stands in for an evaluation."""

    def __init__(self, scores: dict[str, float | None], report: dict[str, Any]) -> None:
        self._scores, self._report = scores, report

    def scores(self) -> dict[str, float | None]:
        return self._scores

    def report(self) -> dict[str, Any]:
        return self._report


def test_the_chosen_figure_comes_first() -> None:
    rows = [{"class": "cat", "recall": 0.5}, {"class": "a:b", "recall": None}]
    rows.append({"class": "dog", "recall": 1.0})
    told: Any = Told({"map": 0.3, "ap50": 0.6}, {"metrics": {"ar1": 0.2}, "per_class": rows})
    assert list(deciding_first(told, None)) == ["map", "ap50"]
    assert list(deciding_first(told, "ap50").items()) == [("ap50", 0.6), ("map", 0.3)]
    assert next(iter(deciding_first(told, "ar1").items())) == ("ar1", 0.2)
    assert next(iter(deciding_first(told, "recall:cat").items())) == ("recall:cat", 0.5)
    assert next(iter(deciding_first(told, "recall").items())) == ("recall", 0.75)
    # a class of which nothing is known decides nothing; its name may have a colon
    assert next(iter(deciding_first(told, "recall:a:b").items())) == ("recall:a:b", None)


@pytest.mark.parametrize("task", list(Task))
def test_whatever_is_offered_is_reported_and_has_a_name(task: Task, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    dataset = workspace.import_sample(task, progress=False)
    model = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
    bench = Bench(workspace, dataset.id, model)
    run = bench.run_folder(epochs=1)
    bench.job(run, "train")
    report, _ = bench.job(run, "evaluate")
    scores: dict[str, float | None] = {}
    told: Any = Told(scores, report)
    for name in metric_choices(task, dataset.classes):
        value = deciding_first(told, name)[name]
        assert value is None or 0 <= value <= 1 or name == "kappa"
        metric, class_name = of_class(name)
        rows = report["per_class"]
        assert metric in report["metrics"] or metric in rows[0]
        assert metric_label(name) != name
        assert class_name in metric_label(name)
    assert metric_choices(task, [])[0] == next(iter(Run(run).history.metrics))


def test_it_decides_best_early_stop_and_list_and_a_resume_goes_on_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter([0.5, 0.9, 0.6, 0.6, 0.95])

    def rows(values: Iterator[float]) -> dict[str, Any]:
        return {"metrics": {}, "per_class": [{"class": "x", "recall": next(values)}]}

    from paddlex_nb.metrics.classification import ClassificationMetric

    top1 = iter([0.9, 0.8, 0.7, 0.6, 0.5])
    monkeypatch.setattr(ClassificationMetric, "scores", lambda _: {"top1": next(top1), "loss": 1.0})
    monkeypatch.setattr(ClassificationMetric, "report", lambda _: rows(told))
    run = Run(bench.run_folder("fake", epochs=9, early_stop=2, best_metric="recall:x"))
    result, events = bench.job(run.folder, "train")
    assert result == {"epoch": 4, "step": 40, "best": {"value": 0.9, "epoch": 2}}
    assert [e.message.key for e in events if isinstance(e, Notice)] == ["training.early_stop"]
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [list(event.metrics) for event in epochs] == [["recall:x", "top1", "loss"]] * 4
    best = run.summary.best
    assert best is not None
    assert (best.metric, best.value, best.epoch) == ("recall:x", 0.9, 2)
    assert CheckpointStore(run.folder).info("best").epoch == 2
    assert "recall:x" not in repr(run)
    assert "Recall of x 0.9" in repr(run)
    monkeypatch.setattr(fake.SuiteAdapter, "steps_per_epoch", 10)
    bench.work(bench.context(run.folder, "train"), "train", resume=True, epochs=5)
    assert run.summary.best is not None


def test_what_there_is_not_is_refused_with_the_nearest(bench: Bench) -> None:
    folder = bench.workspace.dataset(bench.dataset).folder
    classes = bench.workspace.dataset(bench.dataset).classes
    planned = plan(folder, "PPLCNet_x0_25", overrides={"best_metric": f"f1:{classes[0]}"})
    assert planned.params["best_metric"] == f"f1:{classes[0]}"
    assert plan(folder, "PPLCNet_x0_25").params["best_metric"] is None
    with pytest.raises(UserError) as error:
        plan(folder, "PPLCNet_x0_25", overrides={"best_metric": "recal"})
    assert error.value.code == "params.wrong_choice"
    assert "recall" in str(error.value)
    for wrong in ("map", f"top1:{classes[0]}", "recall:nobody at all", ":", "x" * 400):
        with pytest.raises(UserError):
            plan(folder, "PPLCNet_x0_25", overrides={"best_metric": wrong})

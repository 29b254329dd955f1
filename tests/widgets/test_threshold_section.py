"""The section of the threshold: sliders, curves and kinds of errors, and the images behind them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import ipywidgets as w
import numpy as np
import pyarrow as pa
import pytest
from fake_runs import fake_runs

from paddlex_nb import Wizard
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.layout.run import EvaluationFolder, RunFolder
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.error_kinds import KINDS
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.aside import Latest
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.pages.evaluation.threshold_charts import ThresholdCharts
from paddlex_nb.widgets.pages.evaluation.threshold_figures import Asked, ThresholdWork
from paddlex_nb.widgets.parts import ImageGrid, LineChart, MatrixView
from widgets.driving import click, find, inside, said, until

OBJECTS = (Task.DETECTION, Task.INSTANCE_SEGMENTATION)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def opened(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Task], Wizard]]:
    """Opens the evaluation of a task's run, for a user who was nowhere yet."""
    wizards: list[Wizard] = []

    def opened(task: Task) -> Wizard:
        run = runs[task]
        monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
        wizard = Wizard(str(RunFolder(run.folder).workspace.path), start=False)
        wizards.append(wizard)
        wizard.state.choose_run(run)
        wizard.do(lambda: wizard.state.goto(Step.EVALUATION))
        wizard.event_loop.run_pending()
        return wizard

    yield opened
    for wizard in wizards:
        wizard.close()


def sections(wizard: Wizard) -> list[str]:
    choice = find(wizard, w.ToggleButtons, "sections")
    return [name for _, name in choice.options]


def open_section(wizard: Wizard) -> None:
    find(wizard, w.ToggleButtons, "sections").value = "threshold"
    wizard.event_loop.run_pending()


def built(wizard: Wizard) -> None:
    open_section(wizard)
    until(wizard, lambda: "best-note" in said(wizard) or bool(charts(wizard)))


def charts(wizard: Wizard) -> list[LineChart]:
    return [one for one in inside(find(wizard, w.Box, "section")) if isinstance(one, LineChart)]


def test_only_tasks_with_scored_objects_have_it(opened: Callable[[Task], Wizard]) -> None:
    for task in Task:
        assert ("threshold" in sections(opened(task))) == (task in OBJECTS)


def shows(wizard: Wizard, counts: list[list[int]], overlap: str) -> bool:
    """Whether the matrix and the curves are those of the sliders."""
    same = find(wizard, MatrixView).counts.tolist() == counts
    return same and overlap in charts(wizard)[1].title


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_a_slider_changes_matrix_figures_curves_and_pictures(
    opened: Callable[[Task], Wizard], runs: dict[Task, Run], task: Task
) -> None:
    wizard, run = opened(task), runs[task]
    built(wizard)
    evaluation = run.evaluations()[0]
    matrix, grid = find(wizard, MatrixView), find(wizard, ImageGrid)
    score = find(wizard, w.FloatSlider, "score-slider")
    iou = find(wizard, w.FloatSlider, "iou-slider")
    assert matrix.counts.tolist() == evaluation.confusion_matrix.tolist()
    for threshold, overlap in ((0.62, 0.5), (0.62, 0.8), (0.05, 0.3)):
        score.value, iou.value = threshold, overlap
        wizard.event_loop.run_pending()
        at = evaluation.at(threshold, overlap)
        expected = at.confusion_matrix.tolist()
        until(wizard, partial(shows, wizard, expected, f"{overlap:.2f}"))
        figures = charts(wizard)[0]
        assert [label for _, label in figures.marks] == [f"{threshold:.2f}"]
        assert grid.threshold == threshold
        f1, place = at.metrics["f1"], round(threshold * 100)
        shown = find(wizard, w.HTML, "threshold-figures").value
        assert f'data-metric="f1"><b>{f1:.3f}</b>' in shown
        assert figures.points("f1")[1][place] == pytest.approx(f1, abs=1e-6)
        for one in evaluation.errors if overlap == 0.5 else ():
            if one.kind in KINDS:
                press = find(wizard, w.Button, f"error-{one.kind}")
                assert press.description.startswith(one.label)
                if one.kind == "miss":  # of no score at all, whatever the threshold
                    assert press.description == f"Never found ({one.count:,})"


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_cells_and_kinds_of_errors_open_their_images(
    opened: Callable[[Task], Wizard], task: Task
) -> None:
    wizard = opened(task)
    built(wizard)
    matrix, grid = find(wizard, MatrixView), find(wizard, ImageGrid)
    everything = grid.count
    cell = np.argwhere(matrix.counts > 0).tolist()[-1]
    matrix.selected = cell
    wizard.event_loop.run_pending()
    assert 0 < grid.count <= min(everything, matrix.counts[tuple(cell)])
    score = find(wizard, w.FloatSlider, "score-slider")
    score.value = 1.0  # nothing counts: the cell stays chosen, and what is behind it follows
    until(wizard, lambda: float(matrix.counts[:, :-1].sum()) == 0)
    assert matrix.selected == cell
    expected = int(matrix.counts[tuple(cell)])
    assert (grid.count > 0) == (expected > 0)
    click(wizard, "cell")
    assert matrix.selected is None
    assert grid.count == everything
    score.value = 0.05
    until(wizard, lambda: float(matrix.counts[:, :-1].sum()) > 0)
    opened_kinds = 0
    for kind in KINDS:
        press = find(wizard, w.Button, f"error-{kind}")
        if press.disabled:
            continue
        press.click()
        wizard.event_loop.run_pending()
        assert 0 < grid.count <= everything
        opened_kinds += 1
    assert opened_kinds >= 3


def test_a_point_of_a_curve_sets_the_threshold_and_the_run_keeps_it(
    opened: Callable[[Task], Wizard], runs: dict[Task, Run]
) -> None:
    wizard, run = opened(Task.DETECTION), runs[Task.DETECTION]
    built(wizard)
    figures, recall = charts(wizard)
    score = find(wizard, w.FloatSlider, "score-slider")
    figures.picked = ["f1", 0.47]
    until(wizard, lambda: score.value == 0.47)
    until(wizard, lambda: [label for _, label in figures.marks] == ["0.47"])
    name = find(wizard, w.Dropdown, "of-class")
    name.value = 1
    until(wizard, lambda: len(recall.series) == 1)
    recall.picked = ["1", 0.0]
    until(wizard, lambda: score.value == 1.0)
    click(wizard, "best-threshold")
    best = run.evaluations()[0].thresholds().best_of(run.record.classes[1])
    assert best is not None
    assert score.value == best.threshold
    assert f"{best.low:.2f}" in find(wizard, w.HTML, "best-note").value
    try:
        click(wizard, "use-threshold")
        assert run.threshold == best.threshold
        assert find(wizard, w.Button, "use-threshold").disabled
        assert f"{best.threshold:.2f}" in find(wizard, w.HTML, "used-threshold").value
    finally:
        run.set_threshold(None)


def test_the_grids_own_slider_moves_it_too(opened: Callable[[Task], Wizard]) -> None:
    wizard = opened(Task.DETECTION)
    built(wizard)
    find(wizard, ImageGrid).threshold = 0.71
    score = find(wizard, w.FloatSlider, "score-slider")
    until(wizard, lambda: score.value == 0.71)
    # what was told to the grid does not come back over what was set since
    score.value = 0.2
    wizard.event_loop.run_pending()
    score.value = 0.3
    wizard.event_loop.run_pending()
    assert (score.value, find(wizard, ImageGrid).threshold) == (0.3, 0.3)


def test_an_evaluation_of_an_earlier_version_says_what_to_do(
    opened: Callable[[Task], Wizard], runs: dict[Task, Run]
) -> None:
    run = runs[Task.INSTANCE_SEGMENTATION]
    evaluation = run.evaluations()[0]
    path: Path = RunFolder(run.folder).evaluation("val", str(evaluation.checkpoint)).predictions
    kept, table = path.read_bytes(), stored_predictions(path)
    table = table.select([n for n in table.column_names if not n.startswith("pair_")])
    path.unlink()  # it is mapped
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    try:
        wizard = opened(Task.INSTANCE_SEGMENTATION)
        open_section(wizard)
        until(wizard, lambda: "Evaluate again" in said(wizard))
        find(wizard, w.ToggleButtons, "sections").value = "metrics"
        wizard.event_loop.run_pending()
        assert find(wizard, MatrixView).counts.tolist() == evaluation.confusion_matrix.tolist()
    finally:
        path.unlink()
        path.write_bytes(kept)


def test_of_many_requests_the_first_and_the_newest_are_worked_on() -> None:
    calls: list[Callable[[], None]] = []
    done: list[int] = []
    release: list[int] = []

    def work(request: int) -> int:
        while request not in release and request != 9:
            time.sleep(0.001)
        return request

    latest = Latest(calls.append, work, done.append)
    for request in (1, 2, 3, 9):
        latest.ask(request)
    release.append(1)
    end = time.monotonic() + 10
    while done != [1, 9]:
        assert time.monotonic() < end, done
        while calls:
            calls.pop(0)()
        time.sleep(0.001)
    assert not calls


@pytest.mark.parametrize("classes", [3, 12])
def test_many_classes_share_a_curve_that_is_no_choice(classes: int, tmp_path: Path) -> None:
    boxes = np.tile([0.0, 0, 10, 10], (classes, 1)) + np.arange(classes)[:, None] * 20
    objects = Objects.from_boxes(boxes, np.arange(classes), score=np.linspace(0.3, 0.9, classes))
    metric = DetectionMetric([str(number) for number in range(classes)])
    metric.update(Batch([0], {"truth": [objects]}), [objects])
    folder, table = EvaluationFolder(tmp_path), metric.table()
    with (
        pa.OSFile(str(folder.predictions), "wb") as file,
        pa.ipc.new_file(file, table.schema) as writer,
    ):
        writer.write_table(table)
    work, chosen = ThresholdWork(folder, classes), list[float]()
    charts = ThresholdCharts([str(number) for number in range(classes)], chosen.append)
    charts.show(work.answer(Asked(0.5, 0.5, -1)))
    many = classes > 10
    assert len(charts.recall.series) == (1 if many else classes)
    assert [one.clickable for one in charts.recall.series] == [not many] * len(charts.recall.series)
    assert not charts.recall.marks
    charts.show(work.answer(Asked(0.5, 0.5, 2)))
    assert [one.label for one in charts.recall.series] == ["2"]
    assert len(charts.recall.marks) == 1
    charts.recall.picked = ["2", 1.0]
    assert chosen == [pytest.approx(np.floor(100 * objects.score[2]) / 100)]

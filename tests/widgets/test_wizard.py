"""Every page of the wizard for every task, without a browser and with models that pretend."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets as w
import msgspec
import numpy as np
import pytest

from paddlex_nb import Wizard
from paddlex_nb.catalogue.models import FAKE_VARIABLE, list_models, model
from paddlex_nb.core.files import write_json
from paddlex_nb.core.i18n import Message, set_language
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import JobStatus, State
from paddlex_nb.run import Run
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.parts import ImageGrid, Layer, LineChart, MatrixView
from paddlex_nb.workspace import Workspace

from .driving import click, find, inside, said, until


@dataclass
class Bench:
    """A workspace in which every task was trained and evaluated once."""

    workspace: Workspace
    datasets: dict[Task, Dataset]
    runs: dict[Task, Run]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The jobs of all tasks go side by side."""
    patch = pytest.MonkeyPatch()
    patch.setenv(FAKE_VARIABLE, "1")
    patch.setenv(STEP_VARIABLE, "0.001")
    space = Workspace(tmp_path_factory.mktemp("wizard"))
    imports = {task: space.import_sample(task, wait=False) for task in Task}
    datasets = {task: job.result() for task, job in imports.items()}
    started = {t: space.train(d, name_of(t), epochs=1, wait=False) for t, d in datasets.items()}
    runs = {task: job.result() for task, job in started.items()}
    jobs = [run.evaluate("test", wait=False) for run in runs.values()]
    for job in jobs:
        job.result()
    yield Bench(space, datasets, runs)
    patch.undo()


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who was nowhere yet."""
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)


def name_of(task: Task) -> str:
    return "fake" if task is Task.CLASSIFICATION else f"fake_{task}"


@pytest.fixture(params=list(Task), ids=str)
def task(request: pytest.FixtureRequest) -> Task:
    """Each task in turn."""
    found: Task = request.param
    return found


@pytest.fixture
def open_page(bench: Bench) -> Iterator[Callable[[Task, Step], Wizard]]:
    """Opens a page for the run of a task."""
    opened: list[Wizard] = []

    def open_page(task: Task, step: Step) -> Wizard:
        wizard = Wizard(bench.workspace, start=False)
        opened.append(wizard)
        wizard.state.choose_run(bench.runs[task])
        wizard.do(lambda: wizard.state.goto(step))
        wizard.event_loop.run_pending()
        assert wizard.state.step is step
        return wizard

    yield open_page
    for wizard in opened:
        wizard.close()


# data and preview


def test_the_sample_of_a_chosen_task(bench: Bench, task: Task) -> None:
    wizard = Wizard(bench.workspace, start=False)
    click(wizard, f"chip-{task}")
    click(wizard, "sample")
    assert wizard.state.dataset == bench.datasets[task]
    assert wizard.state.run == bench.runs[task]
    assert "pxnb-chip-on" in find(wizard, w.Button, f"chip-{task}")._dom_classes
    assert "pxnb-chip-on" not in find(wizard, w.Button, "chip-any")._dom_classes
    wizard.close()


def test_a_folder_of_any_task_is_recognised(bench: Bench, task: Task) -> None:
    wizard = Wizard(bench.workspace, start=False)
    folder = bench.datasets[task].record.source
    find(wizard, w.Text, "path-text").value = folder
    click(wizard, "import")
    until(wizard, lambda: wizard.state.dataset_ready)
    dataset = wizard.state.dataset
    assert dataset is not None
    assert dataset.record.task is task
    wizard.close()
    dataset.delete()


def test_the_preview_draws_the_labels(
    open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    grid = find(open_page(task, Step.PREVIEW), ImageGrid)
    for tile in (*grid.pictures.tiles(0, 24, 160), grid.pictures.picture(0)):
        assert tile.jpeg.startswith(b"\xff\xd8")
        (layer,) = tile.layers
        kinds = {shape.kind for shape in layer.shapes}
        assert bool(layer.class_ids) == (task is Task.CLASSIFICATION)
        assert layer.mask.startswith(b"\x89PNG") == (task is Task.SEGMENTATION)
        expected = {Task.DETECTION: {"box"}, Task.INSTANCE_SEGMENTATION: {"polygon"}}
        assert kinds == expected.get(task, set())
        assert all(-0.01 <= x <= 1.01 for shape in layer.shapes for x in shape.points)
    assert grid.uncoloured == ([0] if task is Task.SEGMENTATION else [])


def test_text_is_read_again_in_another_encoding(tmp_path: Path) -> None:
    names = ["蘋果", "香蕉", "櫻桃", "葡萄"]
    write_sample(Task.DETECTION, tmp_path / "sample")
    written = Workspace(tmp_path / "first").import_dataset(tmp_path / "sample")
    written.export("yolo", tmp_path / "fruit")
    yaml = next((tmp_path / "fruit").glob("*.yaml"))
    text = yaml.read_text("utf-8")
    for old, new in zip(written.classes, names, strict=True):
        text = text.replace(old, new)
    yaml.write_text(text, "big5")
    space = Workspace(tmp_path / "w")
    guessed = space.import_dataset(tmp_path / "fruit")
    assert guessed.classes != names
    wizard = Wizard(space, start=False)
    wizard.do(lambda: wizard.state.goto(Step.DATA))
    wizard.event_loop.run_pending()
    find(wizard, w.Dropdown, "encoding").value = "big5"
    click(wizard, "reread")
    until(wizard, lambda: wizard.state.dataset != guessed and wizard.state.dataset_ready)
    assert wizard.state.dataset is not None
    assert wizard.state.dataset.classes == names
    assert wizard.state.dataset.record.source == guessed.record.source
    wizard.close()


# parameters and training


def test_parameters_of_a_task_and_the_start(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.PARAMETERS)
    find(wizard, w.Dropdown, "model").value = name_of(task)
    wizard.event_loop.run_pending()
    offered = find(wizard, w.Combobox, "weights").options
    assert f"run:{bench.runs[task].id}" in offered
    assert not {f"run:{run.id}" for t, run in bench.runs.items() if t is not task} & set(offered)
    epochs = next(o for o in inside(find(wizard, w.Box, "param-epochs")) if isinstance(o, w.Text))
    epochs.value = "2"
    wizard.event_loop.run_pending()
    click(wizard, "start")
    assert wizard.state.step is Step.TRAINING
    run = wizard.state.run
    assert run is not None
    assert run.record.task is task
    assert run.record.params["epochs"] == 2
    until(wizard, lambda: "pxnb-success" in said(wizard))
    metrics = [o for o in inside(wizard) if isinstance(o, LineChart)][1]
    main = {
        Task.CLASSIFICATION: "top1",
        Task.DETECTION: "map",
        Task.SEGMENTATION: "miou",
        Task.INSTANCE_SEGMENTATION: "mask_map",
    }[task]
    assert [len(metrics.points(s.name)[0]) for s in metrics.series] == [2] * len(metrics.series)
    assert metrics.series[0].name == main
    run.delete()


def test_limits_of_export_are_said_before_training(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    assert "cannot be exported" not in said(wizard)
    limited = next(entry for entry in list_models(Task.DETECTION) if not entry.exports)
    find(wizard, w.Dropdown, "model").value = limited.name
    wizard.event_loop.run_pending()
    assert f"{limited.name} cannot be exported" in said(wizard)


def test_objects_too_small_for_the_input_are_told_of(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    find(wizard, w.Dropdown, "model").value = "FasterRCNN_light"
    wizard.event_loop.run_pending()
    field = find(wizard, w.Box, "param-input_size")
    size = next(one for one in inside(field) if isinstance(one, w.Text))
    size.value = "32"
    wizard.event_loop.run_pending()
    assert "less than 4 pixels" in said(wizard)
    size.value = "160"
    wizard.event_loop.run_pending()
    assert "less than 4 pixels" not in said(wizard)


REAL = {
    Task.CLASSIFICATION: "PPLCNet_x0_25",
    Task.DETECTION: "PicoDet_xs",
    Task.SEGMENTATION: "PPMobileSeg_tiny",
    Task.INSTANCE_SEGMENTATION: "MaskRCNN_light",
}


def test_augmented_images_follow_the_parameters(
    open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.PARAMETERS)
    find(wizard, w.Dropdown, "model").value = REAL[task]
    wizard.event_loop.run_pending()
    grid = find(wizard, ImageGrid)
    click(wizard, "augmented-more")
    assert "Creating examples" in said(wizard)
    until(wizard, lambda: grid.count == 6)
    assert "Creating examples" not in said(wizard)
    first = grid.pictures.tiles(0, 6, 160)
    for tile in first:
        (layer,) = tile.layers
        assert tile.jpeg.startswith(b"\xff\xd8")
        assert bool(layer.class_ids) == (task is Task.CLASSIFICATION)
        assert layer.mask.startswith(b"\x89PNG") == (task is Task.SEGMENTATION)
        expected = {Task.DETECTION: {"box"}, Task.INSTANCE_SEGMENTATION: {"polygon"}}
        assert {shape.kind for shape in layer.shapes} <= expected.get(task, set())
        assert all(0 <= x <= 1 for shape in layer.shapes for x in shape.points)
    assert any(tile.layers != (Layer(),) for tile in first)

    flip = find(wizard, w.Box, "param-vertical_flip")
    switch = next(one for one in inside(flip) if isinstance(one, w.Checkbox))
    switch.value = not switch.value
    wizard.event_loop.run_pending()
    until(wizard, lambda: grid.pictures.tiles(0, 6, 160) != first)
    again = grid.pictures.tiles(0, 6, 160)
    assert [tile.caption for tile in again] == [tile.caption for tile in first]

    field = find(wizard, w.Box, "param-batch_size")
    batch = next(one for one in inside(field) if isinstance(one, w.Text))
    usual, batch.value = batch.value, "999"
    wizard.event_loop.run_pending()
    assert find(wizard, w.Button, "augmented-more").disabled
    assert "cannot be shown" in said(wizard)
    batch.value = usual
    wizard.event_loop.run_pending()
    click(wizard, "augmented-more")
    until(wizard, lambda: "Creating examples" not in said(wizard))
    assert [tile.caption for tile in grid.pictures.tiles(0, 6, 160)] != [
        tile.caption for tile in again
    ]

    find(wizard, w.Dropdown, "model").value = name_of(task)
    wizard.event_loop.run_pending()
    assert find(wizard, w.Box, "augmented").layout.display == "none"


def test_why_there_are_no_augmented_images(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "sample")
    space = Workspace(tmp_path / "workspace")
    dataset = space.import_dataset(tmp_path / "sample")
    for file in (tmp_path / "sample").rglob("*.jpg"):
        file.unlink()
    wizard = Wizard(space, start=False)
    wizard.do(lambda: wizard.state.goto(Step.PARAMETERS))
    wizard.event_loop.run_pending()
    find(wizard, w.Dropdown, "model").value = REAL[Task.CLASSIFICATION]
    wizard.event_loop.run_pending()
    click(wizard, "augmented-more")
    until(wizard, lambda: "cannot be read" in said(wizard))
    assert str(dataset.record.source) in said(wizard)
    wizard.close()


def fail(run: Run, key: str, **values: Any) -> None:
    error = Message(key, values)
    status = JobStatus(state=State.FAILED, error=error)
    write_json(run.training.folder / "status.json", status)


@pytest.mark.parametrize(
    ("key", "buttons", "changed"),
    [
        ("training.out_of_memory", ["batch size of 4", "input size of"], {"batch_size": 4}),
        ("training.not_finite", ["learning rate of 0.001"], {"learning_rate": 0.001}),
        ("training.loader_died", ["without loading", "batch size of 4"], {"num_workers": 0}),
        ("core.disk_full", ["Retry"], {}),
    ],
)
def test_a_failed_training_offers_its_remedies(
    bench: Bench,
    open_page: Callable[[Task, Step], Wizard],
    key: str,
    buttons: list[str],
    changed: dict[str, Any],
) -> None:
    run = bench.workspace.train(
        bench.datasets[Task.DETECTION],
        "fake_detection",
        epochs=1,
        batch_size=8,
        learning_rate=0.01,
    )
    fail(run, key, step=3, rate="0.01", file="not_finite.json", path="/full")
    wizard = open_page(Task.DETECTION, Step.TRAINING)
    wizard.do(lambda: wizard.state.choose_run(run))
    wizard.do(wizard._show_page)
    wizard.event_loop.run_pending()
    row = find(wizard, w.Box, "remedies")
    assert len(row.children) == len(buttons)
    for button, words in zip(row.children, buttons, strict=True):
        assert words in button.description
    click(wizard, "remedy")
    again = wizard.state.run
    assert again is not None
    assert (again == run) == (not changed)
    until(wizard, lambda: not again.status.state.active)
    assert again.status.state is State.DONE, again.status
    assert again.record.params == {**again.record.params, **changed, "epochs": 1}
    wizard.event_loop.run_pending()
    assert not find(wizard, w.Box, "remedies").children
    for one in {run, again}:
        one.delete()


# evaluation


def test_figures_matrix_and_curves(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.EVALUATION)
    result = bench.runs[task].last_job("evaluate")
    assert result is not None
    metrics = result.status.result["metrics"]
    main = next(iter(metrics))
    assert f'data-metric="{main}"' in said(wizard)
    assert f"<b>{metrics[main]:.3f}</b>" in said(wizard)
    matrix = find(wizard, MatrixView)
    objects = task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}
    assert len(matrix.classes) == len(bench.datasets[task].classes) + objects
    curves = [o for o in inside(wizard) if isinstance(o, LineChart)]
    assert len(curves) == objects
    if objects:
        assert [s.label for s in curves[0].series] == bench.datasets[task].classes


def test_images_stand_behind_every_cell_of_the_matrix(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.EVALUATION)
    matrix, grid = find(wizard, MatrixView), find(wizard, ImageGrid)
    everything = grid.count
    assert everything == bench.datasets[task].counts().splits["test"]
    for row, column in np.argwhere(matrix.counts > 0).tolist():
        matrix.selected = [row, column]
        wizard.event_loop.run_pending()
        assert 0 < grid.count <= everything, matrix.counts
        if task is Task.CLASSIFICATION:
            assert grid.count == matrix.counts[row, column]
            truth, found = grid.pictures.tiles(0, 1, 160)[0].layers
            assert (truth.class_ids, found.class_ids) == ((row,), (column,))
    empty = np.argwhere(matrix.counts == 0).tolist()
    if empty:
        matrix.selected = empty[0]
        wizard.event_loop.run_pending()
        assert grid.count == 0
    click(wizard, "cell")
    assert matrix.selected is None
    assert grid.count == everything


def test_predictions_stand_beside_the_truth_and_the_worst_come_first(
    open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.EVALUATION)
    grid = find(wizard, ImageGrid)
    objects = task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}
    assert len(grid.titles) == 2
    assert (grid.beside, grid.scored) == (task is not Task.CLASSIFICATION, objects)
    for tile in grid.pictures.tiles(0, 5, 160):
        truth, found = tile.layers
        if objects:
            assert all(shape.score is None for shape in truth.shapes)
            scores = [shape.score for shape in found.shapes]
            assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
        if task is Task.SEGMENTATION:
            assert truth.mask != found.mask
    everything = grid.count
    find(wizard, w.Dropdown, "show").value = "worst"
    wizard.event_loop.run_pending()
    assert 0 < grid.count <= everything
    if task is Task.SEGMENTATION:
        notes = [tile.layers[1].note for tile in grid.pictures.tiles(0, 5, 160)]
        assert notes == sorted(notes)
    if task is Task.CLASSIFICATION:
        assert all(
            t.layers[0].class_ids != t.layers[1].class_ids for t in grid.pictures.tiles(0, 5, 160)
        )


def test_evaluating_from_the_page(open_page: Callable[[Task, Step], Wizard]) -> None:
    wizard = open_page(Task.DETECTION, Step.EVALUATION)
    split = next(o for o in inside(wizard) if getattr(o, "value", "") == "test")
    split.value = "val"
    wizard.event_loop.run_pending()
    assert not [o for o in inside(wizard) if isinstance(o, MatrixView)]
    assert "pxnb-primary" in find(wizard, w.Button, "evaluate")._dom_classes
    click(wizard, "evaluate")
    until(wizard, lambda: any(isinstance(o, MatrixView) for o in inside(wizard)))


# try it


def test_predicting_a_folder_and_a_single_image(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task, tmp_path: Path
) -> None:
    dataset = bench.datasets[task]
    image = next(Path(dataset.record.source).rglob("*.jpg"))
    stranger = bench.workspace.path / "uploads" / "stranger.jpg"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(image.read_bytes())
    (stranger.parent / "broken.jpg").write_bytes(b"no picture")
    wizard = open_page(task, Step.PREDICT)
    find(wizard, w.Text, "path-text").value = str(image)
    click(wizard, "import")
    until(wizard, lambda: any(isinstance(o, ImageGrid) for o in inside(wizard)))
    grid = find(wizard, ImageGrid)
    assert grid.count == 1
    assert grid.large
    truth, found = grid.pictures.picture(0).layers
    assert bool(found.shapes or found.mask or found.class_ids)
    assert bool(truth.shapes or truth.mask or truth.class_ids)

    find(wizard, w.Text, "path-text").value = str(stranger.parent)
    click(wizard, "import")
    until(wizard, lambda: find(wizard, ImageGrid).count == 2)
    broken, strange = find(wizard, ImageGrid).pictures.tiles(0, 2, 160)
    assert broken.jpeg == b""
    assert "broken.jpg" in broken.layers[0].note
    assert len(strange.layers) == 1
    assert "1 image could not be read" in said(wizard)


def test_a_path_outside_of_the_roots_is_refused(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.DETECTION, Step.PREDICT)
    find(wizard, w.Text, "path-text").value = "/etc"
    click(wizard, "import")
    assert "outside the folders" in said(wizard)


# publish


def test_what_cannot_be_exported_is_not_offered(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = msgspec.structs.replace(model("fake_detection"), exports=("onnx",))
    monkeypatch.setattr("paddlex_nb.widgets.pages.publish.page.model", lambda _: limited)
    wizard = open_page(Task.DETECTION, Step.PUBLISH)
    assert find(wizard, w.Button, "export-inference").disabled
    assert "pxnb-primary" in find(wizard, w.Button, "export-onnx")._dom_classes
    click(wizard, "export-onnx")
    until(wizard, lambda: "onnx.json" in said(wizard))


def test_a_result_is_kept_under_a_name_and_offered_as_starting_weights(
    bench: Bench, open_page: Callable[[Task, Step], Wizard]
) -> None:
    wizard = open_page(Task.SEGMENTATION, Step.PUBLISH)
    click(wizard, "save")
    assert "name is empty" in said(wizard)
    find(wizard, w.Text, "save-name").value = "Good one"
    click(wizard, "save")
    assert "saved:good-one" in said(wizard)
    wizard.do(lambda: wizard.state.goto(Step.PARAMETERS))
    wizard.do(lambda: setattr(find(wizard, w.Dropdown, "model"), "value", "fake_segmentation"))
    wizard.event_loop.run_pending()
    wizard.event_loop.run_pending()
    assert "saved:good-one" in find(wizard, w.Combobox, "weights").options


# language


@pytest.mark.parametrize("step", list(Step), ids=lambda step: step.value)
def test_no_text_is_missing_in_chinese(
    open_page: Callable[[Task, Step], Wizard], task: Task, step: Step
) -> None:
    set_language("zh_CN")
    wizard = open_page(task, step)
    shown = [o.description for o in inside(wizard) if hasattr(o, "description")]
    for text in [*shown, said(wizard)]:
        for room in ("wizard.", "parts.", "params.", "metrics.", "data.", "training.", "export."):
            assert f">{room}" not in text
            assert not text.startswith(room)

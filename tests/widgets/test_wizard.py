"""Every page of the wizard for every task, without a browser and with models that pretend."""

from __future__ import annotations

import base64
import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, partialmethod
from html import escape
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
from paddlex_nb.results.base import MetricValue
from paddlex_nb.run import Run
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.parts import ImageGrid, Layer, LineChart, MatrixView, RecordTable
from paddlex_nb.workspace import Workspace

from .driving import choose_model, click, find, inside, said, until


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


def weights_list(wizard: Wizard) -> w.Dropdown:
    """The list of starting weights."""
    inner = inside(find(wizard, w.Box, "weights"))
    return next(one for one in inner if isinstance(one, w.Dropdown))


def offered_weights(wizard: Wizard) -> dict[str, str]:
    """What the list says of the starting weights, by what is given to a training."""
    return {value: text for text, value in weights_list(wizard).options}


def test_parameters_of_a_task_and_the_start(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.PARAMETERS)
    choose_model(wizard, name_of(task))
    offered = offered_weights(wizard)
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
    choose_model(wizard, limited.name)
    assert f"{limited.name} cannot be exported" in said(wizard)


def test_a_model_is_chosen_from_a_table_with_what_is_known_of_each(
    bench: Bench, open_page: Callable[[Task, Step], Wizard]
) -> None:
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    table, card = find(wizard, RecordTable), find(wizard, w.Box, "models-table")
    assert card.layout.display == "none"
    click(wizard, "models")
    assert card.layout.display == ""
    entries = {entry.name: entry for entry in list_models(Task.DETECTION)}
    assert {row.id for row in table.rows} == set(entries)
    recommended = [row.id for row in table.rows if row.cells[0].text == "★"]
    assert table.selected == recommended == ["PPYOLOE_plus_t"]
    for row in table.rows:
        texts = [cell.text for cell in row.cells]
        assert entries[row.id].description in texts
        assert f"{entries[row.id].parameters / 1e6:.1f} M" in texts

    def speed(name: str) -> str:
        (texts,) = ([c.text for c in row.cells] for row in table.rows if row.id == name)
        return texts[[column.name for column in table.columns].index("speed")]

    until(wizard, lambda: speed("fake_detection") != "–")
    assert float(speed("fake_detection").partition(" img/s")[0]) > 0
    assert speed("fake_detection").endswith(" px")
    assert speed("PicoDet_xs") == "–", "it was not trained here"

    table.receive({"kind": "open", "id": "PicoDet_xs"})
    wizard.event_loop.run_pending()
    assert (wizard.state.model, table.selected) == ("PicoDet_xs", ["PicoDet_xs"])
    assert card.layout.display == "none"
    assert "<b>PicoDet_xs</b>" in said(wizard)
    assert entries["PicoDet_xs"].description in said(wizard)


def test_starting_weights_are_a_list_and_a_file(
    bench: Bench, open_page: Callable[[Task, Step], Wizard]
) -> None:
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    choose_model(wizard, "PicoDet_xs")
    assert list(offered_weights(wizard)) == ["coco", "none", "file"]
    assert "downloaded at the start" in offered_weights(wizard)["coco"]
    choose_model(wizard, "fake_detection")
    run = bench.runs[Task.DETECTION]
    best = run.summary.best
    assert best is not None
    assert offered_weights(wizard)[f"run:{run.id}"] == (
        f"run {run.record.name} · {MetricValue('map', best.value)}"
    )
    choose_model(wizard, "PicoDet_xs")

    listed = weights_list(wizard)
    path = find(wizard, w.Text, "weights-file")
    assert path.layout.display == "none"
    listed.value = "file"
    wizard.event_loop.run_pending()
    assert path.layout.display == ""
    assert wizard.state.weights == "auto"
    path.value = "/nowhere/at/all.pdparams"
    wizard.event_loop.run_pending()
    assert "/nowhere/at/all.pdparams" in said(wizard)
    assert (listed.value, path.value) == ("file", "/nowhere/at/all.pdparams")
    listed.value = "coco"
    wizard.event_loop.run_pending()
    assert (wizard.state.weights, path.layout.display) == ("coco", "none")


def test_published_weights_are_recommended_and_said_why(
    open_page: Callable[[Task, Step], Wizard], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: list[bool | None] = [None]
    monkeypatch.setattr("paddlex_nb.weights.automatic.reachable", lambda *_: answer[0])
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    choose_model(wizard, "PicoDet_xs")
    start = find(wizard, w.Button, "start")
    assert (weights_list(wizard).value, start.disabled) == ("none", True)
    assert "Checking whether" in said(wizard)

    answer[0] = True
    until(wizard, lambda: weights_list(wizard).value == "coco")
    assert not start.disabled
    assert offered_weights(wizard)["coco"].startswith("★ ")
    assert "Training starts from the published weights coco of PicoDet_xs" in said(wizard)
    assert wizard.state.weights == "auto"

    weights_list(wizard).value = "none"
    wizard.event_loop.run_pending()
    assert wizard.state.weights == "none"
    assert offered_weights(wizard)["coco"].startswith("★ ")
    assert "Training starts from the published" not in said(wizard)


def test_objects_too_small_for_the_input_are_told_of(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    choose_model(wizard, "FasterRCNN_light")
    field = find(wizard, w.Box, "param-input_size")
    size = next(one for one in inside(field) if isinstance(one, w.Text))
    size.value = "32"
    wizard.event_loop.run_pending()
    assert "less than 4 pixels" in said(wizard)
    size.value = "160"
    wizard.event_loop.run_pending()
    assert "less than 4 pixels" not in said(wizard)


def test_full_resolution_is_a_choice_with_its_reason(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.SEGMENTATION, Step.PARAMETERS)
    choose_model(wizard, "PPMobileSeg_tiny")
    field = find(wizard, w.Box, "param-full_resolution")
    shown = "".join(one.value for one in inside(field) if isinstance(one, w.HTML))
    assert "whole images are better" in shown
    box = next(one for one in inside(field) if isinstance(one, w.Checkbox))
    assert not box.value
    box.value = True
    wizard.event_loop.run_pending()
    assert wizard.state.overrides["full_resolution"] is True


def test_full_resolution_is_of_segmentation_alone(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.DETECTION, Step.PARAMETERS)
    classes = {name for one in inside(wizard) for name in one._dom_classes}
    assert "pxnb-param-input_size" in classes
    assert "pxnb-param-full_resolution" not in classes


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
    choose_model(wizard, REAL[task])
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

    choose_model(wizard, name_of(task))
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
    choose_model(wizard, REAL[Task.CLASSIFICATION])
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


def test_a_verdict_comes_first_and_its_next_steps_are_buttons(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.EVALUATION)
    verdict = find(wizard, w.Box, "verdict")
    until(wizard, lambda: verdict.layout.display == "")
    result = bench.runs[task].evaluations()[0]
    judgement = bench.runs[task].judge(result)
    shown = "".join(one.value for one in inside(verdict) if isinstance(one, w.HTML))
    assert all(escape(sentence) in shown for sentence in judgement.sentences)
    buttons = [one for one in inside(verdict) if isinstance(one, w.Button)]
    assert len(buttons) == len(judgement.steps) > 0
    assert judgement.steps[-1].kind == "look"
    click(wizard, "next-look")
    order = find(wizard, w.Dropdown, "show")
    assert order.value == "worst"
    wizard.event_loop.run_pending()
    assert 0 < find(wizard, ImageGrid).count <= (result.images or 0)


def test_a_report_is_saved_and_offered(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.EVALUATION)
    click(wizard, "report")
    until(wizard, lambda: 'download="' in find(wizard, w.HTML, "report-link").value)
    assert not find(wizard, w.Button, "report").disabled
    (out,) = (bench.workspace.path / "exports").glob(f"{bench.runs[task].id}-*.html")
    assert str(out) in said(wizard)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    click(wizard, "report-tables")
    until(wizard, lambda: '.xlsx"' in find(wizard, w.HTML, "report-link").value)
    (tables,) = (bench.workspace.path / "exports").glob(f"{bench.runs[task].id}-*.xlsx")
    assert str(tables) in said(wizard)
    assert tables.read_bytes().startswith(b"PK")


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
        right = [note.partition(" · ")[0] for note in notes]  # "Accuracy 0.56"
        assert right == sorted(right)
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

    click(wizard, "save")
    until(wizard, lambda: 'download="' in find(wizard, w.HTML, "report-link").value)
    link = find(wizard, w.HTML, "report-link").value
    data = link.partition(";base64,")[2].partition('"')[0]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(data))) as archive:
        assert {"predictions.csv", "results.json", "drawn/stranger.jpg"} <= {*archive.namelist()}


def test_what_lies_below_the_threshold_is_told(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = open_page(Task.DETECTION, Step.PREDICT)
    image = next(Path(bench.datasets[Task.DETECTION].record.source).rglob("*.jpg"))
    monkeypatch.setattr(Run, "predict", partialmethod(Run.predict, threshold=0.999))
    find(wizard, w.Text, "path-text").value = str(image)
    click(wizard, "import")
    until(wizard, lambda: "nothing has a score of 1.00 or more" in said(wizard))
    assert "In 1 image nothing" in said(wizard)


def test_a_path_outside_of_the_roots_is_refused(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    wizard = open_page(Task.DETECTION, Step.PREDICT)
    find(wizard, w.Text, "path-text").value = "/etc"
    click(wizard, "import")
    assert "outside the folders" in said(wizard)


def test_a_missing_path_is_called_missing_but_where_that_would_tell_tales(
    open_page: Callable[[Task, Step], Wizard], monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = open_page(Task.DETECTION, Step.PREDICT)
    monkeypatch.delenv("PADDLEX_NB_ROOTS", raising=False)
    find(wizard, w.Text, "path-text").value = "/no/such/photos"
    click(wizard, "import")
    assert "outside the folders" not in said(wizard)
    assert Message("workspace.no_such_path", {"path": "/no/such/photos"}).text() in said(wizard)
    monkeypatch.setenv("PADDLEX_NB_ROOTS", str(wizard.state.workspace.path))
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


def test_the_export_that_comes_next_stands_out(
    open_page: Callable[[Task, Step], Wizard],
) -> None:
    def filled() -> set[str]:
        buttons = (one for one in inside(wizard) if isinstance(one, w.Button))
        classes = [one._dom_classes for one in buttons if "pxnb-primary" in one._dom_classes]
        return {name for names in classes for name in names if name.startswith("pxnb-export-")}

    wizard = open_page(Task.CLASSIFICATION, Step.PUBLISH)
    then: dict[str, set[str]] = {"inference": {"pxnb-export-onnx"}, "onnx": set()}
    for target, other in then.items():
        assert filled() == {f"pxnb-export-{target}"}
        click(wizard, f"export-{target}")
        until(wizard, partial(lambda wanted: filled() == wanted, other))
        assert "python predict.py photo.jpg" in said(wizard)


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
    wizard.event_loop.run_pending()
    choose_model(wizard, "fake_segmentation")
    assert "saved:good-one" in offered_weights(wizard)


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


def test_the_images_show_where_predictions_differ(
    bench: Bench, open_page: Callable[[Task, Step], Wizard], task: Task
) -> None:
    wizard = open_page(task, Step.EVALUATION)
    section = find(wizard, w.Box, "result-grid")
    grid = next(one for one in inside(section) if isinstance(one, ImageGrid))
    look = next(one for one in inside(section) if isinstance(one, w.ToggleButtons))
    assert (look.layout.display == "none") == (task is Task.CLASSIFICATION)
    classes, (truth, _) = grid.classes, grid.pictures.tiles(0, 1, 160)[0].layers
    if task is Task.CLASSIFICATION:
        return
    look.value = "difference"
    wizard.event_loop.run_pending()
    assert (grid.classes, grid.titles, grid.beside) == (["right", "wrong", "missed"], [], False)
    drawn = [tile.layers for tile in grid.pictures.tiles(0, min(20, grid.count), 160)]
    assert all(len(layers) == 1 for layers in drawn)
    assert all(shape.class_id < 3 for (layer,) in drawn for shape in layer.shapes)
    assert any(layer.shapes or layer.mask for (layer,) in drawn)
    look.value = "both"
    wizard.event_loop.run_pending()
    assert grid.classes == classes
    assert grid.pictures.tiles(0, 1, 160)[0].layers[0] == truth

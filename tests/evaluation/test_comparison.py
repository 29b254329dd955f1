"""Two runs on the same images: the counts add up to the metrics, and noise is called noise."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from paddlex_nb.cli import main
from paddlex_nb.comparison import Comparison
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.bootstrap import paired_bootstrap
from paddlex_nb.metrics.image_counts import ImageCounts, image_counts
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.precision_differences import precision_differences
from paddlex_nb.metrics.precision_intervals import AveragePrecision
from paddlex_nb.results.differences import differences
from paddlex_nb.results.evaluated import Evaluated
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two runs of each task, evaluated on the validation split."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE", "1")
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
        space = Workspace(tmp_path_factory.mktemp("compared"))
        for task in Task:
            dataset = space.import_sample(task, progress=False)
            name = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
            for epochs in (1, 4):
                run = space.train(
                    dataset, name, name=f"{task}-{epochs}", epochs=epochs, progress=False
                )
                run.evaluate("val", progress=False)
    return space


def runs(workspace: Workspace, task: Task) -> list[Run]:
    return [workspace.run(f"{task}-{epochs}".replace("_", "-")) for epochs in (1, 4)]


def counts_of(run: Run) -> ImageCounts:
    file = RunFolder(run.folder).evaluation("val", "best").predictions
    with pa.memory_map(str(file)) as source:
        counts = image_counts(pa.ipc.open_file(source).read_all(), len(run.record.classes))
    assert counts is not None
    return counts


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_the_counts_of_all_images_give_the_reported_figures(
    workspace: Workspace, task: Task
) -> None:
    run = runs(workspace, task)[1]
    (evaluation,) = run.evaluations()
    whole, *each = counts_of(run).figures()
    by_class = "iou" if task is Task.SEGMENTATION else "f1"
    told = [row.metrics[by_class] for row in evaluation.per_class]
    assert [None if np.isnan(x) else x for x in each] == pytest.approx(told)
    if task in {Task.CLASSIFICATION, Task.SEGMENTATION}:
        assert whole == pytest.approx(evaluation.main_metric.value)
    else:
        matrix = evaluation.confusion_matrix
        hits = matrix[:-1, :-1].trace()
        false, missed = matrix[:, :-1].sum() - hits, matrix[:-1].sum() - hits
        assert whole == pytest.approx(2 * hits / (2 * hits + false + missed))


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_runs_are_compared_by_parameters_and_by_image(workspace: Workspace, task: Task) -> None:
    pytest.importorskip("pandas")
    comparison = workspace.compare(runs(workspace, task))
    assert isinstance(comparison, Comparison)
    assert comparison.parameters["epochs"] == [1, 4]
    assert "seed" not in comparison.parameters
    frame = comparison.to_pandas()
    assert list(frame["epochs"]) == [1, 4]
    found = comparison.differences
    metrics = list(dict.fromkeys(one.metric for one in found if one.class_name is None))
    prefix = {Task.DETECTION: "", Task.INSTANCE_SEGMENTATION: "mask_"}.get(task)
    if prefix is not None:
        assert metrics == [f"{prefix}map", f"{prefix}ap50", "f1"]
    each = [one.class_name for one in found[len(metrics) :: len(metrics)]]
    assert each == comparison.runs[0].record.classes
    overall = found[0]
    assert overall.class_name is None
    assert overall.low is not None
    assert overall.high is not None
    assert overall.difference is not None
    assert overall.low <= overall.difference <= overall.high
    assert len(comparison.differences_to_pandas()) == len(comparison.differences)
    assert "<table" in comparison._repr_html_()
    assert comparison.runs[0].record.name in repr(comparison)
    for x in ("epoch", "step", "time"):
        for metric in (None, "train_loss"):
            axes = comparison.plot(x=x, metric=metric).axes[0]
            assert len(axes.lines) == 2


def test_a_run_against_itself_is_noise(workspace: Workspace) -> None:
    counts = counts_of(runs(workspace, Task.DETECTION)[0])
    found = paired_bootstrap(counts, counts)
    assert np.nanmax(np.abs([found.value, found.low, found.high])) == 0


def simulated(right: np.ndarray) -> ImageCounts:
    n = len(right)
    counts = np.stack([right, np.zeros(n), ~right], axis=1).astype(np.float64)
    return ImageCounts(n, 1, np.arange(n), np.zeros(n, np.int64), counts, "top1")


def test_the_interval_is_that_of_paired_shares() -> None:
    """Against the normal interval of a difference of paired shares (McNemar's standard error)."""
    rng = np.random.default_rng(0)
    first = rng.random(2000) < 0.8
    second = np.where(rng.random(2000) < 0.1, ~first, first)
    found = paired_bootstrap(simulated(first), simulated(second))
    delta = second.astype(float) - first
    half = 1.96 * delta.std() / np.sqrt(len(delta))
    assert found.value[0] == pytest.approx(delta.mean())
    assert found.low[0] == pytest.approx(delta.mean() - half, abs=0.1 * half)
    assert found.high[0] == pytest.approx(delta.mean() + half, abs=0.1 * half)


def test_equal_models_are_told_apart_as_seldom_as_promised() -> None:
    rng, wrong = np.random.default_rng(1), 0
    for trial in range(60):
        hard = rng.random(150)
        first, second = rng.random(150) > hard, rng.random(150) > hard
        found = paired_bootstrap(simulated(first), simulated(second), seed=trial)
        wrong += not found.low[0] <= 0 <= found.high[0]
    assert wrong <= 8  # 3 are expected, and 8 or fewer in 99 % of such tests


def test_only_images_with_the_same_labels_count() -> None:
    right = np.array([True, False, True, True])
    one = Evaluated("a", ["x"], ["1", "2", "3", "4"], simulated(right))
    other = Evaluated("b", ["x"], ["4", "2", "9", "1"], simulated(~right))
    assert differences(one, other)[0].images == 3
    with pytest.raises(UserError) as error:
        differences(one, Evaluated("c", ["x"], ["5", "6", "7", "8"], simulated(right)))
    assert error.value.code == "display.compare.nothing_common"


def test_what_cannot_be_compared_is_said(workspace: Workspace) -> None:
    classification = runs(workspace, Task.CLASSIFICATION)
    with pytest.raises(UserError) as error:
        workspace.compare([classification[0], classification[0].id])
    assert error.value.code == "display.compare.same_run"
    assert "classification-1 cannot be compared with itself" in str(error.value)
    with pytest.raises(UserError) as error:
        workspace.compare(classification[:1])
    assert error.value.code == "display.compare.how_many"
    comparison = workspace.compare(classification, split="test")
    assert comparison.differences == []
    assert len(comparison.notes) == 2
    assert "was not evaluated" in comparison.notes[0]
    mixed = workspace.compare([classification[0], runs(workspace, Task.DETECTION)[0]])
    assert mixed.differences == []
    assert mixed.parameters["model"] == ["fake", "fake_detection"]
    (note,) = mixed.notes
    assert "classification-1 (image classification) and detection-1 (object detection)" in note
    assert "no metric in common" in repr(mixed)
    with pytest.raises(UserError) as error:
        comparison.plot(metric="nonsense")
    assert error.value.code == "display.compare.no_curve"


def test_an_unknown_checkpoint_is_refused(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [run.id for run in runs(workspace, Task.DETECTION)]
    said = 'detection-1 has no checkpoint "bset". It has best and last.'
    with pytest.raises(UserError) as error:
        workspace.compare(ids, checkpoint="bset")
    assert str(error.value) == said
    asked = ["compare", *ids, "--checkpoint", "bset", "--workspace", str(workspace.path)]
    assert main(asked) == 1
    assert said in capsys.readouterr().err


def test_a_checkpoint_is_found_by_all_its_names(workspace: Workspace) -> None:
    one, other = runs(workspace, Task.DETECTION)
    before = workspace.compare([one, other]).differences
    for run in (one, other):  # evaluated, and deleted since to make room
        folder = RunFolder(run.folder)
        source = folder.evaluation("val", "best").path
        shutil.copytree(source, folder.evaluation("val", "epoch-7").path)
    assert workspace.compare([one, other], checkpoint="7").differences == before
    assert workspace.compare([one, other], checkpoint="epoch-7").differences == before


def test_the_last_stands_for_a_best_that_is_not_there(workspace: Workspace, tmp_path: Path) -> None:
    copy = Workspace(shutil.copytree(workspace.path, tmp_path / "copy", symlinks=True))
    one, other = runs(copy, Task.CLASSIFICATION)
    whole = copy.compare([one, other]).differences
    folder = RunFolder(other.folder)
    (folder.checkpoints / "best.npz").unlink()
    folder.evaluation("val", "best").path.rename(folder.evaluation("val", "last").path)
    assert copy.compare([one, other]).differences == whole


OBJECTS = [Task.DETECTION, Task.INSTANCE_SEGMENTATION]


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_the_difference_is_that_of_the_reported_precision(workspace: Workspace, task: Task) -> None:
    pair = runs(workspace, task)
    first, second = (
        next(one for one in run.evaluations() if one.requested == "best") for run in pair
    )
    found = {(one.metric, one.class_name): one for one in workspace.compare(pair).differences}
    prefix = "" if task is Task.DETECTION else "mask_"
    for metric in (f"{prefix}map", f"{prefix}ap50"):
        sides = [(one.metrics[metric], one.per_class) for one in (first, second)]
        (before, classes_before), (after, classes_after) = sides
        assert before is not None
        assert after is not None
        assert found[metric, None].difference == pytest.approx(after - before)
        for old, new in zip(classes_before, classes_after, strict=True):
            values = old.metrics[metric], new.metrics[metric]
            assert values[0] is not None
            assert values[1] is not None
            told = found[metric, old.name].difference
            assert told == pytest.approx(values[1] - values[0])


@pytest.mark.parametrize("task", OBJECTS, ids=str)
def test_two_copies_of_a_run_do_not_differ(
    workspace: Workspace, tmp_path: Path, task: Task
) -> None:
    copy = Workspace(shutil.copytree(workspace.path, tmp_path / "copy", symlinks=True))
    one, other = runs(copy, task)
    place = other.folder / "evaluation"
    shutil.rmtree(place)
    shutil.copytree(one.folder / "evaluation", place)
    found = copy.compare([one, other]).differences
    assert {(d.difference, d.low, d.high) for d in found} == {(0.0, 0.0, 0.0)}
    assert len({d.metric for d in found}) == 3


def planted(found: float, rng: np.random.Generator, images: int = 200) -> MatchedObjects:
    """Two objects an image; each is found with a probability, else a box lies beside it."""
    image = np.repeat(np.arange(images), 2)
    boxes = np.tile([[0.0, 0, 10, 10], [50, 50, 60, 60]], (images, 1))
    ids = np.tile([0, 1], images)
    missed = rng.random(len(boxes)) >= found
    truth = replace(Objects.from_boxes(boxes, ids), image=image)
    beside, score = boxes + 100 * missed[:, None], rng.random(len(boxes))
    guess = replace(Objects.from_boxes(beside, ids, score=score), image=image)
    return MatchedObjects.of(truth, guess, images, 2, lambda of: of.xywh)


def test_the_interval_of_a_better_model_excludes_0() -> None:
    rng = np.random.default_rng(0)
    worse, better = planted(0.5, rng), planted(0.8, rng)
    rows = np.repeat(np.arange(worse.images)[:, None], 2, axis=1)
    found = precision_differences(worse, better, rows, [(0, 0), (1, 1)])
    for name in ("map", "ap50"):
        of = found[name]
        assert (of.low > 0).all()
        assert (of.low <= of.value).all()
        assert (of.value <= of.high).all()
    back = precision_differences(better, worse, rows, [(0, 0), (1, 1)])["map"]
    assert back.low == pytest.approx(-found["map"].high)
    some = rows[::2]
    found = precision_differences(worse, better, some, [(1, 1)])
    assert found["ap50"].value.shape == (2,)
    weights = np.zeros((1, worse.images))
    weights[:, some[:, 0]] = 1
    one, other = (AveragePrecision(of)(weights)[0, 0, 1] for of in (worse, better))
    assert found["ap50"].value == pytest.approx([other - one] * 2)


def test_equal_detectors_are_told_apart_as_seldom_as_promised() -> None:
    rng, wrong = np.random.default_rng(3), 0
    rows = np.repeat(np.arange(100)[:, None], 2, axis=1)
    for trial in range(20):
        one, other = planted(0.5, rng, 100), planted(0.5, rng, 100)
        found = precision_differences(one, other, rows, [(0, 0), (1, 1)], seed=trial)["ap50"]
        assert found.low[0] < found.value[0] < found.high[0]
        wrong += not found.low[0] <= 0 <= found.high[0]
    assert wrong <= 4  # 1 is expected, and 4 or fewer in 99 % of such tests

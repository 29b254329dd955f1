"""Two runs on the same images: the counts add up to the metrics, and noise is called noise."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from paddlex_nb.cli import main
from paddlex_nb.comparison import Comparison
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.bootstrap import paired_bootstrap
from paddlex_nb.metrics.image_counts import ImageCounts, image_counts
from paddlex_nb.results.differences import Evaluated, differences
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
    overall, *by_class = comparison.differences
    assert overall.class_name is None
    assert [one.class_name for one in by_class] == comparison.runs[0].record.classes
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

"""Evaluations are called what they are, and lead to a next step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_runs import fake_runs

from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.i18n import LANGUAGES, set_language
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.judging.judge import judge
from paddlex_nb.judging.judgement import Judgement
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.bootstrap import bootstrap
from paddlex_nb.metrics.image_counts import ImageCounts
from paddlex_nb.run import Run

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


def stored(run: Run) -> dict[str, Any]:
    result: dict[str, Any] = read_json(RunFolder(run.folder).evaluation("val", "best").result, dict)
    return result


def keys(judgement: Judgement) -> set[str]:
    said = {remark.message.text() for remark in judgement.remarks}
    assert not said & {step.reason.text() for step in judgement.steps}, "said twice"
    return {one.message.key.removeprefix("judging.") for one in judgement.remarks}


def with_matrix(result: dict[str, Any], matrix: list[list[int]]) -> dict[str, Any]:
    return {**result, "confusion_matrix": matrix}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("task", list(Task), ids=str)
def test_every_task_is_judged_in_words(runs: dict[Task, Run], task: Task, code: str) -> None:
    set_language(code)
    run = runs[task]
    (evaluation,) = run.evaluations()
    judgement = run.judge(evaluation)
    assert judgement.summary
    text = str(judgement)
    assert "judging." not in text
    assert "{" not in text
    assert len(judgement.steps) <= 3
    assert str(judgement.sentences[0]) in judgement._repr_html_()
    matrix = evaluation.confusion_matrix
    if task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        said = judgement.summary[0].values
        assert said["right"] == matrix[:-1, :-1].trace()
        assert said["count"] == matrix[:-1].sum()
        assert said["wrong"] == matrix[:, :-1].sum() - matrix[:-1, :-1].trace()
    elif task is Task.CLASSIFICATION:
        assert judgement.summary[0].values == {"right": matrix.trace(), "count": matrix.sum()}


def test_the_weakest_class_is_named_with_what_it_is_taken_for(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    classes = run.record.classes
    matrix = (np.eye(len(classes), dtype=int) * 20).tolist()
    matrix[1] = [0] * len(classes)
    matrix[1][1], matrix[1][2] = 6, 14
    judgement = judge(run.folder, with_matrix(stored(run), matrix))
    weakest = judgement.summary[1]
    assert weakest.values == {"name": classes[1], "right": 6, "count": 20, "other": classes[2]}
    assert judgement.steps[-1].kind == "look"
    matrix[0] = [0] * len(classes)  # few images, but never right: weaker than many errors
    matrix[0][2] = 8
    never = judge(run.folder, with_matrix(stored(run), matrix)).summary[1]
    assert never.values == {"name": classes[0], "right": 0, "count": 8, "other": classes[2]}
    even = judge(
        run.folder, with_matrix(stored(run), (np.eye(len(classes), dtype=int) * 20).tolist())
    )
    assert len(even.summary) == 1
    assert "look" not in {step.kind for step in even.steps}, "there is no error to look at"


def test_a_detector_that_predicts_nothing_is_told_of_its_threshold(runs: dict[Task, Run]) -> None:
    run = runs[Task.DETECTION]
    result = stored(run)
    classes = len(run.record.classes)
    matrix = np.zeros((classes + 1, classes + 1), int)
    matrix[0, classes] = 7
    (said,) = judge(run.folder, with_matrix(result, matrix.tolist())).summary
    assert said.key == "judging.no_objects"
    assert said.values == {"count": 7, "threshold": f"{result['threshold']:.2f}"}


def test_next_to_nothing_found_is_called_so(runs: dict[Task, Run]) -> None:
    run = runs[Task.DETECTION]
    result = stored(run)
    result["metrics"] = {**result["metrics"], "map": 0.003}
    judgement = judge(run.folder, result)
    assert judgement.remarks[0].message.key == "judging.nothing_found"
    assert "0.003" in judgement.remarks[0].message.text()
    assert judgement.steps[0].kind == "train_on"
    assert judgement.serious
    result["metrics"]["map"] = 0.03
    assert "little_found" in keys(judge(run.folder, result))
    result["metrics"]["map"] = 0.3
    assert not {"nothing_found", "little_found"} & keys(judge(run.folder, result))


def test_hardly_better_than_guessing_is_called_so(runs: dict[Task, Run]) -> None:
    run = runs[Task.CLASSIFICATION]
    count = len(run.record.classes)
    matrix = np.full((count, count), 10) + np.eye(count, dtype=int)
    judgement = judge(run.folder, with_matrix(stored(run), matrix.tolist()))
    assert "guesses" in keys(judgement)
    assert judgement.steps[0].kind == "train_on"
    assert "2 epochs" in judgement.steps[0].reason.text()
    matrix = np.full((count, count), 10) + 40 * np.eye(count, dtype=int)
    assert "guesses" not in keys(judge(run.folder, with_matrix(stored(run), matrix.tolist())))


def test_classes_that_are_never_found_are_named_together(runs: dict[Task, Run]) -> None:
    run = runs[Task.SEGMENTATION]
    classes = run.record.classes
    assert len(classes) > 2
    matrix = np.eye(len(classes), dtype=int) * 100
    matrix[-2:] = 0
    matrix[-2:, 0] = 100  # both are taken for the first class
    said = judge(run.folder, with_matrix(stored(run), matrix.tolist())).summary[1]
    assert said.key == "judging.never_pixels"
    assert said.values == {"classes": classes[-2:], "count": 2, "of": len(classes)}
    assert ", ".join(classes[-2:]) in said.text()
    matrix[-1, -1] = 100
    said = judge(run.folder, with_matrix(stored(run), matrix.tolist())).summary[1]
    assert said.key == "judging.weakest_pixels"
    assert said.values["name"] == classes[-2]


@pytest.mark.parametrize("task", [Task.CLASSIFICATION, Task.SEGMENTATION], ids=str)
def test_one_class_everywhere_is_called_so(runs: dict[Task, Run], task: Task) -> None:
    run = runs[task]
    count = len(run.record.classes)
    matrix = np.zeros((count, count), int)
    matrix[:, 0] = 100
    assert "one_class" in keys(judge(run.folder, with_matrix(stored(run), matrix.tolist())))
    matrix = np.eye(count, dtype=int)
    matrix[0, 0] = 1000  # nearly all is of one class, and rightly so
    assert "one_class" not in keys(judge(run.folder, with_matrix(stored(run), matrix.tolist())))


def test_learned_by_heart_and_sets_that_disagree(runs: dict[Task, Run], tmp_path: Path) -> None:
    run = runs[Task.CLASSIFICATION]
    result = stored(run)
    folder = RunFolder(run.folder)

    def other(split: str, value: float, **more: Any) -> None:
        told = {**result, "split": split, "metrics": {"top1": value}, "images": 7, **more}
        write_json(folder.evaluation(split, result["checkpoint"]).result, told)

    result["metrics"] = {"top1": 0.4}
    other("train", 0.9)
    other("test", 0.1)
    assert {"by_heart", "apart"} <= keys(judge(run.folder, result))
    other("train", 0.5)
    other("test", 0.45)
    assert not {"by_heart", "apart"} & keys(judge(run.folder, result))
    other("train", 0.9, step=-1)  # of other weights
    assert "by_heart" not in keys(judge(run.folder, result))
    for split in ("train", "test"):
        folder.evaluation(split, result["checkpoint"]).result.unlink()


def test_few_images_are_too_few(runs: dict[Task, Run]) -> None:
    assert {"too_few", "too_few_between"} & keys(
        judge(runs[Task.CLASSIFICATION].folder, stored(runs[Task.CLASSIFICATION]))
    )


def test_copies_of_training_images_are_told_with_the_figure_without_them(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs[Task.CLASSIFICATION]
    assert not {"copies", "copies_without"} & keys(judge(run.folder, stored(run)))
    monkeypatch.setattr(DatasetView, "groups", property(lambda view: np.arange(len(view.rows))))
    said = [m for m in judge(run.folder, stored(run)).remarks if "copies" in m.message.key]
    assert said[0].message.values["count"] == stored(run)["images"]


def test_a_class_that_was_never_shown_is_named(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs[Task.DETECTION]
    assert "untrained" not in keys(judge(run.folder, stored(run)))
    none = property(lambda view: np.array([0] + [5] * (len(view.classes) - 1)))
    monkeypatch.setattr(DatasetView, "images_by_class", none)
    (remark,) = [
        one
        for one in judge(run.folder, stored(run)).remarks
        if one.message.key.endswith("untrained")
    ]
    assert remark.message.values["names"] == [run.record.classes[0]]
    assert remark.steps[0].class_id == 0


def test_missed_objects_that_are_tiny_in_the_input_ask_for_a_larger_one(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs[Task.DETECTION]
    result = stored(run)
    classes = len(run.record.classes)
    matrix = np.array(result["confusion_matrix"])
    assert matrix[:classes, classes].max() >= 3, "something is missed"
    sides = "paddlex_nb.data.store.view.DatasetView.object_sides"
    monkeypatch.setattr(sides, lambda _, images, number: np.full(len(images), 3.0) + 0 * number)
    judgement = judge(run.folder, with_matrix(result, matrix.tolist()))
    if not len(judgement.remarks):
        pytest.fail("nothing was said")
    small = [one for one in judgement.remarks if one.message.key == "judging.too_small"]
    assert small
    (step,) = small[0].steps
    assert step.value is not None
    assert step.value > int(str(run.record.params["input_size"]))
    monkeypatch.setattr(sides, lambda _, images, number: np.full(len(images), 300.0) + 0 * number)
    assert "too_small" not in keys(judge(run.folder, with_matrix(result, matrix.tolist())))


def test_what_is_gone_is_just_not_judged(runs: dict[Task, Run], tmp_path: Path) -> None:
    run = runs[Task.SEGMENTATION]
    result = stored(run)
    folder = RunFolder(run.folder)
    file = folder.evaluation("val", "best").predictions
    content = file.read_bytes()
    try:
        for damaged in (b"", content[:100]):
            file.write_bytes(damaged)
            assert judge(run.folder, result).summary
        file.unlink()
        assert judge(run.folder, result).summary
    finally:
        file.write_bytes(content)


def test_sides_of_objects_are_found_by_image_and_number(runs: dict[Task, Run]) -> None:
    run = runs[Task.DETECTION]
    dataset = RunFolder(run.folder).workspace.datasets / run.record.dataset
    view = DatasetView(dataset, "val", divided=run.folder)
    images, number, expected = [], [], []
    for image in range(len(view)):
        objects = view.objects(image)
        for place in range(len(objects)):
            box = objects.xyxy[place]
            images.append(image)
            number.append(int(objects.number[place]))
            expected.append(min(box[2] - box[0], box[3] - box[1]))
    order = np.random.default_rng(0).permutation(len(images))
    sides = view.object_sides(np.array(images)[order], np.array(number)[order])
    assert sides == pytest.approx(np.array(expected)[order], abs=1e-3)
    assert np.isnan(view.object_sides(np.array([0]), np.array([10**6]))).all()
    total = sum(len(view.sides_of_class(number)) for number in range(len(view.classes)))
    assert total == len(images)


def test_the_interval_holds_the_figure_and_narrows_with_more_images() -> None:
    def counts(images: int) -> ImageCounts:
        right = np.arange(images) % 4 != 0
        column = np.stack([right, np.zeros(images), ~right], axis=1).astype(float)
        return ImageCounts(images, 1, np.arange(images), np.zeros(images, int), column, "top1")

    wide, narrow = bootstrap(counts(20)), bootstrap(counts(2000))
    for one in (wide, narrow):
        assert one.value[0] == pytest.approx(0.75)
        assert one.low[0] < 0.75 < one.high[0]
    # the normal approximation of a share: 1.96 sqrt(p q / n) to each side
    half = 1.96 * np.sqrt(0.75 * 0.25 / 2000)
    assert narrow.high[0] - narrow.low[0] == pytest.approx(2 * half, rel=0.15)
    assert wide.high[0] - wide.low[0] > 5 * (narrow.high[0] - narrow.low[0])

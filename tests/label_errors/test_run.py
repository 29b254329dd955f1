"""Planted errors are suggested, remembered when kept, and corrections change the figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from fake_runs import fake_run, fake_runs

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, set_language
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.evaluation.stored_predictions import stored_predictions
from paddlex_nb.label_errors.compared import compared
from paddlex_nb.label_errors.find import label_errors
from paddlex_nb.label_errors.labels_now import LabelsNow
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"))


def of(run: Run) -> tuple[Dataset, Evaluation, DatasetView]:
    dataset = Workspace(RunFolder(run.folder).workspace.path).dataset(run.record.dataset)
    (evaluation,) = run.evaluations()
    return dataset, evaluation, DatasetView(dataset.folder, "val", divided=run.folder)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("task", list(Task), ids=str)
def test_every_task_has_a_ranked_list_with_pictures(
    runs: dict[Task, Run], task: Task, code: str
) -> None:
    set_language(code)
    run = runs[task]
    dataset, evaluation, _ = of(run)
    found = label_errors(run.folder, evaluation.data)
    assert found
    assert all(0 <= one.score <= 1 for one in found)
    turn, last = Counter[int](), (0, -1.0)
    for one in found:  # each image once, the likeliest first, before any comes again
        assert last <= (turn[one.row], -one.score)
        last = (turn[one.row], -one.score)
        turn[one.row] += 1
    assert not any("label_errors." in one.reason().text() for one in found)
    shown = run.label_errors()
    assert len(shown) == sum(one.score >= 0.5 for one in found)
    assert len(shown.to_pandas()) == len(shown)
    shown.append(found[0])
    height, width, channels = shown.draw(len(shown) - 1).shape
    assert (width, height) == dataset_size(dataset, found[0].row)
    assert channels == 3
    assert found[0].path.name in repr(shown)


def dataset_size(dataset: Dataset, row: int) -> tuple[int, int]:
    return DatasetView(dataset.folder, left_out=True).size(row)


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_without_corrections_the_figures_are_those_of_the_evaluation(
    runs: dict[Task, Run], task: Task
) -> None:
    run = runs[task]
    _, evaluation, _ = of(run)
    again = run.rescore(evaluation)
    assert again.changed == 0
    assert again.before == again.after
    assert again.before
    for name, value in again.before.items():
        assert value == pytest.approx(evaluation.metrics[name]), name


def test_a_swapped_class_is_suggested_corrected_and_changes_the_figures(tmp_path: Path) -> None:
    run = fake_run(tmp_path, Task.CLASSIFICATION)
    dataset, evaluation, view = of(run)
    table = table_of(run)
    truth, predicted = table["truth"].to_numpy(), table["prediction"].to_numpy()
    sure = int(np.argmax(np.where(truth == predicted, table["score"].to_numpy(), 0)))
    row = int(view.rows[int(table["row"][sure].as_py())])
    right = view.classes[int(table["truth"][sure].as_py())]
    wrong = next(name for name in view.classes if name != right)
    entry = dataset.edits.set_class([row], wrong)
    # the model has not been asked what it thinks of the new label
    assert row not in {one.row for one in label_errors(run.folder, evaluation.data)}
    again = run.rescore(evaluation)
    assert again.changed == 1
    assert again.difference == pytest.approx(-1 / again.images)
    assert again.low is not None
    assert "1" in again.sentence()
    assert "top" in repr(again).lower()
    undefined = replace(again, difference=None, low=None, high=None)
    assert undefined.sentence().startswith(f"1 of {again.images} images have other labels now, but")
    dataset.edits.undo(entry.number)
    same = run.rescore(evaluation)
    assert same.changed == 0
    assert same.sentence().startswith(f"None of the {same.images} images have been corrected")


COLUMNS = ("row", "score", "class_id", "true_class", "true_number")


def table_of(run: Run) -> pa.Table:
    return stored_predictions(RunFolder(run.folder).evaluation("val", "best").predictions)


@pytest.mark.parametrize("task", [Task.DETECTION, Task.INSTANCE_SEGMENTATION], ids=str)
def test_objects_overlap_as_the_evaluation_has_matched_them(
    runs: dict[Task, Run], task: Task
) -> None:
    run = runs[task]
    labels, matched = LabelsNow(run.folder, of(run)[1].data), 0
    for position, numbers in enumerate(table_of(run)["true_number"].to_pylist()):
        truth, _, sides = compared(labels, position)
        for prediction, number in enumerate(numbers):
            if number is not None:
                (label,) = np.flatnonzero(truth.number == number)
                assert sides.overlap[prediction, label] >= 0.5
                matched += 1
    assert matched > 5


def test_planted_errors_of_objects_are_told_and_corrected_ones_go(tmp_path: Path) -> None:
    run = fake_run(tmp_path, Task.DETECTION)
    dataset, evaluation, view = of(run)
    known = {(e.kind, e.row, e.number) for e in label_errors(run.folder, evaluation.data)}
    # an object that the model has found, and is surest of
    found = [
        (score, int(place), int(number))
        for place, scores, told, true, numbers in zip(
            *(table_of(run)[name].to_pylist() for name in COLUMNS), strict=True
        )
        for score, class_id, truth, number in zip(scores, told, true, numbers, strict=True)
        if class_id == truth
    ]
    _, image, number = max(found)
    row, objects = int(view.rows[image]), view.objects(image)
    objects = objects.take(objects.number == number)
    now = view.classes[int(objects.class_id[0])]
    wrong = next(name for name in view.classes if name != now)
    entry = dataset.edits.set_object_class((row, number), wrong)
    errors = label_errors(run.folder, evaluation.data)
    new = [one for one in errors if (one.row, one.number) == (row, number)]
    assert [(e.kind, e.suggested) for e in new] == [("swapped", now)]
    assert run.rescore(evaluation).changed == 1
    dataset.edits.undo(entry.number)
    dataset.edits.drop_objects((row, number))
    missed = [e for e in label_errors(run.folder, evaluation.data) if e.row == row]
    assert [e.suggested for e in missed if e.kind == "missed"] == [now]
    assert ("missed", row, None) not in known


def test_what_is_kept_is_not_suggested_again_until_that_is_taken_back(tmp_path: Path) -> None:
    run = fake_run(tmp_path, Task.CLASSIFICATION)
    dataset, evaluation, _ = of(run)
    first = run.label_errors()
    first.keep(0)
    first.keep(0)  # again, which changes nothing
    left = run.label_errors()
    assert [one.row for one in left] == [one.row for one in first[1:]]
    assert len(label_errors(run.folder, evaluation.data, kept=True)) > len(left) - 1
    dataset.edits.set_class([first[0].row], str(first[0].suggested))
    first.suggest_again(0)
    dataset.edits.undo()
    assert [one.row for one in run.label_errors()] == [one.row for one in first]
    DatasetFolder(dataset.folder).kept_labels.write_text("[{", encoding="utf-8")
    with pytest.raises(UserError) as raised:
        run.label_errors()
    assert "kept_labels.json" in str(raised.value)


def test_images_left_out_and_classes_renamed_since(tmp_path: Path) -> None:
    run = fake_run(tmp_path, Task.CLASSIFICATION)
    dataset, evaluation, view = of(run)
    gone = run.label_errors()[0].row
    dataset.edits.exclude(gone)
    assert gone not in {one.row for one in run.label_errors()}
    assert run.rescore(evaluation).images == len(view) - 1
    dataset.edits.rename_class(view.classes[0], "another")
    assert all("another" not in (one.given, one.suggested) for one in run.label_errors())
    with pytest.raises(UserError) as raised:
        run.rescore(evaluation)
    assert raised.value.message.key == "label_errors.other_classes"


def test_a_split_that_was_not_evaluated_is_named(runs: dict[Task, Run]) -> None:
    with pytest.raises(UserError) as raised:
        runs[Task.DETECTION].label_errors("train")
    assert raised.value.message.key == "label_errors.not_evaluated"
    assert "training set" in str(raised.value).lower()

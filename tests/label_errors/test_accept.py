"""Suggestions are accepted all or none, written once, undone at once, and never twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from fake_runs import fake_runs

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.edits import DropObjects, SetBox, SetObjectClass, undo_all
from paddlex_nb.data.store.changes import live
from paddlex_nb.data.store.changes.journal import Journal
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.label_errors.accept import accept, acceptable
from paddlex_nb.label_errors.find import label_errors
from paddlex_nb.label_errors.suggestion import LabelError
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("runs"), set(Task) - {Task.SEGMENTATION})


def suggested(run: Run) -> tuple[Dataset, list[LabelError]]:
    """The data set, and everything that can be accepted of it, however unlikely."""
    dataset = Workspace(RunFolder(run.folder).workspace.path).dataset(run.record.dataset)
    (evaluation,) = run.evaluations()
    found = label_errors(run.folder, evaluation.data)
    return dataset, [one for one in found if acceptable(one, run.record.task)]


def labelled(dataset: Dataset) -> list[object]:
    view = DatasetView(dataset.folder, left_out=True)
    return [
        (one.class_id.tolist(), one.number.tolist(), one.xyxy.tolist())
        for one in map(view.objects, range(len(view)))
    ]


def counted(patch: pytest.MonkeyPatch, owner: object, name: str) -> list[str]:
    """Notes each call of a function."""
    calls: list[str] = []
    real = getattr(owner, name)

    def noted(*given: object, **named: object) -> object:
        calls.append(name)
        return real(*given, **named)

    patch.setattr(owner, name, noted)
    return calls


def test_many_are_few_changes_written_once_and_undone_at_once(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, errors = suggested(runs[Task.DETECTION])
    before, kinds = labelled(dataset), Counter(one.kind for one in errors)
    assert kinds["superfluous"] > 1
    assert kinds["missed"]
    written, begun = (
        counted(monkeypatch, Journal, "append"),
        counted(monkeypatch, live, "apply_again"),
    )
    numbers = accept(dataset.folder, errors)
    classes = {one.suggested for one in errors if one.kind == "swapped"}
    assert len(numbers) == len(classes) + 1 + kinds["missed"] + kinds["misplaced"]
    assert [one.number for one in dataset.edits.changes()] == numbers
    assert (len(written), begun) == (1, [])
    assert labelled(dataset) != before
    undo_all(dataset.folder, numbers)
    assert (len(written), len(begun)) == (2, 1)
    assert dataset.edits.changes() == []
    assert labelled(dataset) == before
    undo_all(dataset.folder, numbers)  # somebody else was faster
    assert len(written) == 2


def test_where_one_does_not_fit_none_is_made(runs: dict[Task, Run]) -> None:
    dataset, errors = suggested(runs[Task.DETECTION])
    missed = next(one for one in errors if one.kind == "missed")
    with pytest.raises(UserError) as raised:
        accept(dataset.folder, [*errors, replace(missed, row=10**6)])
    assert raised.value.code == "label_errors.changed_since"
    with pytest.raises(UserError) as raised:
        accept(dataset.folder, [*errors, replace(missed, suggested_box=(0.0, 0.0, 0.0, 0.0))])
    assert raised.value.code == "data.box_empty"
    assert dataset.edits.changes() == []


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (Task.CLASSIFICATION, "swapped"),
        (Task.DETECTION, "superfluous"),
        (Task.DETECTION, "missed"),
        (Task.INSTANCE_SEGMENTATION, "superfluous"),
    ],
)
def test_what_was_corrected_since_is_not_accepted_again(
    runs: dict[Task, Run], task: Task, kind: str
) -> None:
    dataset, errors = suggested(runs[task])
    error = next(one for one in errors if one.kind == kind)
    numbers = accept(dataset.folder, [error])
    with pytest.raises(UserError) as raised:
        accept(dataset.folder, [error])
    assert raised.value.code == "label_errors.changed_since"
    assert error.path.name in str(raised.value)
    assert [one.number for one in dataset.edits.changes()] == numbers
    undo_all(dataset.folder, numbers)


def test_a_box_or_class_that_was_corrected_since_is_not_replaced(runs: dict[Task, Run]) -> None:
    dataset, errors = suggested(runs[Task.DETECTION])
    error = next(one for one in errors if one.kind == "superfluous")
    number = error.number
    assert number is not None
    assert error.box is not None
    left, top, width, height = error.box
    moved = replace(error, kind="misplaced", suggested_box=(left + 1, top, width, height))
    undo_all(dataset.folder, accept(dataset.folder, [moved]))
    names = DatasetView(dataset.folder).classes
    other = next(name for name in names if name != error.given)
    for correction in (
        SetBox(error.row, number, (left, top, width / 2, height)),
        SetObjectClass([(error.row, number)], other),
        DropObjects([(error.row, number)]),
    ):
        entry = dataset.edits.apply(correction)
        with pytest.raises(UserError) as raised:
            accept(dataset.folder, [moved])
        assert raised.value.code == "label_errors.changed_since"
        assert [one.number for one in dataset.edits.changes()] == [entry.number]
        dataset.edits.undo()

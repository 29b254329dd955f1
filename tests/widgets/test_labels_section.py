"""Labels that look wrong on the evaluation's page: accepted, kept, taken back, judged again."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w
import pytest
from fake_runs import fake_runs

from paddlex_nb import Wizard
from paddlex_nb.core.task import Task
from paddlex_nb.dataset import Dataset
from paddlex_nb.label_errors.accept import acceptable
from paddlex_nb.results.label_errors import LabelErrors, found_label_errors
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.pages.evaluation import labels
from paddlex_nb.widgets.parts import Correction, ImageGrid
from paddlex_nb.workspace import Workspace

from .driving import PATIENCE, click, find, inside, said, until


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who was nowhere yet."""
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")


Open = Callable[[Task], tuple[Wizard, Run, Dataset, ImageGrid]]


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a run of each task, to be copied."""
    folder = tmp_path_factory.mktemp("evaluated")
    fake_runs(folder)
    return folder


@pytest.fixture
def open_labels(evaluated: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens the section of a run whose labels look wrong here and there."""
    wizards: list[Wizard] = []

    def opened(task: Task) -> tuple[Wizard, Run, Dataset, ImageGrid]:
        space = Workspace(shutil.copytree(evaluated, tmp_path / "copy"))
        (run,) = (one for one in space.runs() if one.record.task is task)
        dataset = space.dataset(run.record.dataset)
        wizard = Wizard(space, start=False)
        wizards.append(wizard)
        wizard.state.choose_run(run)
        wizard.do(lambda: wizard.state.goto(Step.EVALUATION))
        wizard.event_loop.run_pending()
        find(wizard, w.ToggleButtons, "sections").value = "labels"
        wizard.event_loop.run_pending()
        section = find(wizard, w.Box, "labels")
        grid = next(one for one in inside(section) if isinstance(one, ImageGrid))
        until(wizard, lambda: "Comparing" not in said(wizard))
        return wizard, run, dataset, grid

    yield opened
    for wizard in wizards:
        wizard.close()


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_every_task_lists_what_looks_wrong_with_why(open_labels: Open, task: Task) -> None:
    wizard, run, _, grid = open_labels(task)
    errors = run.label_errors()
    assert grid.count == len(errors)
    tiles = grid.pictures.tiles(0, min(grid.count, 20), 160)
    assert [tile.caption for tile in tiles] == [one.path.name for one in errors[:20]]
    for place, tile in enumerate(tiles):
        assert tile.layers
        if errors[place].place is not None:
            assert any(not shape.faint for shape in tile.layers[0].shapes)
    assert grid.count
    grid.selection = [0, 1]
    wizard.event_loop.run_pending()
    assert escape(errors[0].reason().text()) in said(wizard)
    accept = find(wizard, w.Button, "accept")
    assert accept.disabled == (not acceptable(errors[0], task))


def test_kinds_are_counted_and_chosen(open_labels: Open) -> None:
    wizard, run, _, grid = open_labels(Task.DETECTION)
    kind = find(wizard, w.Dropdown, "kind")
    errors = run.label_errors()
    assert {value for _, value in kind.options[1:]} == {one.kind for one in errors} != set()
    for _, value in kind.options[1:]:
        kind.value = value
        wizard.event_loop.run_pending()
        assert grid.count == sum(one.kind == value for one in errors) > 0


def test_what_is_accepted_is_a_change_that_can_be_undone_and_changes_the_figures(
    open_labels: Open,
) -> None:
    wizard, run, dataset, grid = open_labels(Task.CLASSIFICATION)
    first, before = run.label_errors()[0], grid.count
    grid.selection = [0, 1]
    wizard.event_loop.run_pending()
    click(wizard, "accept")
    until(wizard, lambda: grid.count == before - 1)
    (change,) = dataset.edits.changes()
    assert str(first.suggested) in repr(change)
    click(wizard, "rescore")
    until(wizard, lambda: "pxnb-said>Against the corrected labels of 1 of" in said(wizard))
    click(wizard, "undo")
    until(wizard, lambda: grid.count == before)
    assert dataset.edits.changes() == []


def test_what_is_kept_goes_and_comes_back_when_that_is_undone(open_labels: Open) -> None:
    wizard, run, dataset, grid = open_labels(Task.CLASSIFICATION)
    before = [one.row for one in run.label_errors()]
    grid.selection = [0, 1]
    wizard.event_loop.run_pending()
    click(wizard, "keep-labels")
    until(wizard, lambda: grid.count == len(before) - 1)
    assert [one.row for one in run.label_errors()] == before[1:]
    assert dataset.edits.changes() == []
    click(wizard, "undo")
    until(wizard, lambda: grid.count == len(before))
    assert [one.row for one in run.label_errors()] == before


def test_a_label_is_corrected_in_the_viewer(open_labels: Open) -> None:
    wizard, run, dataset, grid = open_labels(Task.DETECTION)
    error = next(one for one in run.label_errors() if one.number is not None)
    place = [(one.row, one.number) for one in run.label_errors()].index((error.row, error.number))
    assert grid.corrector is not None
    grid.corrector(Correction(place, "delete", number=error.number))
    (change,) = dataset.edits.changes()
    assert str(error.number) in repr(change)
    click(wizard, "look-again")
    left = [(one.row, one.number) for one in run.label_errors()]
    assert (error.row, error.number) not in left
    until(wizard, lambda: grid.count == len(left))


def test_images_of_suspected_labels_are_left_out_by_a_key(open_labels: Open) -> None:
    wizard, run, dataset, grid = open_labels(Task.CLASSIFICATION)
    before, row = grid.count, run.label_errors()[0].row
    grid.selection = [0, 1]
    wizard.event_loop.run_pending()
    grid.receive({"kind": "remove"})
    wizard.event_loop.run_pending()
    assert grid.count == before - 1
    assert row not in {one.row for one in run.label_errors()}
    click(wizard, "undo")
    until(wizard, lambda: grid.count == before)
    assert dataset.edits.changes() == []


def test_many_suggestions_are_accepted_at_once_and_undone_as_one(open_labels: Open) -> None:
    wizard, _, dataset, grid = open_labels(Task.DETECTION)
    grid.selection = [0, grid.count]
    wizard.event_loop.run_pending()
    before, errors = grid.count, grid.pictures.errors  # type: ignore[attr-defined]
    wrong = sum(acceptable(one, Task.DETECTION) for one in errors)
    assert wrong > 1
    click(wizard, "accept")
    until(wizard, lambda: grid.count == before - wrong)
    changes = dataset.edits.changes()
    dropped = [one for one in errors if one.kind == "superfluous"]
    assert len(changes) <= wrong - len(dropped) + 1
    assert f"{wrong} labels were corrected" in said(wizard)
    click(wizard, "undo")
    until(wizard, lambda: grid.count == before)
    assert dataset.edits.changes() == []


def test_while_suggestions_are_settled_nothing_else_is_looked_for_or_settled(
    open_labels: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard, _, dataset, grid = open_labels(Task.CLASSIFICATION)
    before, looked, may_end = grid.count, [], threading.Event()

    def slow(*given: Any) -> LabelErrors:
        found = found_label_errors(*given)
        looked.append(1)
        assert may_end.wait(PATIENCE)
        return found

    monkeypatch.setattr(labels, "found_label_errors", slow)
    grid.selection = [0, 1]
    wizard.event_loop.run_pending()
    click(wizard, "look-again")
    buttons = [find(wizard, w.Button, n) for n in ("look-again", "accept", "keep-labels", "undo")]
    assert all(one.disabled for one in buttons)
    for one in buttons:  # a browser that does not know yet
        one.click()
    grid.receive({"kind": "remove"})
    wizard.event_loop.run_pending()
    assert dataset.edits.changes() == []
    may_end.set()
    until(wizard, lambda: not buttons[0].disabled)
    assert (len(looked), grid.count) == (1, before)


def test_what_cannot_be_accepted_any_more_is_said_and_stays(open_labels: Open) -> None:
    wizard, run, dataset, grid = open_labels(Task.CLASSIFICATION)
    first, before = run.label_errors()[0], grid.count
    dataset.edits.set_class([first.row], str(first.suggested))
    grid.selection = [0, 1]
    wizard.event_loop.run_pending()
    accept = find(wizard, w.Button, "accept")
    click(wizard, "accept")
    until(wizard, lambda: not accept.disabled)
    assert f"The labels of {first.path.name} have been corrected" in said(wizard)
    assert grid.count == before
    assert len(dataset.edits.changes()) == 1

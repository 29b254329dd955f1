"""The page of runs: list, remarks, again with changes, train on, archive, delete."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import ipywidgets as w
import pytest

from paddlex_nb import Wizard
from paddlex_nb.catalogue.models import FAKE_VARIABLE
from paddlex_nb.core.i18n import set_language
from paddlex_nb.core.task import Task
from paddlex_nb.run import Run
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.parts import LineChart, RecordTable
from paddlex_nb.workspace import Workspace

from .driving import click, find, inside, said, until


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two data sets; two runs of the first, one of the second."""
    patch = pytest.MonkeyPatch()
    patch.setenv(FAKE_VARIABLE, "1")
    patch.setenv(STEP_VARIABLE, "0.001")
    workspace = Workspace(tmp_path_factory.mktemp("runs"))
    fruit = workspace.import_sample(Task.CLASSIFICATION, progress=False)
    boxes = workspace.import_sample(Task.DETECTION, progress=False)
    names = [
        (fruit, "fake", "first"),
        (fruit, "fake", "second"),
        (boxes, "fake_detection", "third"),
    ]
    for dataset, model, name in names:
        workspace.train(dataset, model, name=name, epochs=2, progress=False)
    yield workspace
    patch.undo()


@pytest.fixture
def wizard(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wizard]:
    """The page of runs, for the run called first."""
    set_language("en")
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
    wizard = Wizard(space, start=False)
    wizard.state.choose_run(run(space, "first"))
    wizard.do(lambda: wizard.state.goto(Step.RUNS))
    wizard.event_loop.run_pending()
    yield wizard
    wizard.close()


def run(workspace: Workspace, name: str) -> Run:
    return next(one for one in workspace.runs() if one.record.name == name)


def table(wizard: Wizard) -> RecordTable:
    return find(wizard, RecordTable)


def names(wizard: Wizard) -> list[str]:
    return [row.cells[1].text for row in table(wizard).rows]


def choose(wizard: Wizard, *names: str) -> None:
    table(wizard).selected = [run(wizard.state.workspace, name).id for name in names]
    wizard.event_loop.run_pending()


def test_the_list_says_what_each_run_is(wizard: Wizard) -> None:
    assert names(wizard) == ["second", "first"]
    find(wizard, w.Dropdown, "of").value = ""
    wizard.event_loop.run_pending()
    assert names(wizard) == ["third", "second", "first"]
    row = table(wizard).rows[-1]
    cells = dict(zip([c.name for c in table(wizard).columns], row.cells, strict=True))
    one = run(wizard.state.workspace, "first")
    best = one.history.best
    assert best is not None
    assert (cells["state"].text, cells["state"].order) == ("done", "done")
    assert cells["best"].order == best.value
    assert cells["epochs"].text == "2/2"
    assert cells["user"].text == f"{one.record.user}@{one.record.host}"
    assert table(wizard).selected == [one.id]  # what the wizard speaks of


def test_remarks_are_kept_and_found(wizard: Wizard) -> None:
    find(wizard, w.Text, "remark-name").value = "<b>first</b>"
    find(wizard, w.Text, "remark-tags").value = "night, camera 2，night"
    find(wizard, w.Textarea, "remark-note").value = "with flips"
    click(wizard, "runs-star")
    record = next(r for r in wizard.state.workspace.runs() if r.record.starred).record
    assert (record.name, record.tags) == ("<b>first</b>", ["night", "camera 2"])
    row = table(wizard).rows[-1]
    assert row.cells[0].text == "★"
    assert "with flips" in row.search
    assert "<b>first" not in said(wizard)
    header = find(wizard, w.Dropdown, "header-run")
    until(wizard, lambda: "<b>first</b>" in [label for label, _ in header.options])
    find(wizard, w.Text, "remark-name").value = ""
    wizard.event_loop.run_pending()
    assert "The name is empty" in said(wizard)
    find(wizard, w.Text, "remark-name").value = "first"
    click(wizard, "runs-unstar")
    assert not run(wizard.state.workspace, "first").record.starred


def test_again_takes_all_parameters_over(wizard: Wizard) -> None:
    workspace = wizard.state.workspace
    source = workspace.train(
        workspace.datasets()[-1], "fake", name="odd", epochs=3, batch_size=5, progress=False
    )
    until(wizard, lambda: "odd" in names(wizard))
    choose(wizard, "odd")
    click(wizard, "runs-again")
    assert wizard.state.step is Step.PARAMETERS
    assert wizard.state.overrides == {"epochs": 3, "batch_size": 5}
    assert find(wizard, w.Text, "run_name").value == "odd"
    find(wizard, w.Text, "run_name").value = "odd once more"
    find(wizard, w.Text, "run_note").value = "the same"
    click(wizard, "start")
    again = wizard.state.run
    assert again is not None
    assert again.training.result(60) == again
    record = again.record
    assert (record.name, record.note, record.based_on) == ("odd once more", "the same", source.id)
    assert record.params == source.record.params
    assert (wizard.state.run_name, wizard.state.based_on) == ("", "")
    again.delete()
    source.delete()


def test_train_on_asks_how_far(wizard: Wizard) -> None:
    choose(wizard, "second")
    second = run(wizard.state.workspace, "second")
    click(wizard, "runs-train_on")
    field = next(one for one in inside(wizard) if isinstance(one, w.BoundedIntText))
    assert (field.value, field.min) == (4, 3)
    field.value = 3
    buttons = [one for one in inside(wizard) if isinstance(one, w.Button)]
    next(one for one in buttons if one.description == "Start training").click()
    wizard.event_loop.run_pending()
    second.training.wait(60)
    assert second.summary.epoch == 3
    until(wizard, lambda: table(wizard).rows[0].cells[4].text == "3/3")


def test_archived_runs_are_out_of_the_way(wizard: Wizard) -> None:
    choose(wizard, "second")
    click(wizard, "runs-archive")
    assert names(wizard) == ["first"]
    find(wizard, w.Checkbox, "archived").value = True
    wizard.event_loop.run_pending()
    assert names(wizard) == ["second", "first"]
    choose(wizard, "second")
    click(wizard, "runs-unarchive")
    find(wizard, w.Checkbox, "archived").value = False
    wizard.event_loop.run_pending()
    assert names(wizard) == ["second", "first"]


def test_delete_says_what_goes_and_asks_first(wizard: Wizard) -> None:
    workspace = wizard.state.workspace
    dataset = workspace.datasets()[-1]
    gone = workspace.train(dataset, "fake", name="gone", epochs=1, progress=False)
    until(wizard, lambda: "gone" in names(wizard))
    choose(wizard, "gone")
    click(wizard, "runs-delete")
    until(wizard, lambda: "Delete gone?" in said(wizard))
    assert " kB" in said(wizard)
    assert gone.folder.exists()
    buttons = [one for one in inside(wizard) if isinstance(one, w.Button)]
    next(one for one in buttons if one.description == "Delete for good").click()
    wizard.event_loop.run_pending()
    until(wizard, lambda: "1 run was deleted" in said(wizard))
    assert not gone.folder.exists()
    until(wizard, lambda: "gone" not in names(wizard))


def test_the_header_changes_what_a_page_speaks_of(wizard: Wizard) -> None:
    workspace = wizard.state.workspace
    second, third = run(workspace, "second"), run(workspace, "third")
    wizard.do(lambda: wizard.state.goto(Step.TRAINING))
    wizard.event_loop.run_pending()
    find(wizard, w.Dropdown, "header-run").value = second.id
    wizard.event_loop.run_pending()
    assert (wizard.state.run, wizard.state.step) == (second, Step.TRAINING)
    find(wizard, w.Dropdown, "header-dataset").value = third.record.dataset
    wizard.event_loop.run_pending()
    assert wizard.state.run == third
    assert wizard.state.step is Step.TRAINING
    runs = find(wizard, w.Dropdown, "header-run")
    assert [key for _, key in runs.options] == [third.id]


def test_the_form_of_a_data_set_is_there_when_one_comes_back(wizard: Wizard) -> None:
    state = wizard.state
    first, second = state.datasets()[-1], state.datasets()[0]
    state.choose_dataset(first)
    state.model, state.overrides, state.run_name = "fake", {"epochs": 7}, "try"
    state.choose_dataset(second)
    assert (state.model, state.overrides, state.run_name) == ("", {}, "")
    state.choose_dataset(first)
    assert (state.model, state.overrides, state.run_name) == ("fake", {"epochs": 7}, "try")


def test_two_runs_are_compared_on_the_page(wizard: Wizard) -> None:
    workspace = wizard.state.workspace
    for name in ("first", "second"):
        run(workspace, name).evaluate(progress=False)
    choose(wizard, "first", "second")
    click(wizard, "runs-compare")
    until(wizard, lambda: any(isinstance(one, LineChart) for one in inside(wizard)))
    shown = said(wizard)
    assert "within noise" in shown or "better" in shown or "worse" in shown
    chart = find(wizard, LineChart)
    assert [one.label for one in chart.series] == ["first", "second"]
    assert all(chart.points(one.name)[0] for one in chart.series)
    click(wizard, "compare-save")
    text = (workspace.path / "exports" / "comparison.csv").read_text("utf-8-sig")
    assert "first" in text

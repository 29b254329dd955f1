"""The list of data sets on the data page: open, rename, show the runs, delete, how much disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import ipywidgets as w
import pytest

from paddlex_nb import Wizard, deletion
from paddlex_nb.catalogue.models import FAKE_VARIABLE
from paddlex_nb.core.i18n import set_language
from paddlex_nb.core.task import Task
from paddlex_nb.dataset import Dataset
from paddlex_nb.deletion import disk_use
from paddlex_nb.item import Item
from paddlex_nb.suites.fake import STEP_VARIABLE
from paddlex_nb.widgets.app import disk_meter
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.pages.data import sets
from paddlex_nb.widgets.parts import RecordTable
from paddlex_nb.workspace import Workspace

from .driving import click, find, inside, said, until


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two data sets; a run of the first."""
    monkeypatch.setenv("PADDLEX_NB_ROOTS", str(tmp_path))
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    monkeypatch.setenv(STEP_VARIABLE, "0.001")
    set_language("en")
    workspace = Workspace(tmp_path / "w")
    fruit = workspace.import_sample(Task.CLASSIFICATION, progress=False)
    workspace.import_sample(Task.DETECTION, progress=False)
    workspace.train(fruit, "fake", name="first", epochs=1, progress=False)
    return workspace


@pytest.fixture
def wizard(space: Workspace) -> Iterator[Wizard]:
    """The data page, with the second of them open."""
    made = Wizard(space, dataset=one(space, "sample-detection").id, start=False)
    made.do(lambda: made.state.goto(Step.DATA))
    made.event_loop.run_pending()
    yield made
    made.close()


def one(workspace: Workspace, name: str) -> Dataset:
    return next(d for d in workspace.datasets() if d.record.name == name)


def cells(wizard: Wizard) -> dict[str, dict[str, str]]:
    """The texts of the table by name and column."""
    table = find(wizard, RecordTable)
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, (c.text for c in r.cells), strict=True)) for r in table.rows]
    return {row["name"]: row for row in rows}


def choose(wizard: Wizard, *names: str) -> None:
    workspace = wizard.state.workspace
    find(wizard, RecordTable).selected = [one(workspace, name).id for name in names]
    wizard.event_loop.run_pending()


def offered(wizard: Wizard) -> list[str]:
    buttons = (one for one in inside(wizard) if isinstance(one, w.Button))
    names = (name for button in buttons for name in button._dom_classes)
    return [name for name in names if name.startswith("pxnb-sets-")]


def test_the_list_says_what_each_data_set_is(wizard: Wizard) -> None:
    until(wizard, lambda: all(row["disk"] != "…" for row in cells(wizard).values()))
    fruit = one(wizard.state.workspace, "sample-classification")
    row = cells(wizard)["sample-classification"]
    assert row["task"] == "Image classification"
    assert row["images"] == str(fruit.record.images)
    assert row["classes"] == str(len(fruit.classes))
    assert row["runs"] == "1"
    assert "kB" in row["disk"] or "MB" in row["disk"]
    assert cells(wizard)["sample-detection"]["runs"] == "0"
    assert find(wizard, RecordTable).selected == [
        one(wizard.state.workspace, "sample-detection").id
    ]
    assert offered(wizard) == ["pxnb-sets-delete"]  # it is open, and has no runs


def test_another_one_is_opened_and_its_runs_are_shown(wizard: Wizard) -> None:
    fruit = one(wizard.state.workspace, "sample-classification")
    choose(wizard, "sample-classification")
    click(wizard, "sets-open")
    assert wizard.state.dataset == fruit
    assert find(wizard, RecordTable).selected == [fruit.id]
    choose(wizard, "sample-detection")
    find(wizard, RecordTable).receive({"kind": "open", "id": fruit.id})
    wizard.event_loop.run_pending()
    assert find(wizard, w.HTML, "recognised").value.count("image classification")
    wizard.state.runs_of_dataset = False
    click(wizard, "sets-runs")
    assert wizard.state.step is Step.RUNS
    assert find(wizard, w.Dropdown, "of").value == fruit.id
    assert [row.cells[1].text for row in find(wizard, RecordTable).rows] == ["first"]


def test_a_data_set_is_renamed_everywhere_on_the_page(wizard: Wizard) -> None:
    find(wizard, w.Text, "set-name").value = "<b>boxes</b>"
    wizard.event_loop.run_pending()
    assert one(wizard.state.workspace, "<b>boxes</b>") == wizard.state.dataset
    assert "<b>boxes</b>" in cells(wizard)
    assert "<h3>&lt;b&gt;boxes&lt;/b&gt;</h3>" in said(wizard)
    assert "sample-detection</h3>" not in said(wizard)
    find(wizard, w.Text, "set-name").value = " "
    wizard.event_loop.run_pending()
    assert "The name is empty" in said(wizard)


def test_deleting_says_what_goes_asks_first_and_keeps_the_wizard_free(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = threading.Event()

    def slow(folder: Path) -> int:
        assert threading.current_thread() is not threading.main_thread()
        measured.wait(30)
        return disk_use(folder)

    monkeypatch.setattr(deletion, "disk_use", slow)
    fruit = one(wizard.state.workspace, "sample-classification")
    choose(wizard, "sample-classification")
    click(wizard, "sets-delete")
    assert "Measuring how much" in said(wizard)
    measured.set()
    until(wizard, lambda: "pxnb-sets-delete-go" in offered(wizard))
    assert "Delete sample-classification? This frees" in said(wizard)
    assert "1 run was trained with it" in said(wizard)
    click(wizard, "sets-keep")
    assert "This frees" not in said(wizard)
    assert fruit.folder.exists()

    click(wizard, "sets-delete")
    until(wizard, lambda: "pxnb-sets-delete-go" in offered(wizard))
    click(wizard, "sets-delete-go")
    until(wizard, lambda: "1 data set was deleted" in said(wizard))
    assert not fruit.folder.exists()
    assert list(cells(wizard)) == ["sample-detection"]
    assert wizard.state.dataset == one(wizard.state.workspace, "sample-detection")


def test_what_is_in_use_is_not_deleted_and_that_is_said(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = one(wizard.state.workspace, "sample-detection")
    monkeypatch.setenv(STEP_VARIABLE, "10")
    training = wizard.state.workspace.train(dataset, "fake_detection", epochs=9, wait=False)
    click(wizard, "sets-delete")
    until(wizard, lambda: "cannot be deleted because the run" in said(wizard))
    assert "Measuring how much" not in said(wizard)
    assert "pxnb-sets-delete-go" not in offered(wizard)
    training.stop()
    training.wait(60)
    assert dataset.folder.exists()


def test_the_one_that_is_open_can_be_deleted(wizard: Wizard) -> None:
    choose(wizard, "sample-detection", "sample-classification")
    assert offered(wizard) == ["pxnb-sets-delete"]
    click(wizard, "sets-delete")
    until(wizard, lambda: "pxnb-sets-delete-go" in offered(wizard))
    click(wizard, "sets-delete-go")
    until(wizard, lambda: "2 data sets were deleted" in said(wizard))
    assert wizard.state.dataset is None
    assert wizard.state.workspace.datasets() == []
    assert 'class="pxnb-figures"' not in said(wizard)


def test_what_is_no_longer_open_can_be_opened(wizard: Wizard, tmp_path: Path) -> None:
    assert "pxnb-sets-open" not in offered(wizard)
    (tmp_path / "empty").mkdir()
    field = find(wizard, w.Text, "path-text")
    field._handle_custom_msg({"event": "submit"}, [])
    field.value = str(tmp_path / "empty")
    until(wizard, lambda: "contains no images" in said(wizard))
    until(wizard, lambda: "pxnb-sets-open" in offered(wizard))


def test_what_is_open_may_be_deleted_by_others(wizard: Wizard) -> None:
    wizard._looked = time.monotonic()  # the wizard itself does not look at this tick
    one(wizard.state.workspace, "sample-detection").delete()
    wizard.event_loop.run_pending()
    assert wizard.state.dataset is None
    until(wizard, lambda: 'class="pxnb-figures"' not in said(wizard))


def test_what_others_import_and_delete_comes_and_goes(wizard: Wizard) -> None:
    workspace = wizard.state.workspace
    third = workspace.import_sample(Task.SEGMENTATION, progress=False)
    until(wizard, lambda: "sample-segmentation" in cells(wizard))
    third.delete()
    until(wizard, lambda: "sample-segmentation" not in cells(wizard))


def test_a_tick_reads_no_record(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
    until(wizard, lambda: all(row["disk"] != "…" for row in cells(wizard).values()))
    monkeypatch.setattr(sets, "_EVERY", 0.0)
    monkeypatch.setattr(sets, "row_of", None)
    for _ in range(3):
        wizard.event_loop.run_pending()


def test_folders_are_measured_beside_and_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()

    def noted(folder: Path) -> int:
        threads.add(threading.current_thread())
        return disk_use(folder)

    monkeypatch.setattr(disk_meter, "disk_use", noted)
    meter = disk_meter.DiskMeter()
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        Item(folder).folder.mkdir()
    (folders[0] / "large").write_bytes(bytes(range(256)) * 4000)
    meter.measure(folders)
    news: list[Path] = []
    while len(news) < 2:
        news += meter.news()
    assert news == folders
    assert (meter.size(folders[0]) or 0) >= 1_000_000
    assert meter.size(folders[1]) == 0
    (folders[0] / "large").unlink()
    meter.measure(folders[:1])
    while not meter.news():
        pass
    assert meter.size(folders[0]) == 0
    assert threading.main_thread() not in threads

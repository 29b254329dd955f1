"""The data page tells of what is still to be done, and of what was done on it."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import ipywidgets as w
import pytest

from paddlex_nb import Wizard
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import set_language
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.parts import ImageGrid
from paddlex_nb.workspace import Workspace

from .driving import click, find, inside, said, until


@pytest.fixture
def divided(tmp_path: Path) -> Path:
    """The sample in folders of splits: val has six apples, but one of each other class."""
    write_sample(Task.CLASSIFICATION, tmp_path / "sample")
    for folder in sorted((tmp_path / "sample").iterdir()):
        for number, image in enumerate(sorted(folder.glob("*.jpg"))):
            split = "val" if number < (6 if folder.name == "apple" else 1) else "train"
            place = tmp_path / "fruit" / split / folder.name
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(image, place / image.name)
    copy = next((tmp_path / "fruit/train/apple").iterdir())
    shutil.copy(copy, tmp_path / "fruit/train/banana/copy.jpg")
    return tmp_path / "fruit"


@pytest.fixture
def wizard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wizard]:
    """One on a workspace that is empty."""
    monkeypatch.setenv("PADDLEX_NB_ROOTS", str(tmp_path))
    made = Wizard(Workspace(tmp_path / "w"), start=False)
    yield made
    made.close()
    set_language("en")


def go(wizard: Wizard, step: Step) -> None:
    wizard.do(lambda: wizard.state.goto(step))
    wizard.event_loop.run_pending()


def figures(wizard: Wizard) -> str:
    shown: list[str] = [one.value for one in inside(wizard) if isinstance(one, w.HTML)]
    return next(value for value in shown if 'class="pxnb-figures"' in value)


def press_enter(field: w.Text, text: str) -> None:
    """As a browser sends it: the key first, then the text."""
    field._handle_custom_msg({"event": "submit"}, [])
    field.value = text


def filled(wizard: Wizard) -> list[str]:
    buttons = (one for one in inside(wizard) if isinstance(one, w.Button))
    return [one.description for one in buttons if "pxnb-primary" in one._dom_classes]


def test_enter_imports_and_leaving_the_field_does_not(wizard: Wizard, divided: Path) -> None:
    assert filled(wizard) == ["Use the sample"]
    field = find(wizard, w.Text, "path-text")
    field.value = str(divided)
    wizard.event_loop.run_pending()
    assert wizard.state.dataset is None
    press_enter(field, str(divided / "nothing"))
    wizard.event_loop.run_pending()
    assert f"{divided / 'nothing'}" in said(wizard)
    assert wizard.state.dataset is None
    press_enter(field, str(divided))
    wizard.event_loop.run_pending()
    until(wizard, lambda: wizard.state.dataset_ready)
    assert wizard.state.dataset is not None
    assert wizard.state.dataset.record.source == str(divided)
    wizard.do(lambda: None)
    wizard.event_loop.run_pending()
    assert len(filled(wizard)) == 1
    assert filled(wizard) != ["Use the sample"]


def test_what_is_dealt_with_counts_apart(wizard: Wizard, divided: Path) -> None:
    dataset = wizard.state.workspace.import_dataset(divided)
    wizard.state.choose_dataset(dataset)
    given = read_splits(dataset.folder)
    go(wizard, Step.PREVIEW)
    go(wizard, Step.DATA)
    assert dataset.record.findings["warning"] == 2
    assert "<b>2</b><span>warnings" in figures(wizard)
    assert "fixed" not in figures(wizard)

    buttons = [one for one in inside(wizard) if isinstance(one, w.Button)]
    next(one for one in buttons if "Duplicates with different classes" in one.tooltip).click()
    wizard.event_loop.run_pending()
    assert find(wizard, ImageGrid).count == 2
    click(wizard, "fix")
    assert "<b>1</b><span>warning<" in figures(wizard)
    assert "<b>1</b><span>fixed" in figures(wizard)

    click(wizard, "divide")
    assert wizard.state.step is Step.SPLIT
    assert find(wizard, w.Button, "as-given").layout.display == "none"
    click(wizard, "anew")
    assert find(wizard, w.Button, "as-given").layout.display == ""
    go(wizard, Step.DATA)
    assert "<b>0</b><span>warnings" in figures(wizard)
    assert "<b>2</b><span>fixed" in figures(wizard)
    assert not [b for b in inside(wizard) if "pxnb-divide" in getattr(b, "_dom_classes", ())]

    dataset.split(0.5, 0.3, 0.2, folds=4)
    go(wizard, Step.SPLIT)
    click(wizard, "as-given")
    wizard.event_loop.run_pending()  # nothing that the sliders set off may divide it once more
    assert read_splits(dataset.folder) == given
    assert find(wizard, w.IntSlider, "slider-val").value == round(100 * given.plan.val)
    assert find(wizard, w.Button, "as-given").layout.display == "none"
    go(wizard, Step.DATA)
    assert "<b>1</b><span>warning<" in figures(wizard)


def test_splits_are_named_in_the_language(wizard: Wizard, divided: Path) -> None:
    dataset = wizard.state.workspace.import_dataset(divided)
    (uneven,) = [f for f in dataset.findings() if f.code == "uneven_split"]
    assert uneven.message.text("en").startswith("In the validation set, apple has 6 images")
    assert uneven.message.text("zh_CN").startswith("验证集中 apple 有 6 张图像")
    wizard.state.choose_dataset(dataset)
    wizard.change_language("zh_CN")
    go(wizard, Step.PARAMETERS)
    weights = find(wizard, w.Text, "weights-file")
    weights.value = "/nowhere.pdparams"
    wizard.event_loop.run_pending()
    assert wizard.state.weights == "/nowhere.pdparams"
    weights.value = ""
    wizard.event_loop.run_pending()
    assert wizard.state.weights == "auto"


def test_only_exports_that_were_started_here_are_told_of(
    wizard: Wizard, divided: Path, tmp_path: Path
) -> None:
    dataset = wizard.state.workspace.import_dataset(divided)
    with pytest.raises(UserError):
        dataset.export("folders", divided)
    wizard.state.choose_dataset(dataset)
    go(wizard, Step.PREVIEW)
    go(wizard, Step.DATA)
    assert "not empty" not in said(wizard)
    click(wizard, "write")
    written = tmp_path / "w/exports" / f"{dataset.id}-folders"
    until(wizard, lambda: "✓" in said(wizard) and str(written) in said(wizard))


def test_data_that_came_undivided_has_no_split_to_go_back_to(wizard: Wizard) -> None:
    dataset = wizard.state.workspace.import_sample(Task.CLASSIFICATION)
    with pytest.raises(UserError, match="without a split"):
        dataset.use_given_split()
    wizard.state.choose_dataset(dataset)
    go(wizard, Step.SPLIT)
    assert find(wizard, w.Button, "as-given").layout.display == "none"


def test_a_folder_that_was_moved_is_pointed_to_beside_the_message(
    wizard: Wizard, divided: Path, tmp_path: Path
) -> None:
    dataset = wizard.state.workspace.import_dataset(divided)
    wizard.state.choose_dataset(dataset)
    go(wizard, Step.SPLIT)
    assert "relocate" not in said(wizard)
    divided.rename(tmp_path / "renamed")
    for step in (Step.PREVIEW, Step.SPLIT, Step.PARAMETERS):
        go(wizard, step)
        assert f"are not in {divided}" in said(wizard), step
        click(wizard, "moved")
        assert wizard.state.step is Step.DATA
    assert f"are not in {divided}" in said(wizard)
    assert "images" in figures(wizard)
    box = next(one for one in inside(wizard) if "pxnb-moved-source" in one._dom_classes)
    field = next(one for one in inside(box) if isinstance(one, w.Text))
    button = next(one for one in inside(box) if "pxnb-import" in one._dom_classes)
    field.value = str(tmp_path / "w")
    button.click()
    wizard.event_loop.run_pending()
    assert f"found in and around {tmp_path / 'w'}" in said(wizard)
    assert f"are not in {divided}" in said(wizard)
    field.value = str(tmp_path)
    button.click()
    wizard.event_loop.run_pending()
    assert f"{tmp_path / 'renamed'}." in said(wizard)  # in the one that was pointed to
    assert f"are not in {divided}" not in said(wizard)
    go(wizard, Step.PREVIEW)
    assert "relocate" not in said(wizard)
    assert dataset.record.source == str(tmp_path / "renamed")


def test_an_archive_that_was_moved_is_pointed_to_where_it_is_updated(
    wizard: Wizard, divided: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", divided))
    dataset = wizard.state.workspace.import_dataset(archive)
    wizard.state.choose_dataset(dataset)
    archive.rename(tmp_path / "renamed.zip")
    go(wizard, Step.PREVIEW)
    assert "relocate" not in said(wizard)  # the images are the workspace's own
    go(wizard, Step.DATA)
    assert f"{archive}, no longer exists" in said(wizard)
    box = next(one for one in inside(wizard) if "pxnb-moved-source" in one._dom_classes)
    field = next(one for one in inside(box) if isinstance(one, w.Text))
    press_enter(field, str(tmp_path / "renamed.zip"))
    wizard.event_loop.run_pending()
    assert f"{archive}, no longer exists" not in said(wizard)
    assert dataset.record.source == str(tmp_path / "renamed.zip")
    assert find(wizard, w.Button, "update")


def test_what_is_not_clear_is_asked(wizard: Wizard, divided: Path) -> None:
    for split in ("train", "val"):
        (divided / split / "apple").rename(divided / split / "depth")
    press_enter(find(wizard, w.Text, "path-text"), str(divided))
    wizard.event_loop.run_pending()
    until(wizard, lambda: "the name of the folder depth describes what it contains" in said(wizard))
    assert wizard.state.dataset is None
    assert wizard.state.workspace.datasets() == []
    reading = find(wizard, w.Button, "read-as").description
    assert reading == "Image classification – One folder per class"
    click(wizard, "language")
    # it is still asked, in the other language
    assert "的名称表示其中存放的内容，而不是类别" in said(wizard)
    assert find(wizard, w.Button, "read-as").description == "图像分类 – 每类一个文件夹"
    click(wizard, "read-as")
    until(wizard, lambda: wizard.state.dataset_ready)
    assert wizard.state.dataset is not None
    assert "depth" in wizard.state.dataset.classes
    click(wizard, "language")
    assert not [one for one in inside(wizard) if "pxnb-read-as" in one._dom_classes]


def test_an_import_that_was_killed_is_named_with_what_to_do(wizard: Wizard, divided: Path) -> None:
    press_enter(find(wizard, w.Text, "path-text"), str(divided))
    wizard.event_loop.run_pending()
    assert wizard.state.dataset is not None
    job = wizard.state.dataset.jobs("import")[0]
    process = JobFolder(job.folder).process
    until(wizard, process.exists)
    os.kill(int(json.loads(process.read_text())["pid"]), signal.SIGKILL)
    until(wizard, lambda: "was interrupted" in said(wizard))
    assert f"import {divided} again" in said(wizard)
    assert "resumed" not in said(wizard)
    assert wizard.state.dataset is None


def test_what_is_dropped_is_not_asked_again(wizard: Wizard, divided: Path) -> None:
    for split in ("train", "val"):
        (divided / split / "apple").rename(divided / split / "depth")
    press_enter(find(wizard, w.Text, "path-text"), str(divided))
    wizard.event_loop.run_pending()
    until(wizard, lambda: "Nothing has been imported yet" in said(wizard))
    click(wizard, "read-as-none")
    click(wizard, "language")
    assert not [one for one in inside(wizard) if "pxnb-read-as" in one._dom_classes]


def test_that_an_import_is_under_way_is_said_only_as_long_as_it_is(
    wizard: Wizard, divided: Path
) -> None:
    field = find(wizard, w.Text, "path-text")
    press_enter(field, str(divided))
    wizard.event_loop.run_pending()
    press_enter(field, str(divided.parent / "sample"))
    wizard.event_loop.run_pending()
    assert "An import is running" in said(wizard)
    until(wizard, lambda: wizard.state.dataset_ready)
    until(wizard, lambda: 'class="pxnb-figures"' in said(wizard))
    assert "An import is running" not in said(wizard)


def test_what_went_wrong_is_still_said_in_another_language(wizard: Wizard, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    press_enter(find(wizard, w.Text, "path-text"), str(tmp_path / "empty"))
    wizard.event_loop.run_pending()
    until(wizard, lambda: "contains no images" in said(wizard))
    click(wizard, "language")
    assert "contains no images" not in said(wizard)
    assert f"{tmp_path / 'empty'} 中" in said(wizard)


def test_the_page_says_what_was_recognised(wizard: Wizard, divided: Path) -> None:
    dataset = wizard.state.workspace.import_dataset(divided)
    wizard.state.choose_dataset(dataset)
    go(wizard, Step.PREVIEW)
    go(wizard, Step.DATA)
    shown = find(wizard, w.HTML, "recognised").value
    assert "Recognised as image classification, one folder per class" in shown
    assert "the one that the data set came with (training " in shown
    assert "apple (" in shown


def test_classes_are_renamed_merged_and_taken_back(wizard: Wizard, divided: Path) -> None:
    dataset = wizard.state.workspace.import_dataset(divided)
    wizard.state.choose_dataset(dataset)
    before = dataset.classes
    go(wizard, Step.PREVIEW)
    go(wizard, Step.DATA)
    click(wizard, "classes")
    find(wizard, w.Dropdown, "class-from").value = before[0]
    find(wizard, w.Text, "class-name").value = before[1]
    click(wizard, "rename-class")
    assert before[1] in said(wizard), "another class has the name"
    find(wizard, w.Text, "class-name").value = "<b>Pomme</b>"
    click(wizard, "rename-class")
    assert dataset.classes == ["<b>Pomme</b>", *before[1:]]
    click(wizard, "classes")
    find(wizard, w.Dropdown, "class-merged").value = "<b>Pomme</b>"
    find(wizard, w.Dropdown, "class-into").value = before[1]
    click(wizard, "merge-class")
    assert dataset.classes == before[1:]
    for _ in range(2):
        click(wizard, "undo")
    assert dataset.classes == before


def test_an_import_that_fails_gives_back_the_data_set_that_was_open(
    wizard: Wizard, divided: Path, tmp_path: Path
) -> None:
    opened = wizard.state.workspace.import_dataset(divided, progress=False)
    wizard.state.choose_dataset(opened)
    wizard.event_loop.run_pending()
    empty = tmp_path / "empty"
    empty.mkdir()
    field = find(wizard, w.Text, "path-text")
    press_enter(field, str(empty))
    until(wizard, lambda: wizard.state.dataset == opened and str(empty) in said(wizard))
    assert [one.id for one in wizard.state.workspace.datasets()] == [opened.id]
    assert 'class="pxnb-figures"' in said(wizard)

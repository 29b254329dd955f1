"""What the wizard knows, without a widget."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.catalogue.models import FAKE_VARIABLE
from paddlex_nb.widgets.app.session import Session, last_session, save_session
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.workspace import Workspace


def test_what_is_done_belongs_to_the_chosen_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    workspace = Workspace(tmp_path)
    first = workspace.import_sample("classification")
    run = workspace.train(first, "fake", epochs=1)
    run.evaluate("val")
    second = workspace.import_sample("detection")
    state = WizardState(workspace, first.id)
    assert state.finished == {"evaluation"}
    state.choose_dataset(second)
    assert state.run is None
    assert state.finished == set()
    state.choose_run(run)
    assert state.dataset == first
    assert state.finished == {"evaluation"}


def test_another_state_begins_where_this_user_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.02")
    monkeypatch.setenv("LOGNAME", "ann/../..")
    workspace = Workspace(tmp_path)
    first = workspace.import_sample("classification")
    older, newer = (workspace.train(first, "fake", epochs=1, wait=False).run for _ in range(2))
    second = workspace.import_sample("detection")
    for run in (older, newer):
        run.training.result()

    state = WizardState(workspace)
    assert (state.dataset, state.step) == (second, Step.DATA)
    state.choose_run(older)
    state.goto(Step.EVALUATION)

    state = WizardState(workspace)
    assert (state.dataset, state.run, state.step) == (first, older, Step.EVALUATION)
    # what is asked for goes before, unless it is the same
    state = WizardState(workspace, first.id)
    assert (state.run, state.step) == (older, Step.EVALUATION)
    state = WizardState(workspace, second.id)
    assert (state.dataset, state.step) == (second, Step.PARAMETERS)

    monkeypatch.setenv("LOGNAME", "bob")
    assert WizardState(workspace).step is Step.DATA
    assert {file.parent for file in tmp_path.rglob("ann*.json")} == {tmp_path / "places"}

    monkeypatch.setenv("LOGNAME", "ann/../..")
    state.choose_run(older)
    state.goto(Step.EVALUATION)
    older.delete()
    state = WizardState(workspace)
    assert (state.dataset, state.run, state.step) == (first, newer, Step.EVALUATION)
    first.delete()
    state = WizardState(workspace)
    assert (state.dataset, state.step) == (second, Step.DATA)

    under_way = workspace.train(second, "fake_detection", epochs=200, wait=False).run
    save_session(workspace, Session(Step.SPLIT, second.id))
    state = WizardState(workspace)
    assert (state.run, state.step) == (under_way, Step.TRAINING)
    under_way.stop()


def test_the_language_chosen_on_the_page_holds_until_the_environment_says_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path)
    monkeypatch.setattr("paddlex_nb.core.i18n._current", "en")
    WizardState(workspace).language = "zh_CN"
    assert WizardState(workspace).language == "zh_CN"
    monkeypatch.setattr("paddlex_nb.core.i18n._current", "zh_CN")
    assert WizardState(workspace).language == ""


@pytest.mark.parametrize("damage", [b"", b"[1]", b'{"step": "?"}', b'{"dataset": "../runs"}'])
def test_a_place_that_makes_no_sense_is_the_beginning(tmp_path: Path, damage: bytes) -> None:
    workspace = Workspace(tmp_path)
    save_session(workspace, Session(Step.SPLIT))
    (file,) = (tmp_path / "places").iterdir()
    file.write_bytes(damage)
    state = WizardState(workspace)
    assert (state.dataset, state.step) == (None, Step.DATA)


def test_a_workspace_that_may_not_be_written_forgets(tmp_path: Path) -> None:
    (tmp_path / "places").write_text("a file where the folder should be")
    state = WizardState(Workspace(tmp_path))
    state.language = "zh_CN"
    assert last_session(state.workspace) == Session()

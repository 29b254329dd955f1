"""What the wizard knows, without a widget."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.models.catalogue import FAKE_VARIABLE
from paddlex_nb.widgets.state import WizardState
from paddlex_nb.workspace import Workspace


def test_what_is_done_belongs_to_the_chosen_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    workspace = Workspace(tmp_path)
    first = workspace.import_sample("classification").wait()
    run = workspace.train(first, "fake", epochs=1)
    run.wait()
    run.evaluate("val")
    second = workspace.import_sample("detection").wait()
    state = WizardState(workspace, first.id)
    assert state.finished == {"evaluation"}
    state.choose_dataset(second)
    assert state.run is None
    assert state.finished == set()
    state.choose_run(run)
    assert state.dataset == first
    assert state.finished == {"evaluation"}

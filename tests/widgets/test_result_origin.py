"""What is said of the weights behind a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.widgets.pages.result_origin import origin_notes
from paddlex_nb.workspace import Workspace


@pytest.mark.parametrize(("language", "name"), [("en", "best"), ("zh_CN", "最佳")])
def test_a_checkpoint_has_its_name_in_the_language_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, name: str
) -> None:
    monkeypatch.setattr("paddlex_nb.core.i18n._current", language)
    space = Workspace(tmp_path)
    run = space.train(space.import_sample(Task.CLASSIFICATION), "fake", epochs=1)
    notes = origin_notes(run, run.evaluate("val").to_dict())
    assert name in notes
    assert ("best" in notes) == (language == "en")

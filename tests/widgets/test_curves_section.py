"""The section of a classifier's curves: the page answers while the scores are read."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import ipywidgets as w
import pytest
from fake_runs import fake_run

from paddlex_nb import Wizard
from paddlex_nb.core.task import Task
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.class_scores import ClassScores
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.parts import LineChart
from widgets.driving import find, inside, said, until


def test_scores_are_read_beside_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = fake_run(tmp_path, Task.CLASSIFICATION)
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
    usual = vars(Evidence)["class_scores"].func
    threads = set[threading.Thread]()

    def read(self: Evidence) -> ClassScores | None:
        threads.add(threading.current_thread())
        found: ClassScores | None = usual(self)
        return found

    monkeypatch.setattr(Evidence, "class_scores", property(read))
    wizard = Wizard(str(RunFolder(run.folder).workspace.path), start=False)
    try:
        wizard.state.choose_run(run)
        wizard.do(lambda: wizard.state.goto(Step.EVALUATION))
        wizard.event_loop.run_pending()
        find(wizard, w.ToggleButtons, "sections").value = "curves"
        wizard.event_loop.run_pending()
        section = find(wizard, w.Box, "section")
        until(wizard, lambda: any(isinstance(one, LineChart) for one in inside(section)))
        assert "top-1:" in said(wizard)
        assert threads
        assert threading.current_thread() not in threads
    finally:
        wizard.close()

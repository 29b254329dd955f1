"""The section of kept checkpoints: those without metrics are evaluated, one after another."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import ipywidgets as w
import pytest

from paddlex_nb import Wizard
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.job import State
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.workspace import Workspace
from widgets.driving import click, find, inside, until


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
    monkeypatch.setenv("PADDLEX_NB_FAKE", "1")
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
    space = Workspace(tmp_path)
    dataset = space.import_sample(Task.CLASSIFICATION, progress=False)
    made = space.train(
        dataset, "fake", epochs=3, keep_checkpoints=2, save_interval=1, progress=False
    )
    made.evaluate("val", progress=False)
    return made


@pytest.fixture
def wizard(run: Run) -> Iterator[Wizard]:
    """The evaluation page with the section open."""
    made = Wizard(str(RunFolder(run.folder).workspace.path), start=False)
    made.state.choose_run(run)
    made.do(lambda: made.state.goto(Step.EVALUATION))
    made.event_loop.run_pending()
    choose(made, "checkpoints")
    yield made
    made.close()


def choose(wizard: Wizard, section: str) -> None:
    find(wizard, w.ToggleButtons, "sections").value = section
    wizard.event_loop.run_pending()


def test_the_missing_ones_are_evaluated_while_another_section_is_open(
    run: Run, wizard: Wizard
) -> None:
    assert run.checkpoints().missing
    start = find(wizard, w.Button, "evaluate-missing")
    until(wizard, lambda: start.layout.display == "")
    click(wizard, "evaluate-missing")
    choose(wizard, "metrics")
    assert start not in set(inside(wizard))
    until(wizard, lambda: not run.checkpoints().missing)


def test_who_stops_one_stops_those_that_wait(
    run: Run, wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "20")  # it has not ended when it is stopped
    until(wizard, lambda: find(wizard, w.Button, "evaluate-missing").layout.display == "")
    before = len(run.jobs("evaluate"))
    click(wizard, "evaluate-missing")
    job = run.last_job("evaluate")
    assert job is not None
    job.stop()
    assert len(run.checkpoints().missing) > 1, "others wait"
    until(wizard, lambda: not find(wizard, w.Button, "evaluate-missing").disabled)
    assert job.state is State.STOPPED
    assert len(run.jobs("evaluate")) == before + 1

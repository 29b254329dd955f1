"""A training that waits for its turn, on its page."""

from __future__ import annotations

import uuid

import ipywidgets as w
import pytest

from paddlex_nb import Wizard
from paddlex_nb.catalogue.models import FAKE_VARIABLE
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import State
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.workspace import Workspace

from .driving import click, inside, said, until


def test_the_page_says_for_what_it_waits_and_puts_it_first(
    sample_workspace: Workspace, sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAKE_VARIABLE, "1")
    monkeypatch.setenv("LOGNAME", uuid.uuid4().hex)
    jobs = [sample_workspace.train(sample, "fake", epochs=1000, wait=False) for _ in range(3)]
    running, second, third = jobs
    wizard = Wizard(sample_workspace, start=False)
    try:
        until(wizard, lambda: running.state is State.RUNNING)
        wizard.state.choose_run(third.run)
        wizard.do(lambda: wizard.state.goto(Step.TRAINING))
        until(wizard, lambda: "place 2 in the queue" in said(wizard))
        assert running.id in said(wizard)
        before = said(wizard)
        until(wizard, lambda: said(wizard) != before)  # for how long is said anew
        click(wizard, "first")
        until(wizard, lambda: "place 1 in the queue" in said(wizard))
        assert second.waiting is not None
        assert second.waiting.place == 2
        running.stop()
        until(wizard, lambda: third.state is State.RUNNING)
        until(wizard, lambda: "in the queue" not in said(wizard))
        names = [b._dom_classes for b in inside(wizard) if isinstance(b, w.Button)]
        assert not any("pxnb-first" in classes for classes in names)
    finally:
        wizard.close()
        for job in reversed(jobs):
            job.stop(force=True)
            job.wait(30)

"""Runs of the model that pretends, one of each task, as many tests need them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


def fake_runs(
    folder: Path, tasks: Iterable[Task] = Task, *, evaluated: bool = True
) -> dict[Task, Run]:
    """A run of each task on the built-in sample.

    Args:
        folder: Of the workspace.
        tasks: Only of these.
        evaluated: Evaluate each on the validation split.
    """
    return {task: fake_run(folder, task, evaluated=evaluated) for task in tasks}


def fake_run(folder: Path, task: Task, *, evaluated: bool = True) -> Run:
    """A run of one task on the built-in sample, for tests that need no other.

    Args:
        folder: Of the workspace.
        task: The task.
        evaluated: Evaluate it on the validation split.
    """
    shutil.copytree(_workspace(task, evaluated), folder, symlinks=True, dirs_exist_ok=True)
    return next(run for run in Workspace(folder).runs() if run.record.task is task)


@cache
def _workspace(task: Task, evaluated: bool) -> Path:
    """A workspace with such a run: made once a process, and copied wherever it is needed."""
    folder = Path(tempfile.mkdtemp(prefix="fake-run-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADDLEX_NB_FAKE", "1")
        patch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
        if evaluated:
            run = fake_run(folder, task, evaluated=False)
            run.evaluate("val", progress=False)
        else:
            space = Workspace(folder)
            dataset = space.import_sample(task, progress=False)
            name = "fake" if task is Task.CLASSIFICATION else f"fake_{task}"
            space.train(dataset, name, epochs=2, progress=False)
        _wait_for_the_end(folder)
    return folder


def _wait_for_the_end(folder: Path) -> None:
    """A job tells its result before its process clears away what it worked with.

    Whoever copies the workspace meanwhile lists files that are gone then.
    """
    deadline = time.monotonic() + 60
    for run in Workspace(folder).runs():
        for job in run.jobs():
            while job.alive:
                assert time.monotonic() < deadline, job
                time.sleep(0.01)

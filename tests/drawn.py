"""The built-in samples, drawn once and copied wherever a test asks for one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write

DRAWN = dict(write.WRITERS)
"""What truly draws the sample of each task."""


def keep_drawn(patch: pytest.MonkeyPatch, store: Path) -> None:
    """Let each sample be drawn once, into ``store``, and every later one be a copy of it.

    Drawing takes 2 s, and the suite wants a sample two hundred times. Processes may share the
    store. Copies are no links: tests write into the files that they are given.
    """

    def writer(task: Task) -> Callable[[Path, int], None]:
        def copied(folder: Path, seed: int) -> None:
            kept = store / f"{task.value}-{seed}"
            if not kept.is_dir():
                with tempfile.TemporaryDirectory(dir=store) as own:
                    new = Path(own) / "sample"
                    new.mkdir()
                    DRAWN[task](new, seed)
                    _rename_unless_there(new, kept)
            shutil.copytree(kept, folder, dirs_exist_ok=True)

        return copied

    for task in Task:
        patch.setitem(write.WRITERS, task, writer(task))


def _rename_unless_there(new: Path, kept: Path) -> None:
    try:
        new.rename(kept)
    except OSError:
        if not kept.is_dir():  # no other process was quicker
            raise

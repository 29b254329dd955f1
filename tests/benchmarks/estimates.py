"""What is said before a training about time and memory, beside what the training then takes.

On the package's own samples: a first, short run with the recommended parameters is what the others
are judged by: a longer one, and one of another input size and batch. Arguments: tasks (all of
them by default).
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.hosts.environment import host_name
from paddlex_nb.planning.defaults import DEFAULTS
from paddlex_nb.planning.plan import plan
from paddlex_nb.run import Run
from paddlex_nb.runs.estimate import estimate, patterns, usual_memory
from paddlex_nb.workspace import Workspace

FIRST, LONGER = 3, 10
"""Epochs of the first run and of the longer one."""

MEBIBYTE = 1 << 20


def measure(task: Task, root: str) -> None:
    """Train three times and print what was said and what was true."""
    workspace = Workspace(root)
    dataset = workspace.import_sample(task, progress=False)
    images = len(read_splits(dataset.folder).train)
    first = workspace.train(dataset, epochs=FIRST, progress=False)
    record = first.record
    side, batch = int(str(record.params["input_size"])), int(str(record.params["batch_size"]))
    planned = plan(dataset.folder)
    usual = usual_memory(planned.model, record.params, DEFAULTS[task].reference_size)
    _line(task, "first, by the rule of thumb", None, usual, first)
    known = patterns([first.folder], record.model, host_name())
    smaller = max(side // 64 * 32, math.ceil(planned.model.min_size / 32) * 32)
    others: dict[str, dict[str, Any]] = {
        f"{LONGER} epochs": {"epochs": LONGER},
        f"{smaller} pixels for {side}, half the batch": {
            "epochs": FIRST, "input_size": smaller, "batch_size": batch // 2
        },
    }  # fmt: skip
    for name, changes in others.items():
        params = plan(dataset.folder, record.model, overrides=changes).params
        said = estimate(known, params, images)
        assert said is not None
        run = workspace.train(dataset, record.model, progress=False, **changes)
        _line(task, name, said.seconds, said.memory or 0.0, run)


def _line(task: Task, name: str, seconds: float | None, memory: float, run: Run) -> None:
    took, peak = run.summary.seconds, run.summary.memory
    time = "" if seconds is None else f"{seconds:.0f}"
    ratio = "" if seconds is None else f"{seconds / took:.2f}"
    print(
        f"| {task} | {run.record.model} | {name} | {time} | {took:.0f} | {ratio} "
        f"| {memory / MEBIBYTE:.0f} | {peak / MEBIBYTE:.0f} | {memory / peak:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print("| task | model | run | said, s | took, s | ratio | said, MiB | took, MiB | ratio |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for wanted in sys.argv[1:] or [one.value for one in Task]:
        with tempfile.TemporaryDirectory() as folder:
            measure(Task(wanted), folder)

"""From `train` to the first step, beside bare imports, building the model and one bare step.

The peer is a Python that imports Paddle and the suite as they are and has the same model make one
step on one batch, in the environment of a job. Ours begins with the call of ``Workspace.train``
and ends when the first step has been made, in a trainer process of its own as always. Rounds in
turn; seconds are medians. Arguments: tasks (all of them by default).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paddlex_nb.core.task import Task
from paddlex_nb.hosts.processor import job_environment
from paddlex_nb.jobs.events import Step
from paddlex_nb.workspace import Workspace

ROUNDS = 5

BARE = """
import sys
from pathlib import Path
import paddle
import {suite}
from paddlex_nb.contracts.setup import RunSetup
from {module} import SuiteAdapter
adapter = SuiteAdapter(RunSetup.load(Path(sys.argv[1])))
batch = next(iter(adapter.train_batches(1, 0)))
adapter.learner().step(batch, 0.001, 0)
"""

SUITES = {
    Task.CLASSIFICATION: ("paddleclas", "paddlex_nb.suites.clas"),
    Task.DETECTION: ("ppdet.modeling", "paddlex_nb.suites.det.adapter"),
    Task.SEGMENTATION: ("paddleseg.models", "paddlex_nb.suites.seg.segmentation"),
    Task.INSTANCE_SEGMENTATION: ("ppdet.modeling", "paddlex_nb.suites.det.adapter"),
}


def measure(task: Task, root: str) -> None:
    """Print the seconds of both, and their ratio."""
    workspace = Workspace(root)
    dataset = workspace.import_sample(task, progress=False)
    suite, module = SUITES[task]
    bare: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        began = time.time()
        job = workspace.train(dataset, epochs=50, wait=False)
        first = next(event for event in job.run.watch(0.02) if isinstance(event, Step))
        ours.append(first.time - began)
        job.stop(force=True)
        job.wait()
        program = BARE.format(suite=suite, module=module)
        began = time.time()
        subprocess.run(
            [sys.executable, "-c", program, str(job.run.folder)],
            check=True,
            capture_output=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **job_environment()},
        )
        bare.append(time.time() - began)
    ratio = statistics.median(o / b for o, b in zip(ours, bare, strict=True))
    middle = statistics.median(bare), statistics.median(ours)
    print(f"| {task} | {middle[0]:.1f} | {middle[1]:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print("| task | bare, s | ours, s | ratio |\n|---|---|---|---|", flush=True)
    for wanted in sys.argv[1:] or [one.value for one in Task]:
        with tempfile.TemporaryDirectory() as folder:
            measure(Task(wanted), folder)

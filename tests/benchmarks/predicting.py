"""One image after another through ``Run.predict``, beside Paddle's predictor alone.

The first image starts a worker that loads Paddle, the suite and the model; the worker stays, so
that the next ones cost little more than the prediction. The peer is the same model exported for
Paddle Inference, loaded in a process of its own, from reading the file to the raw outputs. Medians
of `IMAGES`, the two in turn by task. Arguments: tasks (all of them by default).
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
from paddlex_nb.workspace import Workspace

IMAGES = 20

ALONE = """
import statistics, sys, time
from pathlib import Path
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.suites import adapter_for
run, exported, *images = map(Path, sys.argv[1:])
adapter = adapter_for(RunSetup.load(run))
predict = adapter.runner("inference", exported)
seconds = []
for image in [images[0], *images]:
    began = time.perf_counter()
    predict(adapter.inputs(adapter.file_batch([image])))
    seconds.append(time.perf_counter() - began)
print(statistics.median(seconds[1:]))
"""


def measure(task: Task, root: str) -> None:
    """Print milliseconds of the first image, of a further one, and of the predictor alone."""
    workspace = Workspace(root)
    dataset = workspace.import_sample(task, progress=False)
    run = workspace.train(dataset, epochs=1, progress=False)
    exported = run.export(to="inference", progress=False)
    files = [str(path) for path in run.images("train")[:IMAGES]]
    images = [files[number % len(files)] for number in range(IMAGES)]
    seconds = []
    for image in [images[0], *images]:
        began = time.perf_counter()
        run.predict(image, progress=False)
        seconds.append(time.perf_counter() - began)
    alone = subprocess.run(
        [sys.executable, "-c", ALONE, str(run.folder), str(exported.out), *images],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **job_environment()},
    )
    first, further = seconds[0], statistics.median(seconds[1:])
    bare = float(alone.stdout.split()[-1])
    print(
        f"| {task} | {run.record.model} | {first * 1e3:.0f} | {further * 1e3:.0f} "
        f"| {bare * 1e3:.0f} | {further / bare:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    print("| task | model | first, ms | further, ms | predictor alone, ms | ratio |")
    print("|---|---|---|---|---|---|", flush=True)
    for wanted in sys.argv[1:] or [one.value for one in Task]:
        with tempfile.TemporaryDirectory() as folder:
            measure(Task(wanted), folder)

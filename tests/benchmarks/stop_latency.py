"""From a click on Stop until the trainer's process is gone, so that its device is free.

Trainings of the sample of classification are stopped at 24 moments: a half while Python, Paddle and
the model are loaded, a half while it trains. Sorted seconds and the 95th percentile.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time

import numpy as np
import psutil

from paddlex_nb.core.task import Task
from paddlex_nb.jobs.events import Step
from paddlex_nb.workspace import Workspace

STOPS = 24
LOADING = 4.0
"""Seconds within which a trainer loads."""


def measure(root: str) -> dict[str, list[float]]:
    """Seconds of each stop, by what the trainer did."""
    workspace, chance = Workspace(root), random.Random(0)  # noqa: S311
    dataset = workspace.import_sample(Task.CLASSIFICATION, progress=False)
    took: dict[str, list[float]] = {"loading": [], "training": []}
    for number in range(STOPS):
        job = workspace.train(dataset, epochs=500, wait=False)
        if number % 2:
            next(event for event in job.run.watch() if isinstance(event, Step))
            time.sleep(chance.uniform(0.0, 3.0))
        else:
            time.sleep(chance.uniform(0.2, LOADING))
        trains = any(isinstance(event, Step) for event in job.events())
        ours = {process.pid for process in _trainers(job.folder.as_posix())}
        clicked = time.monotonic()
        job.stop()
        while any(psutil.pid_exists(pid) and _alive(pid) for pid in ours):
            time.sleep(0.02)
        took["training" if trains else "loading"].append(time.monotonic() - clicked)
        job.wait()
    return took


def _trainers(folder: str) -> list[psutil.Process]:
    """The processes that work in a job's folder."""
    running = psutil.process_iter(["cmdline"])
    return [process for process in running if folder in (process.info["cmdline"] or ())]


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


if __name__ == "__main__":
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        print("| while | stops | median, s | 95th percentile, s | longest, s |")
        print("|---|---|---|---|---|", flush=True)
        for what, seconds in measure(folder).items():
            middle, high = np.percentile(seconds, [50, 95])
            print(f"| {what} | {len(seconds)} | {middle:.2f} | {high:.2f} | {max(seconds):.2f} |")

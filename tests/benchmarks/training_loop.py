"""Our training loop beside a bare one over the same model, reader and environment, in turn.

The bare loop does nothing but forward, backward and step; ours also schedules, reports events,
watches for a stop request and for losses that are not finite. Images per second, evaluation and
checkpoints apart. Arguments: tasks (all of them by default).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from paddlex_nb.core.task import Task
from paddlex_nb.hosts.processor import job_environment

EPOCHS = 2
ROUNDS = 6


def measure(task: Task, root: Path) -> tuple[str, float, float, float]:
    """Model, images a second of the bare loop and of ours, median ratio of the rounds."""
    from paddlex_nb.contracts.setup import RunSetup
    from paddlex_nb.core.files import write_json
    from paddlex_nb.jobs.context import JobContext
    from paddlex_nb.jobs.events import Step
    from paddlex_nb.jobs.job import JobSpec
    from paddlex_nb.jobs.log import EventReader, EventWriter
    from paddlex_nb.suites import adapter_for
    from paddlex_nb.suites.optimizer import optimizer
    from paddlex_nb.training.loop import Loop
    from paddlex_nb.workspace import Workspace

    workspace = Workspace(root)
    dataset = workspace.import_sample(task)
    dataset.split(0.8, 0.1, 0.1)
    run = workspace.train(
        dataset, epochs=EPOCHS, eval_interval=EPOCHS, save_interval=1000, wait=False
    ).run
    run.stop(force=True)  # only its record is wanted
    run.training.wait()
    adapter: Any = adapter_for(RunSetup.load(run.folder))
    config = adapter.setup.config

    def bare() -> float:
        model = adapter.model
        steps = optimizer(config, [p for p in model.parameters() if not p.stop_gradient])
        model.train()
        images, started = 0, time.perf_counter()
        for epoch in range(1, EPOCHS + 1):
            for batch in adapter.train_batches(epoch, 0):
                losses = adapter.loss(batch)
                losses["loss"].backward()
                steps.step()
                steps.clear_grad()
                images += len(batch)
        return images / (time.perf_counter() - started)

    def ours(number: int) -> float:
        folder = run.folder / "jobs" / f"{number:03d}-bench"
        write_json(folder / "job.json", JobSpec(kind="train", created=time.time()))
        context = JobContext(folder, EventWriter(folder / "events.jsonl"))
        Loop(context, adapter, EPOCHS).run()
        events = EventReader(folder / "events.jsonl").poll()
        steps = [event for event in events if isinstance(event, Step)]
        batch, images, seconds, before = config.batch_size, 0, 0.0, 0
        for step in steps:
            images += (step.step - before) * batch
            seconds += (step.step - before) * batch / step.rate
            before = step.step
        return images / seconds

    bare()  # fills the image cache
    rounds = []
    for number in range(ROUNDS):  # in turn: a model that learns may need more time, or less
        if number % 2:
            mine = ours(100 + number)
            rounds.append((bare(), mine))
        else:
            rounds.append((bare(), ours(100 + number)))
    ratio = statistics.median(mine / peer for peer, mine in rounds)
    peer, mine = (statistics.median(column) for column in zip(*rounds, strict=True))
    return adapter.setup.entry.name, peer, mine, ratio


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--in-job":
        with tempfile.TemporaryDirectory() as folder:
            name, peer, mine, ratio = measure(Task(sys.argv[2]), Path(folder))
        print(f"{sys.argv[2]:24}{name:24}{peer:10.2f}{mine:10.2f}{ratio:8.3f}")
    else:
        print(f"{'task':24}{'model':24}{'bare/s':>10}{'ours/s':>10}{'ratio':>8}", flush=True)
        for task in sys.argv[1:] or [t.value for t in Task]:
            # the environment must be set before Paddle is loaded, as it is for jobs
            subprocess.run(
                [sys.executable, __file__, "--in-job", task],
                check=True,
                env={**os.environ, **job_environment()},
            )

"""What watching costs: events and charts in the trainer, following in the kernel.

Processor time, not the clock's, so that a busy machine changes little. The trainer is our loop at
100 steps a second with the model that only pretends, beside a bare loop with the same model and
the same steps; the kernel follows a run of that speed as the live page does, four times a second,
all charts, tables and samples included.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

STEP = 0.01
SECONDS = 20.0


def trainer(root: Path) -> None:
    """Share of the time that our loop takes beyond a bare one."""
    from paddlex_nb.contracts.setup import RunSetup
    from paddlex_nb.core.files import write_json
    from paddlex_nb.jobs.context import JobContext
    from paddlex_nb.jobs.job import JobSpec
    from paddlex_nb.jobs.log import EventWriter
    from paddlex_nb.suites import adapter_for, fake
    from paddlex_nb.training.loop import Loop
    from paddlex_nb.training.vdl import VisualDL

    with VisualDL(root):  # what is imported once is part of the start
        pass
    os.environ[fake.STEP_VARIABLE] = str(STEP)
    fake._STEPS = 100
    run = made(root)
    epochs = int(SECONDS / STEP / fake._STEPS)
    adapter: Any = adapter_for(RunSetup.load(run))

    began, clock = time.process_time(), time.monotonic()
    steps = 0
    for epoch in range(1, epochs + 1):
        for batch in adapter.train_batches(epoch, 0):
            adapter.learner().step(batch, 0.01, steps)
            steps += 1
    bare, wall = time.process_time() - began, time.monotonic() - clock

    folder = run / "jobs" / "900-bench"
    write_json(folder / "job.json", JobSpec(kind="train", created=time.time()))
    context = JobContext(folder, EventWriter(folder / "events.jsonl"))
    # evaluated and saved once only, at the end: these are work, and no cost of being watched
    adapter = adapter_for(RunSetup.load(run))
    loop = Loop(context, adapter, epochs)
    loop._evaluate = lambda number: {"top1": 0.5}  # type: ignore[method-assign]  # noqa: ARG005
    loop._write = lambda *_: None  # type: ignore[method-assign]
    began, clock = time.process_time(), time.monotonic()
    loop.run()
    ours, ours_wall = time.process_time() - began, time.monotonic() - clock
    share = (ours - bare) / ours_wall
    print(
        f"| events and charts, trainer at {steps / wall:.0f} steps a second | "
        f"{1e6 * (ours - bare) / steps:.0f} µs a step | {100 * share:.2f} % | 1 % |",
        flush=True,
    )


def kernel(root: Path) -> None:
    """Share of a core that following takes."""
    from paddlex_nb.jobs.events import Epoch, Step
    from paddlex_nb.jobs.log import EventWriter
    from paddlex_nb.run import Run
    from paddlex_nb.runs.live import LiveHistory
    from paddlex_nb.widgets.pages.training.charts import TrainingCharts
    from paddlex_nb.widgets.pages.training.epochs import epochs_table
    from paddlex_nb.widgets.pages.training.figures import figures

    run = Run(made(root))
    job = run.last_job("train")
    assert job is not None
    writer = EventWriter(job.folder / "events.jsonl")
    spent = [0.0]  # by who writes, in this process too

    def write() -> None:
        for number in range(1, int(SECONDS * 5) + 1):
            epoch = 1 + number // 50
            step = Step(
                epoch=epoch, step=20 * number, steps=10_000, loss=1 / number, learning_rate=0.1,
                rate=100.0, losses={"loss": 1 / number, "loss_a": 0.5}, waiting=0.1,
            )  # fmt: skip
            writer.write(step)
            if number % 50 == 0:
                writer.write(
                    Epoch(epoch=epoch, epochs=99, step=20 * number, loss=0.5,
                          metrics={"top1": 0.5, "f1": 0.4, "loss": 1.0}, seconds=10.0)
                )  # fmt: skip
            time.sleep(0.2)
        spent[0] = time.thread_time()

    live, charts = LiveHistory(run.folder), TrainingCharts(4, 99)
    live.poll()
    charts.draw(live.history)
    other = threading.Thread(target=write)
    began, clock = time.process_time(), time.monotonic()
    other.start()
    looks = 0
    while other.is_alive():
        looks += 1
        if live.poll():
            charts.draw(live.history)
            epochs_table(live.history)
            figures(live.history, 99, active=True)
        _ = run.training.state
        time.sleep(0.25)
    used, wall = time.process_time() - began - spent[0], time.monotonic() - clock
    print(
        f"| following in the kernel, 5 reports a second | {1e3 * used / looks:.1f} ms a look | "
        f"{100 * used / wall:.2f} % of a core | 2 % |",
        flush=True,
    )


def made(root: Path) -> Path:
    """The folder of a run of the model that only pretends, stopped at once."""
    from paddlex_nb.core.task import Task
    from paddlex_nb.workspace import Workspace

    os.environ["PADDLEX_NB_FAKE"] = "1"
    workspace = Workspace(root)
    dataset = workspace.import_sample(Task.CLASSIFICATION, progress=False)
    job = workspace.train(dataset, "fake", epochs=1, wait=False)
    job.stop(force=True)
    job.wait()
    return job.run.folder


if __name__ == "__main__":
    if len(sys.argv) == 2:
        with tempfile.TemporaryDirectory() as folder:
            {"trainer": trainer, "kernel": kernel}[sys.argv[1]](Path(folder))
    else:
        import subprocess

        print("| what | each | share | wanted |\n|---|---|---|---|", flush=True)
        for part in ("trainer", "kernel"):
            subprocess.run([sys.executable, __file__, part], check=True)

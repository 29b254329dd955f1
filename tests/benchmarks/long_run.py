"""A run of a million steps on the live page, beside one of ten thousand.

Both are written as a training writes them, 100 steps to an epoch. Each is opened in a process of
its own, twice: from its events alone, and from what the trainer kept of it (`runs/kept.py`), as it
does once a minute and at its end. Then new events come one by one, and each is looked at: followed,
judged, and drawn in all charts. Argument: steps of the long run (1,000,000).
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from paddlex_nb.core.task import Task
from paddlex_nb.jobs.events import Epoch, Event, Started, Step
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.live import LiveHistory
from paddlex_nb.runs.verdict import verdicts
from paddlex_nb.widgets.pages.training.charts import TrainingCharts

SHORT, EPOCH, LOOKS, ROUNDS = 10_000, 100, 200, 5
FIRST = "001-train"


def written(run: Path, steps: int) -> None:
    """A training job's events, as `EventWriter` writes them, but for their made-up times."""
    files = JobFolder(ItemFolder(run).jobs / FIRST)
    files.path.mkdir(parents=True)
    files.spec.write_text('{"kind": "train", "arguments": {}, "created": 0}')
    with files.events.open("wb") as file:
        file.write(line(Started(), 0))
        for number in range(1, steps + 1):
            file.write(line(step(number, steps), number))
            if number % EPOCH == 0:
                file.write(line(epoch(number, steps), number))


def line(event: Event, number: int) -> bytes:
    event.seq, event.time = number + 1, 1e9 + 0.2 * number
    return msgspec.json.encode(event) + b"\n"


def step(number: int, steps: int) -> Step:
    loss = 1 / number + 0.1 * (number * 7919 % 97) / 97
    event = Step(
        epoch=1 + (number - 1) // EPOCH,
        step=number,
        steps=steps,
        loss=loss,
        learning_rate=0.01 * (1 - number / steps),
        rate=31.4,
        losses={"loss": loss, "loss_cls": 0.6 * loss, "loss_box": 0.4 * loss},
        waiting=0.02,
    )
    if number % 25 == 0:
        event.cpu, event.memory = 0.9, 0.4
    return event


def epoch(number: int, steps: int) -> Epoch:
    metrics: dict[str, float | None] = {"map": number / (number + 5e4), "ap50": 0.5}
    return Epoch(
        epoch=number // EPOCH,
        epochs=steps // EPOCH,
        step=number,
        loss=0.1,
        metrics=metrics,
        best=True,
        seconds=20.0,
    )


def look(run: Path, steps: int) -> dict[str, float]:
    """Seconds to open a run and draw it, to follow an event, and what memory that takes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    live = LiveHistory(run)
    live.poll()
    opened = time.perf_counter() - start
    charts = TrainingCharts(3, steps // EPOCH)
    charts.draw(live.history)
    verdicts(live.history, Task.DETECTION, 3, ended=False)
    drawn = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    each = []
    with JobFolder(ItemFolder(run).jobs / FIRST).events.open("ab") as file:
        size = file.tell()
        for number in range(steps + 1, steps + LOOKS + 1):
            file.write(line(step(number, steps), number))
            file.flush()
            start = time.perf_counter()
            live.poll()
            charts.draw(live.history)
            verdicts(live.history, Task.DETECTION, 3, ended=False)
            each.append(time.perf_counter() - start)
        file.truncate(size)
    return {
        "read": opened,
        "opened": drawn,
        "event": statistics.median(each),
        "MB": peak / 1024,
    }


def measured(run: Path, steps: int) -> dict[str, float]:
    """`look` in new processes: the median of some."""
    runs = []
    for _ in range(ROUNDS):
        command = [sys.executable, __file__, "--look", str(run), str(steps)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(answer.stdout))
    return {name: statistics.median(one[name] for one in runs) for name in runs[0]}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--look"]:
        print(json.dumps(look(Path(sys.argv[2]), int(sys.argv[3]))))
        sys.exit()
    long = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        print("steps      from    read s  opened s  ms an event  MB")
        results = {}
        for steps in (SHORT, long):
            run = Path(folder) / str(steps)
            written(run, steps)
            for source in ("events", "kept"):
                if source == "kept":
                    live = LiveHistory(run)
                    live.poll()
                    live.keep()
                    assert RunFolder(run).history.is_file()
                result = results[steps, source] = measured(run, steps)
                print(
                    f"{steps:<9,}  {source:6}  {result['read']:6.3f}  {result['opened']:8.3f}  "
                    f"{1000 * result['event']:11.2f}  {result['MB']:.0f}"
                )
        for source in ("events", "kept"):
            ratio = results[long, source]["event"] / results[SHORT, source]["event"]
            print(f"an event of the long run costs {ratio:.2f} times that of the short: {source}")

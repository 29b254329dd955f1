"""Faults between any two steps of every job: `bash .dev/run faults`.

Training, evaluation, prediction, export, import and corrections are done again and again, each
time with a fault at another step: kill -9 before any change of a file, in the middle of an event's
line and of a checkpoint; a disk that is full once or from then on; a workspace that turns
read-only. Afterwards everything must be readable, nothing that was confirmed may be lost, and what
was disturbed must go on: a resumed training equals one that was not disturbed, bit for bit.

The model is the one that only pretends; loop, checkpoints, events and files are the real ones. A
fault after which something does not hold is printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ["PADDLEX_NB_FAKE"] = "1"
os.environ["PADDLEX_NB_FAKE_STEP"] = "0"
sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.injection import Fault, Kind
from faults.scenes import Corrections, Importing, Result, Scene, Training
from paddlex_nb import Workspace
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample

_IMAGES = 4
"""Images of each class: jobs that end in a moment."""


def scenes(folder: Path) -> Iterator[Scene]:
    """All that is disturbed, in a workspace below a folder."""
    source = folder / "fruit"
    write_sample(Task.CLASSIFICATION, source)
    for of_class in source.iterdir():
        for extra in sorted(of_class.iterdir())[_IMAGES:]:
            extra.unlink()
    workspace = Workspace(folder / "workspace")
    dataset = workspace.import_dataset(source, progress=False)
    dataset.split(0.5, 0.25, 0.25)
    run = workspace.train(
        dataset, "fake", epochs=Training.EPOCHS, save_interval=2, batch_size=2, progress=False
    )
    image = str(next(source.rglob("*.jpg")))
    yield Training(workspace, run)
    yield Result(workspace, run, "evaluate", {"split": "val"})
    yield Result(workspace, run, "predict", {"paths": [image]})
    yield Corrections(workspace, dataset.id)
    yield Importing(workspace, source)


def faults(scene: Scene) -> Iterator[Fault]:
    """Every fault of every kind at every step."""
    for kind in Kind:
        for step in range(1, scene.steps(kind) + 1):
            yield scene.fault(kind, step)


def main() -> int:
    """Disturb everything; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="so often the whole matrix")
    parser.add_argument("--sample", type=int, help="so many faults of each scene, at random")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tried: Counter[tuple[str, str]] = Counter()
    lost, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as root:
        for number in range(options.rounds):
            folder = Path(root) / str(number)
            folder.mkdir()
            for scene in scenes(folder):
                name = type(scene).__name__
                every = list(faults(scene))
                for fault in rng.sample(every, min(options.sample or len(every), len(every))):
                    tried[name, fault.kind.value] += 1
                    try:
                        scene.disturb(fault)
                    except Exception:  # each is told, and the others are tried
                        lost += 1
                        print(f"{name}, {fault.kind.value}, step {fault.step}:")
                        traceback.print_exc(limit=-3, file=sys.stdout)
    for (name, kind), count in sorted(tried.items()):
        print(f"{count:6}  {name}, {kind}")
    seconds = time.monotonic() - started
    print(f"{tried.total():,} faults in {seconds:.0f} s, something lost by {lost}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())

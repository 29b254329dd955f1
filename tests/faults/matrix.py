"""Faults between any two steps of every job: `bash .dev/run faults`.

Training, evaluation, prediction, exports, import and corrections are done again and again, each
time with a fault at another step: kill -9 before any change of a file, in the middle of an event's
line and of a checkpoint; a disk that is full once, from then on, or in the middle of a write; a
workspace that turns read-only or is moved away; a clock that is set back or ahead; two stops at
once. So is whoever starts a training; a real kernel with the wizard is killed and restarted 200
times, and a real Jupyter server with its kernels some more. Afterwards everything must be readable,
nothing that was confirmed may be lost, and what was disturbed must go on: a resumed training equals
one that was not disturbed, bit for bit.

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
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["PADDLEX_NB_FAKE"] = "1"
os.environ["PADDLEX_NB_FAKE_STEP"] = "0"
os.environ["PADDLEX_NB_KEEP_ALIVE"] = "0"  # or each evaluation waits minutes for the next
sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.data import Corrections, Importing
from faults.injection import IN_A_WRITE, Fault, Kind
from faults.kernels import Kernels, Servers
from faults.launching import Launching
from faults.results import Result, Writing
from faults.scene import Scene
from faults.training import Training
from paddlex_nb import Workspace
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample

_IMAGES = 4
"""Images of each class: jobs that end in a moment."""


def scenes(folder: Path) -> Iterator[tuple[str, Callable[[], Scene]]]:
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
    yield "Training", lambda: Training(workspace, run)
    yield "Result", lambda: Result(workspace, run, "evaluate", {"split": "val"})
    yield "Result", lambda: Result(workspace, run, "predict", {"paths": [image]})
    yield "Writing", lambda: Writing(workspace, run.folder, "export", {"to": "onnx"}, replaces=True)
    yield (
        "Writing",
        lambda: Writing(workspace, dataset.folder, "write", {"format": "csv"}, replaces=False),
    )
    yield "Corrections", lambda: Corrections(workspace, dataset.id)
    yield "Importing", lambda: Importing(workspace, source)
    yield "Launching", lambda: Launching(workspace, dataset.id)
    yield "Kernels", lambda: Kernels(workspace, dataset.id)
    yield "Servers", lambda: Servers(workspace, dataset.id)


def faults(scene: Scene) -> Iterator[Fault]:
    """Every fault of every kind at every step."""
    counted: dict[object, int] = {}
    for kind in scene.kinds:
        # what comes between two changes comes between the same ones, whatever it is
        alike = kind if kind is Kind.SOON else kind in IN_A_WRITE
        if alike not in counted:
            counted[alike] = scene.steps(kind)
        for step in range(1, counted[alike] + 1):
            yield scene.fault(kind, step)


def holds(scene: Scene, fault: Fault) -> bool:
    """Disturb a scene; whether all that must hold does so afterwards, and says what does not."""
    try:
        scene.disturb(fault)
    except Exception:  # each is told, and the others are tried
        print(f"{type(scene).__name__}, {fault.kind.value}, step {fault.step}:")
        traceback.print_exc(limit=-3, file=sys.stdout)
        sys.stdout.flush()
        return False
    return True


def main() -> int:
    """Disturb everything; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="so often the whole matrix")
    parser.add_argument("--sample", type=int, help="so many faults of each scene, at random")
    parser.add_argument("--only", nargs="+", help="names of scenes")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tried: Counter[tuple[str, str]] = Counter()
    lost, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as root:
        for number in range(options.rounds):
            folder = Path(root) / str(number)
            folder.mkdir()
            for name, make in scenes(folder):
                if options.only and name not in options.only:
                    continue
                scene = make()
                every, few = list(faults(scene)), None
                if options.sample:
                    few = min(len(every), max(1, options.sample // scene.cost))
                for fault in every if few is None else rng.sample(every, few):
                    tried[name, fault.kind.value] += 1
                    lost += not holds(scene, fault)
                scene.close()
    for (name, kind), count in sorted(tried.items()):
        print(f"{count:6}  {name}, {kind}")
    seconds = time.monotonic() - started
    print(f"{tried.total():,} faults in {seconds:.0f} s, something lost by {lost}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())

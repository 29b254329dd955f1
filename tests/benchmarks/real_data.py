"""Real data sets, imported as they lie, trained from random weights, judged on held-back images.

By the command line, as a user would. The figures depend on the machine only through the time that
they take; what other starting weights would change stands in README.md beside this file.
Arguments: names of sets (all of them by default).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from places import SHARED_DATA as SHARED


@dataclass(frozen=True)
class Case:
    """What is trained on a set, and where it is judged.

    Attributes:
        path: The set, below the folder of shared data.
        train: Arguments of ``paddlex-nb train``; the others are recommended.
        split: What it is judged on: images that chose no checkpoint, where the set has such.
        shares: Arguments of ``paddlex-nb dataset split``; none where the set is divided already.
    """

    path: str
    train: tuple[str, ...]
    split: str = "test"
    shares: tuple[str, ...] = ()


WEIGHTS = str(SHARED / "weights" / "mobilenet_v2_imagenet.pdparams")
CASES = {
    "clothing-tuned": Case(
        "classification/clothing", ("--model", "MobileNetV2_x1_0", "--weights", WEIGHTS)
    ),
    "clothing": Case(
        "classification/clothing",
        ("--model", "MobileNetV2_x1_0", "--epochs", "4", "--set", "input_size=128"),
    ),
    "bccd": Case("detection/bccd", ("--epochs", "12", "--set", "input_size=256")),
    "camvid": Case("segmentation/camvid", ("--epochs", "20")),
    "balloon": Case("instance/balloon", ("--epochs", "30"), split="val"),
    "fruits-nuts": Case(
        "instance/fruits-nuts",
        ("--epochs", "60"),
        split="val",
        shares=("--train", "0.7", "--val", "0.3", "--test", "0", "--seed", "0"),
    ),
}


def paddlex_nb(workspace: Path, *words: str) -> Any:
    """The answer of a command."""
    command = [sys.executable, "-m", "paddlex_nb", *words, "--workspace", str(workspace), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def measure(case: Case, workspace: Path) -> dict[str, Any]:
    """Import, divide, train, evaluate."""
    imported = paddlex_nb(workspace, "dataset", "import", str(SHARED / case.path))
    if case.shares:
        paddlex_nb(workspace, "dataset", "split", imported["id"], *case.shares)
    started = time.monotonic()
    run = paddlex_nb(workspace, "train", imported["id"], "--follow", *case.train)
    minutes = (time.monotonic() - started) / 60
    result = paddlex_nb(workspace, "evaluate", run["run"], "--split", case.split)
    described = json.loads((workspace / "runs" / run["run"] / "run.json").read_text())
    params = described["params"]
    return {
        "set": imported["name"],
        "model": described["model"],
        "size": params["input_size"],
        "epochs": params["epochs"],
        "minutes": round(minutes, 1),
        "split": case.split,
        **{name: round(value, 3) for name, value in result["metrics"].items() if value is not None},
    }


def main() -> None:
    """Measure and print, one JSON object a line."""
    for name in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(CASES[name], Path(folder))), flush=True)


if __name__ == "__main__":
    main()

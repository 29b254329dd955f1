"""Segmentation of thin structures: pieces at full resolution beside whole images made smaller.

Both ways train for the same minutes, one after the other, from random weights and with what is
recommended but for the resolution; they are judged on the validation images. Arguments: folders of
data sets (images with masks); by default CamVid, where nothing but the recommendation is looked at.
``--seeds N`` trains N times each, ``--minutes M`` so long, ``--train`` trains CamVid too, and
``--sizes S...`` adds whole images at other input sizes, once each.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from sys import path as modules
from typing import Any

modules.insert(0, str(Path(__file__).parents[1]))

from places import SHARED_DATA

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.dataset import Dataset
from paddlex_nb.planning.plan import plan
from paddlex_nb.workspace import Workspace

CAMVID = SHARED_DATA / "segmentation" / "camvid"


def recommended(dataset: Dataset) -> dict[str, Any]:
    """What is recommended of the resolution, and why."""
    planned = plan(dataset.folder, weights="none")
    reason = planned.reasons.get("full_resolution", Message("params.reason.default"))
    thickness = dataset.record.thickness.items()
    return {
        "set": dataset.id,
        "thickness": {dataset.classes[number]: round(side, 1) for number, side in thickness},
        "input": planned.params["input_size"],
        "full resolution": planned.params["full_resolution"],
        "reason": reason.text(),
    }


def trained(workspace: Workspace, dataset: Dataset, minutes: int, **given: Any) -> dict[str, Any]:
    """Train and evaluate."""
    load, started = os.getloadavg()[0], time.monotonic()
    run = workspace.train(dataset.id, weights="none", time_limit=minutes, progress=False, **given)
    took = (time.monotonic() - started) / 60
    result = run.evaluate("val", progress=False)
    iou = {figures.name: figures.metrics["iou"] for figures in result.per_class}
    return {
        "set": dataset.id,
        **given,
        "input": run.record.params["input_size"],
        "epochs": run.summary.epoch,
        "minutes": round(took, 1),
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "miou": round(result.metrics["miou"] or 0, 3),
        "iou": {name: value if value is None else round(value, 3) for name, value in iou.items()},
    }


def main() -> None:
    """Measure and print, one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=5)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--sizes", nargs="*", type=int, default=[])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        for source in chosen.folders or [CAMVID]:
            dataset = workspace.import_dataset(source, task=Task.SEGMENTATION)
            print(json.dumps(recommended(dataset)), flush=True)
            if not (chosen.folders or chosen.train):
                continue
            ways: list[dict[str, Any]] = [
                {"full_resolution": full, "seed": seed}
                for seed in range(chosen.seeds)
                for full in (False, True)
            ]
            ways += [{"full_resolution": False, "input_size": size} for size in chosen.sizes]
            for way in ways:
                line = trained(workspace, dataset, chosen.minutes, **way)
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

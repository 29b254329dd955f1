"""Segmentation of thin structures: pieces at full resolution beside whole images made smaller.

Both ways train for the same minutes, one after the other, from random weights and with what is
recommended but for the resolution; they are judged on the validation images. Arguments: folders of
data sets (images with masks); by default CamVid, where nothing but the recommendation is looked at.
``--seeds N`` trains N times each, ``--minutes M`` so long, ``--train`` trains CamVid too, and
``--sizes S...`` adds whole images at other input sizes, once each. ``--grid`` trains nothing: it
tells what is left of the thinnest class once its label maps were averaged over the cells of a grid.
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

import cv2
import numpy as np
from places import SHARED_DATA

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.planning.plan import plan
from paddlex_nb.workspace import Workspace

GRIDS = (128, 192, 256, 320, 384, 512)
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


def left(dataset: Dataset, size: int, stride: int) -> float:
    """IoU of the thinnest class with itself, after it was brought to a grid and back.

    Args:
        dataset: The data set.
        size: The input size in pixels.
        stride: Side of a cell of the grid in pixels of the input.
    """
    sides = dataset.record.thickness
    thinnest, view = min(sides, key=sides.__getitem__), DatasetView(dataset.folder)
    common = either = 0
    for image in range(len(view)):
        true = view.label_map(image) == thinnest
        cells = (size // stride, size // stride)
        shares = cv2.resize(true.astype(np.float32), cells, interpolation=cv2.INTER_AREA)
        back = cv2.resize(shares, true.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5
        common += int((true & back).sum())
        either += int((true | back).sum())
    return common / either


def main() -> None:
    """Measure and print, one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=5)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--sizes", nargs="*", type=int, default=[])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        for source in chosen.folders or [CAMVID]:
            dataset = workspace.import_dataset(source, task=Task.SEGMENTATION)
            print(json.dumps(recommended(dataset)), flush=True)
            if chosen.grid:
                for size in GRIDS:
                    iou = {stride: round(left(dataset, size, stride), 3) for stride in (1, 4, 8)}
                    print(json.dumps({"input": size, "IoU by stride": iou}), flush=True)
                continue
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

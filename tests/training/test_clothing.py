"""Real photographs: fine-tuning from ImageNet weights, and the same run from scratch beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def test_fine_tuning_on_the_clothing_set(shared_data: Path, tmp_path: Path) -> None:
    """MobileNetV2 reaches 0.80 top-1 on the test split within a few epochs."""
    workspace = Workspace(tmp_path)
    dataset = workspace.import_dataset(shared_data / "classification" / "clothing")
    assert dataset.record.split is not None
    assert dataset.record.split.given
    assert dataset.counts().splits == {"train": 1435, "val": 341, "test": 372}
    weights = str(shared_data / "weights" / "mobilenet_v2_imagenet.pdparams")
    tuned = workspace.train(dataset, "MobileNetV2_x1_0", weights=weights)
    kept = ("input_size", "epochs", "batch_size")
    same: dict[str, Any] = {name: tuned.record.params[name] for name in kept}
    scratch = workspace.train(dataset, "MobileNetV2_x1_0", **same)
    top1 = {run.id: run.evaluate("test").metrics["top1"] or 0.0 for run in (tuned, scratch)}
    for run in (tuned, scratch):
        seconds = run.history.elapsed
        print(f"{run.record.weights}: test top-1 {top1[run.id]:.3f} in {seconds:.0f} s")  # noqa: T201
    assert top1[tuned.id] >= 0.80
    assert top1[tuned.id] > top1[scratch.id]

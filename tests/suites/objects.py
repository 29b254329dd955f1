"""Small real runs of detection and instance segmentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import paddle
from training.fixtures import SMALL, Bench

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.suites.dataset_adapter import DatasetAdapter
from paddlex_nb.suites.det.canvas import without_objects
from paddlex_nb.suites.pictures import Picture
from paddlex_nb.workspace import Workspace

IMAGES = 16


class ObjectsBench(Bench):
    """A workspace with the built-in sample of instance segmentation, made smaller.

    One image has lost its objects, one object its outline.

    Args:
        root: An empty folder.
        task: Detection or instance segmentation.
        model: The model of a run, by default.
    """

    def __init__(self, root: Path, task: Task, model: str) -> None:
        sample = root / "sample"
        write_sample(Task.INSTANCE_SEGMENTATION, sample)
        file = sample / "annotations.json"
        whole = msgspec.json.decode(file.read_bytes())
        for image in whole["images"][IMAGES:]:
            (sample / "JPEGImages" / image["file_name"]).unlink()
        whole["images"] = whole["images"][:IMAGES]
        whole["annotations"] = [a for a in whole["annotations"] if 1 < a["image_id"] <= IMAGES]
        del whole["annotations"][0]["segmentation"]
        file.write_bytes(msgspec.json.encode(whole))
        workspace = Workspace(root / "workspace")
        dataset = workspace.import_dataset(sample, task=task)
        dataset.split(0.5, 0.25, 0.25)
        super().__init__(
            workspace,
            dataset.id,
            model,
            {**SMALL, "input_size": 64, "batch_size": 2, "random_crop": None},
        )


def background(adapter: DatasetAdapter) -> Batch:
    """A training batch of two images in which nothing is to be found."""
    side = adapter.input_size
    empty = without_objects(np.full((side, side, 3), 90, np.uint8))
    pictures = [Picture(empty.image, annotated=empty)] * 2
    arrays = adapter.training_arrays(pictures, [0, 1], 1)
    return Batch(rows=[0, 1], data=_tensors(arrays))


def _tensors(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tensors(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_tensors(part) for part in value]
    return paddle.to_tensor(value) if isinstance(value, np.ndarray) else value

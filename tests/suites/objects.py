"""Small real runs of detection and instance segmentation."""

from __future__ import annotations

from pathlib import Path

import msgspec
from training.fixtures import SMALL, Bench

from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
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

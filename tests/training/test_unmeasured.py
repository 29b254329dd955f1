"""What validation cannot say is said before the training, in all tasks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.files import read_json
from paddlex_nb.core.task import Task
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.events import Epoch, Notice
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.planning.plan import plan
from paddlex_nb.planning.unmeasured import unmeasured_classes
from paddlex_nb.run import Run
from paddlex_nb.suites import fake
from paddlex_nb.workspace import Workspace
from training.fixtures import Bench

OBJECTS = [Task.DETECTION, Task.INSTANCE_SEGMENTATION]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0.0")


def coco(folder: Path, classes: int, train: Sequence[int], val: Sequence[int], **more: Any) -> Path:
    """A COCO data set: class numbers of the objects in one image of each split."""
    rng = np.random.default_rng(0)
    for split, numbers, files in (("train", train, "ab"), ("val", val, "a")):
        (folder / split).mkdir(parents=True)
        for name in files:
            pixels = rng.integers(0, 255, (240, 320, 3), np.uint8)
            Image.fromarray(pixels).save(folder / split / f"{name}.png")
        annotations = []
        for number, class_id in enumerate(numbers):
            x, y = float(number * 7 % 300), float(number * 11 % 220)
            annotations.append(
                {
                    "id": number + 1,
                    "image_id": 1,
                    "category_id": class_id + 1,
                    "bbox": [x, y, 12.0, 12.0],
                    "segmentation": [[x, y, x + 12, y, x + 12, y + 12, x, y + 12]],
                    "area": 144.0,
                    "iscrowd": 0,
                    **(more if split == "val" else {}),
                }
            )
        file = folder / "annotations" / f"instances_{split}.json"
        file.parent.mkdir(exist_ok=True)
        images = [
            {"id": n + 1, "file_name": f"{name}.png", "width": 320, "height": 240}
            for n, name in enumerate(files)
        ]
        names = [{"id": n + 1, "name": f"c{n}"} for n in range(classes)]
        whole = {"images": images, "annotations": annotations, "categories": names}
        file.write_text(json.dumps(whole), "utf-8")
    return folder


def imported(root: Path, source: Path, task: Task) -> tuple[Dataset, Bench]:
    workspace = Workspace(root / "workspace")
    dataset = workspace.import_dataset(source, task=task)
    return dataset, Bench(workspace, dataset.id, f"fake_{task.value}")


def key(dataset: Dataset) -> str | None:
    message = unmeasured_classes(dataset.folder)
    return None if message is None else message.key


@pytest.mark.parametrize("task", OBJECTS)
def test_validation_without_objects_is_said_and_the_last_epoch_kept(
    tmp_path: Path, task: Task
) -> None:
    dataset, bench = imported(tmp_path, coco(tmp_path / "source", 2, [0, 1], []), task)
    assert key(dataset) == "training.nothing_to_judge"
    assert [w.key for w in plan(dataset.folder).warnings] == ["training.nothing_to_judge"]
    run = bench.run_folder(epochs=5, early_stop=1, input_size=320)
    result, events = bench.job(run, "train")
    told = [e for e in events if isinstance(e, Notice)]
    assert [(n.message.key, n.severity) for n in told] == [("training.nothing_to_judge", "warning")]
    assert result["best"] == {"value": None, "epoch": 5}
    for epoch in (e for e in events if isinstance(e, Epoch)):
        assert set(epoch.metrics.values()) == {None}
    evaluated, _ = bench.job(run, "evaluate")
    assert evaluated["epoch"] == 5
    written = read_json(RunFolder(run).evaluation("val", "best").result, dict)
    main = next(iter(evaluated["metrics"]))
    assert written["metrics"][main] is None
    assert all(row[main] is None for row in written["per_class"])
    history = Run(run).history
    assert history.best is not None
    assert history.best.value is None


def test_objects_that_an_input_makes_too_small_are_said(tmp_path: Path) -> None:
    _, bench = imported(tmp_path, coco(tmp_path / "source", 1, [0], [0]), Task.DETECTION)

    def told(**params: Any) -> list[str]:
        _, events = bench.job(bench.run_folder(epochs=1, **params), "train")
        return [e.message.key for e in events if isinstance(e, Notice)]

    assert told(input_size=320) == []
    assert told(input_size=32) == ["params.small_objects"]


def test_groups_alone_and_objects_without_outline_judge_nothing(tmp_path: Path) -> None:
    crowds = coco(tmp_path / "crowds", 1, [0], [0], iscrowd=1)
    assert key(imported(tmp_path / "a", crowds, Task.DETECTION)[0]) == "training.nothing_to_judge"
    bare = coco(tmp_path / "bare", 1, [0], [0], segmentation=[])
    dataset, _ = imported(tmp_path / "b", bare, Task.INSTANCE_SEGMENTATION)
    assert key(dataset) == "training.nothing_to_judge"
    assert key(imported(tmp_path / "c", bare, Task.DETECTION)[0]) is None


def test_classes_that_validation_does_not_show_are_counted(tmp_path: Path) -> None:
    source = coco(tmp_path / "source", 300, range(300), range(7))
    message = unmeasured_classes(imported(tmp_path, source, Task.DETECTION)[0].folder)
    assert message is not None
    assert message.key == "training.classes_unjudged"
    assert "293 of 300" in message.text("en")
    assert "c7、c8、c9" in message.text("zh_CN")


def test_classification_and_segmentation_tell_their_missing_classes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, count in (("cat", 8), ("dog", 8), ("rare", 1)):
        (tmp_path / "folders" / name).mkdir(parents=True)
        for number in range(count):
            pixels = rng.integers(0, 255, (16, 16, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "folders" / name / f"{number}.png")
    dataset, _ = imported(tmp_path / "a", tmp_path / "folders", Task.CLASSIFICATION)
    dataset.split(0.5, 0.5, 0.0)
    message = unmeasured_classes(dataset.folder)
    assert message is not None
    assert message.values["names"] == ["rare"]
    drawn = coco(tmp_path / "drawn", 3, [0, 1, 2], [0, 1])
    dataset, _ = imported(tmp_path / "b", drawn, Task.SEGMENTATION)
    message = unmeasured_classes(dataset.folder)
    assert message is not None
    assert message.values["names"] == ["c2"]


@pytest.mark.parametrize(
    ("task", "count", "classes"),
    [
        *((task, count, 1) for task in OBJECTS for count in (1, 300)),
        *((task, 5000, 300) for task in OBJECTS),
        (Task.DETECTION, 0, 300),
    ],
)
def test_any_number_of_objects_is_trained_evaluated_predicted_and_exported(
    tmp_path: Path, task: Task, count: int, classes: int
) -> None:
    numbers = [number % classes for number in range(count)]
    source = coco(tmp_path / "source", classes, [*range(classes)], numbers)
    dataset, bench = imported(tmp_path, source, task)
    run = bench.run_folder(epochs=1)
    result, _ = bench.job(run, "train")
    assert (result["best"]["value"] is None) == (count == 0)
    evaluated, _ = bench.job(run, "evaluate")
    matrix = np.array(evaluated["confusion_matrix"])
    assert matrix.shape == (classes + 1, classes + 1)
    assert matrix[:-1].sum() == dataset.counts().splits["val"] * count
    predicted, _ = bench.job(run, "predict", paths=[str(source / "val")])
    assert predicted["failed"] == 0
    bench.job(run, "export", out=str(tmp_path / "out"))


def test_more_classes_than_a_mask_can_tell_is_said_at_import(tmp_path: Path) -> None:
    source = coco(tmp_path / "source", 300, range(300), [0])
    workspace = Workspace(tmp_path / "workspace")
    error = workspace.import_dataset(source, task=Task.SEGMENTATION, wait=False).wait(60).error
    assert error is not None
    assert error.key == "data.too_many_classes_named"

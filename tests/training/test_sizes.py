"""The whole road at sizes that samples do not have: import, train, evaluate, predict, export."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.results.prediction import Prediction
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace

Size = tuple[int, int]
MODELS: dict[Task, tuple[str, int]] = {
    Task.CLASSIFICATION: ("PPLCNet_x0_25", 32),
    Task.DETECTION: ("PicoDet_xs", 128),
    Task.SEGMENTATION: ("PPMobileSeg_tiny", 64),
    Task.INSTANCE_SEGMENTATION: ("MaskRCNN_light", 96),
}


def picture(size: Size, seed: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A soft pattern, of which no two are alike."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (-(-size[1] // 8), -(-size[0] // 8), 3), dtype=np.uint8)
    return np.array(Image.fromarray(small).resize(size, Image.Resampling.BILINEAR))


def colour(number: int) -> list[int]:
    return [number * 37 % 256, number * 91 % 256, number * 151 % 256]


def folders(source: Path, classes: int, each: int, size: Size = (32, 32)) -> None:
    for number in range(classes * each):
        pixels = picture(size, number)
        pixels[: size[1] // 2] = colour(number // each)
        place = source / f"class {number // each:04}"
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place / f"{number}.jpg")


def objects(
    source: Path, sizes: Sequence[Size], each: int, classes: int, crowd: bool = False
) -> None:
    """A COCO set of squares in the colours of their classes."""
    rng = np.random.default_rng(0)
    kinds = [{"id": n + 1, "name": f"class {n:04}"} for n in range(classes)]
    labels: dict[str, Any] = {"images": [], "annotations": [], "categories": kinds}
    (source / "images").mkdir(parents=True)
    for number, (width, height) in enumerate(sizes):
        pixels = picture((width, height), number)
        image = {"id": number + 1, "file_name": f"{number}.jpg", "width": width, "height": height}
        labels["images"].append(image)
        for _ in range(each):
            made = len(labels["annotations"])
            side = min(int(rng.integers(10, 40)), width // 2, height // 2)
            x, y = int(rng.integers(0, width - side)), int(rng.integers(0, height - side))
            pixels[y : y + side, x : x + side] = colour(made % classes)
            ring = [x, y, x + side, y, x + side, y + side, x, y + side]
            one = {"id": made + 1, "image_id": number + 1, "category_id": 1 + made % classes}
            box = {"bbox": [x, y, side, side], "area": side**2, "iscrowd": int(crowd)}
            labels["annotations"].append({**one, **box, "segmentation": [ring]})
        Image.fromarray(pixels).save(source / "images" / f"{number}.jpg")
    (source / "annotations.json").write_text(json.dumps(labels))


def masks(source: Path, sizes: Sequence[Size], classes: int) -> None:
    """Images and masks of four by four fields."""
    for folder in ("images", "masks"):
        (source / folder).mkdir(parents=True)
    for number, (width, height) in enumerate(sizes):
        Image.fromarray(picture((width, height), number)).save(source / "images" / f"{number}.jpg")
        across, down = np.arange(width) * 4 // width, np.arange(height) * 4 // height
        fields = (number * 16 + 4 * down[:, None] + across) % classes
        kind = np.uint8 if classes <= 256 else np.uint16
        Image.fromarray(fields.astype(kind)).save(source / "masks" / f"{number}.png")
    names = ["background", *(f"class {n:04}" for n in range(1, classes))]
    (source / "labels.txt").write_text("\n".join(names))


def road(tmp_path: Path, task: Task, **importing: Any) -> tuple[Run, Prediction]:
    """Go it to the end; nothing of it may fail."""
    workspace, (name, size) = Workspace(tmp_path / "w"), MODELS[task]
    dataset = workspace.import_dataset(tmp_path / "s", task=task, **importing)
    run = workspace.train(dataset, name, epochs=1, input_size=size, device="cpu")
    evaluation = run.evaluate()
    assert len(evaluation.per_class) == len(dataset.classes)
    for value in evaluation.metrics.values():
        assert value is None or np.isfinite(value)
    (prediction,) = run.predict(min((tmp_path / "s").rglob("*.jpg")))
    assert prediction.error is None
    assert prediction.draw().ndim == 3
    assert run.export("onnx").files
    return run, prediction


ROADS: dict[str, tuple[Task, Callable[[Path], None], dict[str, Any]]] = {
    "300 classes": (Task.CLASSIFICATION, lambda s: folders(s, 300, 3), {}),
    "1,000 classes": (Task.CLASSIFICATION, lambda s: folders(s, 1000, 3), {}),
    "40 images": (Task.CLASSIFICATION, lambda s: folders(s, 4, 10), {}),
    "3 images": (Task.CLASSIFICATION, lambda s: folders(s, 3, 1), {}),
    "8 pixels": (Task.CLASSIFICATION, lambda s: folders(s, 2, 20, (8, 8)), {}),
    "boxes, 1 class": (Task.DETECTION, lambda s: objects(s, [(160, 120)] * 40, 2, 1), {}),
    "boxes, 300 classes": (Task.DETECTION, lambda s: objects(s, [(320, 240)] * 60, 20, 300), {}),
    "boxes, 1,000 classes": (Task.DETECTION, lambda s: objects(s, [(320, 240)] * 60, 50, 1000), {}),
    "500 boxes an image": (Task.DETECTION, lambda s: objects(s, [(900, 700)] * 8, 500, 3), {}),
    "boxes, 3 images": (Task.DETECTION, lambda s: objects(s, [(160, 120)] * 3, 2, 2), {}),
    "boxes, 8 pixels": (Task.DETECTION, lambda s: objects(s, [(8, 8)] * 20, 1, 2), {}),
    "boxes, a panorama": (Task.DETECTION, lambda s: objects(s, [(20_000, 400)] * 4, 30, 2), {}),
    "boxes, a panorama in tiles": (
        Task.DETECTION,
        lambda s: objects(s, [(20_000, 400)] * 4, 30, 2),
        {"tile": 256},
    ),
    "boxes, 200 megapixels in tiles": (
        Task.DETECTION,
        lambda s: objects(s, [(20_000, 10_000), (500, 500), (700, 300)], 500, 2),
        {"tile": 1024},
    ),
    "pixels, 255 classes": (Task.SEGMENTATION, lambda s: masks(s, [(96, 96)] * 40, 255), {}),
    "pixels, 3 images": (Task.SEGMENTATION, lambda s: masks(s, [(96, 96)] * 3, 2), {}),
    "pixels, 8 pixels": (Task.SEGMENTATION, lambda s: masks(s, [(8, 8)] * 20, 2), {}),
    "pixels, a panorama": (Task.SEGMENTATION, lambda s: masks(s, [(20_000, 400)] * 4, 3), {}),
    "masks, 300 an image": (
        Task.INSTANCE_SEGMENTATION,
        lambda s: objects(s, [(640, 480)] * 10, 300, 3),
        {},
    ),
    "masks, 300 classes": (
        Task.INSTANCE_SEGMENTATION,
        lambda s: objects(s, [(320, 240)] * 30, 20, 300),
        {},
    ),
    "masks, 3 images": (
        Task.INSTANCE_SEGMENTATION,
        lambda s: objects(s, [(160, 120)] * 3, 2, 1),
        {},
    ),
    "masks, 8 pixels": (Task.INSTANCE_SEGMENTATION, lambda s: objects(s, [(8, 8)] * 20, 1, 2), {}),
    "masks, a panorama": (
        Task.INSTANCE_SEGMENTATION,
        lambda s: objects(s, [(20_000, 400)] * 4, 30, 2),
        {},
    ),
}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("task", "make", "importing"), ROADS.values(), ids=list(ROADS))
def test_the_road_is_gone_to_its_end(
    tmp_path: Path, task: Task, make: Callable[[Path], None], importing: dict[str, Any]
) -> None:
    make(tmp_path / "s")
    road(tmp_path, task, **importing)


REFUSED: dict[str, tuple[Task, Callable[[Path], None], str]] = {
    "one class": (Task.CLASSIFICATION, lambda s: folders(s, 1, 6), "data.one_class"),
    "300 classes of pixels": (
        Task.SEGMENTATION,
        lambda s: masks(s, [(96, 96)] * 4, 300),
        "data.too_many_classes_named",
    ),
    "one class of pixels": (
        Task.SEGMENTATION,
        lambda s: masks(s, [(32, 32)] * 6, 1),
        "params.few_classes",
    ),
    "crowds": (
        Task.DETECTION,
        lambda s: objects(s, [(160, 120)] * 6, 2, 2, crowd=True),
        "params.only_crowds",
    ),
    "masks of crowds": (
        Task.INSTANCE_SEGMENTATION,
        lambda s: objects(s, [(160, 120)] * 6, 2, 2, crowd=True),
        "params.only_crowds",
    ),
    "no objects": (
        Task.DETECTION,
        lambda s: objects(s, [(160, 120)] * 6, 0, 2),
        "params.no_objects",
    ),
}


@pytest.mark.parametrize(("task", "make", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_learnt_is_said_before_the_training(
    tmp_path: Path, task: Task, make: Callable[[Path], None], code: str
) -> None:
    make(tmp_path / "s")
    workspace = Workspace(tmp_path / "w")
    with pytest.raises(UserError) as error:
        workspace.train(workspace.import_dataset(tmp_path / "s", task=task), MODELS[task][0])
    assert error.value.code == code
    assert not workspace.runs()

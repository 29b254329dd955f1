"""What the wizard shows of a training is what the training sees; labels move with their images."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from training.fixtures import SMALL, Bench

from paddlex_nb.catalogue.models import model
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.planning.plan import plan
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.det.canvas import Canvas
from paddlex_nb.suites.det.outlines import filled
from paddlex_nb.suites.images import MEAN, STD
from paddlex_nb.suites.pictures import Picture
from paddlex_nb.training.augment import make
from paddlex_nb.training.augmented import Augmenting, Request
from paddlex_nb.workspace import Workspace
from suites.objects import ObjectsBench

MODELS = {
    Task.CLASSIFICATION: "PPLCNet_x0_25",
    Task.DETECTION: "PicoDet_xs",
    Task.SEGMENTATION: "PPMobileSeg_tiny",
    Task.INSTANCE_SEGMENTATION: "MaskRCNN_light",
}
BATCH = 4
PLAIN: dict[str, Any] = {
    "random_crop": None,
    "horizontal_flip": False,
    "vertical_flip": False,
    "brightness": None,
    "contrast": None,
    "saturation": None,
}
EVERYTHING: dict[Task, dict[str, Any]] = {
    Task.CLASSIFICATION: {"mixup": 0.4, "rotation": 20, "random_erasing": 0.5, "hue": 0.1},
    Task.DETECTION: {"multi_scale": True, "expand": 2.0, "hue": 0.1, "mixup": 1.5},
    Task.SEGMENTATION: {"multi_scale": True, "random_scale": 2.0, "rotation": 20, "blur": 0.5},
    Task.INSTANCE_SEGMENTATION: {"multi_scale": True, "random_scale": 2.0, "hue": 0.1},
}
"""Beside crop, flips and colours."""


@pytest.fixture(scope="module", params=list(Task), ids=str)
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A small data set of each task in turn."""
    task: Task = request.param
    root = tmp_path_factory.mktemp(task.value)
    if task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        return ObjectsBench(root, task, MODELS[task])
    write_sample(task, root / "sample")
    workspace = Workspace(root / "workspace")
    dataset = workspace.import_dataset(root / "sample")
    dataset.split(0.6, 0.2, 0.2)
    return Bench(workspace, dataset.id, MODELS[task], SMALL)


def parameters(task: Task, **more: Any) -> dict[str, Any]:
    size = 128 if task is Task.DETECTION else 64
    return {**SMALL, "input_size": size, "batch_size": BATCH, "seed": 3, **more}


def shown(bench: Bench, params: dict[str, Any], epoch: int, count: int) -> list[Picture]:
    return [picture for _, picture in made(bench, params, epoch, count)]


def made(
    bench: Bench, params: dict[str, Any], epoch: int, count: int
) -> list[tuple[Path, Picture]]:
    dataset = bench.workspace.dataset(bench.dataset)
    request = Request(
        dataset=str(dataset.folder),
        model=MODELS[dataset.record.task],
        params=params,
        epoch=epoch,
        count=count,
    )
    return make(request)


def task_of(bench: Bench) -> Task:
    return bench.workspace.dataset(bench.dataset).record.task


def test_what_is_shown_is_the_beginning_of_an_epoch(runs: Bench) -> None:
    task = task_of(runs)
    params = parameters(task, vertical_flip=True, random_crop=0.5, **EVERYTHING[task])
    one = adapter_for(RunSetup.load(runs.run_folder(**params)))
    mean, std = (255 * np.array(values).reshape(3, 1, 1) for values in (MEAN, STD))
    for epoch in (1, 2):
        count = BATCH + 1  # the first batch, and a part of the next
        pictures = shown(runs, params, epoch, count)
        batch = next(iter(one.train_batches(epoch, 0)))
        assert len(pictures) == count
        for row, picture in enumerate(pictures[:BATCH]):
            seen = batch.data["image"][row].numpy() * std + mean
            np.testing.assert_allclose(seen.transpose(1, 2, 0), picture.image, atol=1e-2)
            compare_labels(batch.data, row, picture)
    assert np.ptp([picture.image.mean() for picture in pictures]) > 0


def compare_labels(data: dict[str, Any], row: int, picture: Picture) -> None:
    """The labels of an image in a batch with those that are shown."""
    if picture.target is not None:
        np.testing.assert_allclose(data["target"][row].numpy(), picture.target, atol=1e-6)
    elif picture.mask is not None:
        np.testing.assert_array_equal(data["label"][row].numpy(), picture.mask)
    else:
        assert picture.annotated is not None
        n = len(picture.annotated)
        np.testing.assert_allclose(data["gt_bbox"][row].numpy()[:n], picture.annotated.boxes)
        np.testing.assert_array_equal(
            data["gt_class"][row].numpy()[:n, 0], picture.annotated.class_ids
        )
        if "pad_gt_mask" in data:
            assert data["pad_gt_mask"][row].numpy().sum() == n
        if "outlines" in data:
            for ours, theirs in zip(
                data["outlines"].images[row], picture.annotated.outlines, strict=True
            ):
                np.testing.assert_array_equal(ours, [points.ravel() for points in theirs])


def maps(picture: Picture) -> NDArray[Any]:
    """What is annotated where, of shape (k, H, W)."""
    if picture.mask is not None:
        return picture.mask[None]
    height, width = picture.image.shape[:2]
    layers = np.zeros((2, height, width), np.uint8)
    if picture.annotated is not None:
        for box, outlines in zip(picture.annotated.boxes, picture.annotated.outlines, strict=True):
            left, top, right, bottom = box.round().astype(int)
            layers[0, top:bottom, left:right] = 1
            if outlines:
                layers[1] |= filled(outlines, height, width)
    return layers


def content(task: Task, path: Path, size: int) -> tuple[int, int]:
    """Width and height that an image fills of its picture; the rest is padding."""
    if task in {Task.CLASSIFICATION, Task.SEGMENTATION}:
        return size, size
    with Image.open(path) as image:
        width, height = image.size
    return Canvas.from_model(model(MODELS[task])).content(width, height, size)


def test_labels_are_turned_with_their_images(runs: Bench) -> None:
    """A flipped picture is one of four turns of the plain one; its labels are the same turn."""
    task = task_of(runs)
    params = parameters(task, **PLAIN)
    flips: dict[str, Any] = {**params, "horizontal_flip": True, "vertical_flip": True}
    turned, annotated = set(), 0
    for epoch in (1, 2):
        for (path, plain), changed in zip(
            made(runs, params, epoch, 6), shown(runs, flips, epoch, 6), strict=True
        ):
            width, height = content(task, path, plain.image.shape[0])
            before, after = (p.image[:height, :width].astype(float) for p in (plain, changed))
            turns = [(a, b) for a in (1, -1) for b in (1, -1)]
            unlike = [float(np.abs(before[::a, ::b] - after).mean()) for a, b in turns]
            a, b = turns[int(np.argmin(unlike))]
            turned.add((a, b))
            assert min(unlike) < 1 < sorted(unlike)[1]
            truth, changed_maps = (maps(p)[:, :height, :width] for p in (plain, changed))
            assert (truth[:, ::a, ::b] != changed_maps).mean() < 0.02
            annotated += int(changed_maps.any())
            if plain.target is not None:
                np.testing.assert_array_equal(plain.target, changed.target)
    assert len(turned) == 4
    assert annotated > 8 or task is Task.CLASSIFICATION


def test_pictures_come_from_a_process_that_leaves_nothing(runs: Bench) -> None:
    dataset = runs.workspace.dataset(runs.dataset)
    before = sorted(runs.workspace.path.rglob("*"))
    params = parameters(dataset.record.task)
    name = MODELS[dataset.record.task]
    previewed = dataset.preview_augmentation(name, epoch=2, count=3, **params)
    expected = shown(runs, plan(dataset.folder, name, overrides=params).params, 2, 3)
    assert len(previewed) == 3
    for image, picture in zip(previewed, expected, strict=True):
        assert (image.height, image.width) == picture.image.shape[:2]
        with Image.open(io.BytesIO(image.jpeg)) as opened:
            assert np.abs(np.asarray(opened, np.float32) - picture.image).mean() < 6
        assert len(image.boxes) == (0 if picture.annotated is None else len(picture.annotated))
        assert bool(image.mask) == (picture.mask is not None)
        assert bool(image.shares) == (picture.target is not None)
    assert sorted(runs.workspace.path.rglob("*")) == before


def test_it_needs_no_paddle() -> None:
    """Nor a suite: that is what makes it quick."""
    code = """
import sys
import paddlex_nb.training.augment
from paddlex_nb.suites import training_images
from paddlex_nb.core.task import Task
for task in Task:
    training_images(task)
assert not {"paddle", "paddleclas", "ppdet", "paddleseg"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_lost_image_is_named(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "sample")
    dataset = Workspace(tmp_path / "w").import_dataset(tmp_path / "sample")
    for file in (tmp_path / "sample").rglob("*.jpg"):
        file.unlink()
    with pytest.raises(UserError, match=r"\.jpg cannot be read") as error:
        dataset.preview_augmentation("PPLCNet_x0_25")
    assert error.value.code == "training.unreadable_image"


def test_what_nobody_wants_any_more_ends(sample: Any) -> None:
    making = Augmenting(sample.folder, plan(sample.folder, "PPLCNet_x0_25"))
    pid = making._process.pid
    making.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_blended_images_have_the_objects_of_both_unless_one_is_hardly_seen() -> None:
    def scene(value: int, left: float) -> AnnotatedImage:
        image = np.full((40, 60, 3), value, np.uint8)
        box = np.array([[left, 5, left + 10, 15]], np.float32)
        return AnnotatedImage(image, box, np.array([value]), np.zeros(1, np.bool_), [[]])

    one, other = scene(100, 5), scene(200, 30)
    both = one.mixed(other, 0.6)
    assert both.image[0, 0].tolist() == [140, 140, 140]
    assert both.boxes[:, 0].tolist() == [5, 30]
    assert both.class_ids.tolist() == [100, 200]
    assert len(both.outlines) == len(both.crowd) == 2
    assert one.mixed(other, 0.9).class_ids.tolist() == [100]
    assert one.mixed(other, 0.1).class_ids.tolist() == [200]

"""The instance segmentation adapter: outlines and masks, small models of each family."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest
from pycocotools import mask as coco_mask

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.dataset_adapter import DatasetAdapter
from paddlex_nb.suites.det import regions
from paddlex_nb.suites.det.instance import InstanceAdapter
from paddlex_nb.suites.det.outlines import filled
from paddlex_nb.suites.det.static_regions import ExportedRegions
from suites.objects import ObjectsBench, background

LIGHT = ("MaskRCNN_light", "CascadeMaskRCNN_light", "SOLOv2_light")


@pytest.fixture(scope="module")
def instances(tmp_path_factory: pytest.TempPathFactory) -> ObjectsBench:
    return ObjectsBench(
        tmp_path_factory.mktemp("instances"), Task.INSTANCE_SEGMENTATION, "MaskRCNN_light"
    )


@pytest.fixture
def _freed() -> Iterator[None]:
    yield
    gc.collect()


def adapter(bench: ObjectsBench, model: str = "MaskRCNN_light", **params: Any) -> InstanceAdapter:
    suite = adapter_for(RunSetup.load(bench.run_folder(model, **params)))
    assert isinstance(suite, InstanceAdapter)
    return suite


def only(batch: Batch, row: int) -> Batch:
    data = {n: v[row : row + 1] for n, v in batch.data.items() if isinstance(v, paddle.Tensor)}
    return Batch(rows=[batch.rows[row]], data=data)


def same(one: Objects, other: Objects) -> None:
    np.testing.assert_array_equal(one.class_id, other.class_id)
    np.testing.assert_allclose(one.score, other.score, atol=1e-5)
    np.testing.assert_allclose(one.xyxy, other.xyxy, atol=1e-2)
    for a, b in zip(one.masks or (), other.masks or (), strict=True):
        assert np.mean(coco_mask.decode(a) != coco_mask.decode(b)) < 1e-3


def test_augmented_outlines_stay_on_their_objects(instances: ObjectsBench) -> None:
    one = adapter(instances, vertical_flip=True)
    for row in range(len(one.view("train"))):
        annotated = one.train_sample(row, 1)["annotated"]
        assert len(annotated.outlines) == len(annotated.boxes)
        for outline, box in zip(annotated.outlines, annotated.boxes, strict=True):
            ys, xs = np.nonzero(filled(outline, 64, 64))
            around = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            np.testing.assert_allclose(around, box, atol=1.01)


def test_scaled_objects_stay_inside_of_their_boxes(instances: ObjectsBench) -> None:
    one, plain = adapter(instances, random_scale=3.0), adapter(instances)
    shares = []
    for row in range(len(one.view("train"))):
        annotated = one.train_sample(row, 1)["annotated"]
        for outline, (left, top, right, bottom) in zip(
            annotated.outlines, annotated.boxes, strict=True
        ):
            ys, xs = np.nonzero(filled(outline, 64, 64))
            assert xs.min() > left - 2
            assert ys.min() > top - 2
            assert xs.max() < right + 1
            assert ys.max() < bottom + 1
        for x, many in ((annotated, one), (plain.train_sample(row, 1)["annotated"], plain)):
            if len(x):
                sides = x.boxes[:, 2:] - x.boxes[:, :2]
                shares.append((many is one, float(sides.mean())))
    scaled = [share for mine, share in shares if mine]
    usual = [share for mine, share in shares if not mine]
    assert max(scaled) > 1.3 * max(usual)
    assert min(scaled) < min(usual) / 1.3


def test_batches_come_in_several_sizes(instances: ObjectsBench) -> None:
    one = adapter(instances, multi_scale=True, input_size=96)
    sizes = set()
    for epoch in range(1, 5):
        for batch in one.train_batches(epoch, 0):
            side = batch.data["image"].shape[-1]
            sizes.add(side)
            for boxes in batch.data["gt_bbox"]:
                assert boxes.numpy().max(initial=0) <= side
    assert sizes == {64, 96, 128}
    batch = next(one.eval_batches("val"))
    assert batch.data["image"].shape[-1] == 96


def test_truth_is_what_the_file_says(instances: ObjectsBench) -> None:
    one, without = adapter(instances), 0
    for split in ("train", "val", "test"):
        view = one.view(split)
        for batch in one.eval_batches(split):
            for row, truth in zip(batch.rows, batch.data["truth"], strict=True):
                objects = view.objects(row)
                for number, mask in enumerate(truth.masks):
                    inside = coco_mask.toBbox(mask)
                    np.testing.assert_allclose(inside, objects.xywh[number], atol=2)
                    assert truth.crowd[number] == (not (objects.outlines or ())[number])
                without += int(truth.crowd.sum())
    assert without == 1  # it has lost its outline, and is neither wanted nor a false alarm


def test_a_perfect_prediction_is_worth_one(instances: ObjectsBench) -> None:
    one = adapter(instances)
    metric = one.metric()
    for batch in one.eval_batches("val"):
        metric.update(batch, batch.data["truth"])
    assert metric.scores()["mask_map"] == pytest.approx(1)
    assert metric.table().num_rows == len(one.view("val"))


@pytest.mark.parametrize("model", LIGHT)
def test_images_do_not_depend_on_their_batch(instances: ObjectsBench, model: str) -> None:
    one = adapter(instances, model)
    batch = next(one.eval_batches("val"))
    together = one.predict(batch)
    assert len(together) == 2
    for row, prediction in enumerate(together):
        assert prediction.masks is not None
        assert len(prediction.masks) == len(prediction) == len(prediction.xyxy)
        same(prediction, one.predict(only(batch, row))[0])


@pytest.mark.parametrize("model", ["MaskRCNN_light", "SOLOv2_light"])
def test_images_without_objects_are_learned_from(instances: ObjectsBench, model: str) -> None:
    one = adapter(instances, model, batch_size=1)
    sample = one.train_sample(0, 1)
    annotated = sample["annotated"]
    nothing = {**sample, "annotated": annotated.kept(np.zeros(len(annotated), np.bool_))}
    data = one.collate_training([nothing, nothing], [0, 1], 1)
    tensors = {
        name: [paddle.to_tensor(v) for v in value]
        if isinstance(value, list)
        else paddle.to_tensor(value)
        if isinstance(value, np.ndarray)
        else value
        for name, value in data.items()
    }
    losses = one.learner().step(Batch(rows=[0, 1], data=tensors), 1e-4, seed=0)
    assert np.isfinite(losses["loss"])


@pytest.mark.parametrize("model", ["MaskRCNN_light", "CascadeMaskRCNN_light"])
def test_what_is_exported_finds_the_same(instances: ObjectsBench, model: str) -> None:
    one = adapter(instances, model)
    one.model.eval()
    exported = ExportedRegions(one.model, 64)
    for batch in one.eval_batches("val"):
        image = batch.data["image"][:1]
        with paddle.no_grad():
            rows, masks = (t.numpy() for t in exported(image))
            known, _, shapes = (
                t.numpy() for t in regions.find_masks(one.model, image, paddle.full([1, 2], 64.0))
            )
        assert rows[-1, 1] == 0
        order = np.argsort(-known[:, 1], kind="stable")
        assert len(order) == len(rows) - 1 > 0
        np.testing.assert_allclose(rows[:-1, 1], known[order, 1], atol=1e-5)
        for row, mask in zip(rows[:-1], masks, strict=False):
            apart = np.abs(known - row).max(axis=1)
            assert apart.min() < 1e-2
            np.testing.assert_allclose(shapes[apart.argmin()], mask, atol=1e-3)


def test_predictions_are_described_with_their_masks(instances: ObjectsBench) -> None:
    one = adapter(instances)
    batch = next(one.eval_batches("val"))
    truth = batch.data["truth"][0]
    shown = one.describe([truth])[0]["objects"]
    assert [item["class_id"] for item in shown] == truth.class_id.tolist()
    for item, mask in zip(shown, truth.masks, strict=True):
        assert (coco_mask.decode(item["mask"]) == coco_mask.decode(mask)).all()


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name in LIGHT else [pytest.mark.slow])
        for e in list_models(Task.INSTANCE_SEGMENTATION)
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_model_of_the_catalogue_works(instances: ObjectsBench, entry: ModelEntry) -> None:
    one = adapter(instances, entry.name)
    for batch in one.train_batches(1, one.steps_per_epoch - 2):
        assert np.isfinite(one.learner().step(batch, 1e-4, seed=0)["loss"])
    metric, predictions = one.metric(), []
    for batch in one.eval_batches("val"):
        predictions += one.predict(batch)
        metric.update(batch, predictions[-len(batch) :])
    assert {"mask_map", "mask_ap50", "box_map", "box_ap50"} <= set(metric.scores())
    again = adapter(instances, entry.name, seed=1)
    again.load_weights(one.learner().weights())
    reread = [o for batch in again.eval_batches("val") for o in again.predict(batch)]
    for before, after in zip(predictions, reread, strict=True):
        same(before, after)


@pytest.mark.parametrize(
    ("model", "to"),
    [
        pytest.param("MaskRCNN_light", "onnx"),
        pytest.param("SOLOv2_light", "inference"),
        pytest.param("MaskRCNN_light", "inference", marks=pytest.mark.slow),
        pytest.param("CascadeMaskRCNN_light", "onnx", marks=pytest.mark.slow),
        pytest.param("SOLOv2_light", "onnx", marks=pytest.mark.slow),
    ],
)
def test_exports_compute_the_same(
    instances: ObjectsBench, tmp_path: Path, model: str, to: str
) -> None:
    one = adapter(instances, model)
    for batch in one.train_batches(1, 0):
        one.learner().step(batch, 1e-3, seed=0)
    one.save(to, tmp_path)
    batch = one.file_batch(one.paths("val"))
    assert one.difference(batch, one.runner(to, tmp_path)) < 1e-3


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name in LIGHT else [pytest.mark.slow])
        for e in list_models(Task.INSTANCE_SEGMENTATION)
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_batch_without_objects_is_learnt_from(instances: ObjectsBench, entry: ModelEntry) -> None:
    one = adapter(instances, entry.name)
    assert isinstance(one, DatasetAdapter)
    batch = background(one)
    for step in range(2):
        assert np.isfinite(one.learner().step(batch, 1e-3, seed=step)["loss"])

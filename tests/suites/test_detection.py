"""Detectors: each is built, learns two steps, finds, is saved and read again, exported."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import pytest

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.exports import check_export, export_limits
from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.task import Task
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.dataset_adapter import DatasetAdapter
from paddlex_nb.suites.det.anchors import cluster
from suites.objects import ObjectsBench, background

QUICK = {"PicoDet_xs", "PPYOLOE_plus_t", "YOLOv3_MobileNetV3", "YOLOX_nano", "FasterRCNN_light"}
EXPORTED = [
    "PPYOLOE_plus_t",
    "YOLOv3_MobileNetV3",
    "PPYOLO_tiny",
    "YOLOX_nano",
    "FasterRCNN_light",
]
"""PicoDet and DETR score almost alike everywhere as long as they know nothing; see below."""


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> ObjectsBench:
    return ObjectsBench(tmp_path_factory.mktemp("scenes"), Task.DETECTION, "FasterRCNN_light")


@pytest.fixture
def _freed() -> Iterator[None]:
    yield
    gc.collect()


def adapter(bench: ObjectsBench, name: str, seed: int = 0) -> Adapter:
    return adapter_for(RunSetup.load(bench.run_folder(name, seed=seed, input_size=128)))


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name in QUICK else [pytest.mark.slow])
        for e in list_models(Task.DETECTION)
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_model_of_the_catalogue_works(scenes: ObjectsBench, entry: ModelEntry) -> None:
    one = adapter(scenes, entry.name)
    for batch in one.train_batches(1, one.steps_per_epoch - 2):
        assert np.isfinite(one.learner().step(batch, 1e-4, seed=0)["loss"])
    metric, predictions = one.metric(), []
    for batch in one.eval_batches("val"):
        predictions += one.predict(batch)
        metric.update(batch, predictions[-len(batch) :])
    assert {"map", "ap50", "ap75"} <= set(metric.scores())
    again = adapter(scenes, entry.name, seed=1)
    saved = one.learner().weights()
    again.load_weights(saved)
    reread = [o for batch in again.eval_batches("val") for o in again.predict(batch)]
    # what has learnt so little may find nothing at all: the weights must be the same, too
    for name, values in again.learner().weights().items():
        np.testing.assert_array_equal(values, saved[name])
    for before, after in zip(predictions, reread, strict=True):
        np.testing.assert_array_equal(before.class_id, after.class_id)
        np.testing.assert_allclose(before.xyxy, after.xyxy, atol=1e-2)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "FasterRCNN_light" else [pytest.mark.slow])
        for name in EXPORTED
    ],
)
@pytest.mark.usefixtures("_freed")
def test_exports_compute_the_same(scenes: ObjectsBench, tmp_path: Path, name: str) -> None:
    one = adapter(scenes, name)
    for batch in one.train_batches(1, one.steps_per_epoch - 2):
        one.learner().step(batch, 1e-4, seed=0)
    batch = one.file_batch(one.paths("val"))
    for to in ("inference", "onnx"):
        (tmp_path / to).mkdir()
        one.save(to, tmp_path / to)
        assert one.difference(batch, one.runner(to, tmp_path / to)) < 1e-4, to


@pytest.mark.parametrize(
    "name", ["PicoDet_xs", pytest.param("DETR_ResNet50", marks=pytest.mark.slow)]
)
@pytest.mark.usefixtures("_freed")
def test_exported_graphs_compute_the_same(scenes: ObjectsBench, tmp_path: Path, name: str) -> None:
    one = adapter(scenes, name)
    one.save("inference", tmp_path)
    image = one.file_batch(one.paths("val")[:1]).data["image"]
    (own,) = one.outputs(Batch(rows=[0], data={"image": image}))
    theirs = paddle.jit.load(str(tmp_path / "inference"))(image).numpy()
    np.testing.assert_allclose(theirs, own, atol=1e-4)


def test_what_cannot_be_exported_is_said_beforehand() -> None:
    entry = model("DeformableDETR_ResNet50")
    limits = export_limits(entry)
    assert limits is not None
    assert entry.name in str(limits)
    with pytest.raises(UserError) as error:
        check_export(entry, "onnx")
    assert error.value.code == "export.never_of_model"
    assert export_limits(model("PicoDet_xs")) is None


def test_anchors_are_clustered_once_from_the_boxes_of_a_run(scenes: ObjectsBench) -> None:
    folder = scenes.run_folder("YOLOv3_MobileNetV3", input_size=128, anchors="data")
    one: Any = adapter_for(RunSetup.load(folder))
    anchors = json.loads((folder / "anchors.json").read_bytes())
    assert one.model.yolo_head.anchors == [anchors[6:9], anchors[3:6], anchors[:3]]
    assert anchors == sorted(anchors, key=lambda side: side[0] * side[1])
    write_json(folder / "anchors.json", [[8.0, 8.0 + n] for n in range(9)])
    again: Any = adapter_for(RunSetup.load(folder))
    assert again.model.yolo_head.anchors[2][0] == [8.0, 8.0]


def test_clusters_find_the_sizes_that_boxes_have() -> None:
    rng = np.random.default_rng(0)
    sizes = np.array([[10.0, 20.0], [50.0, 40.0], [200.0, 100.0]])
    boxes = np.repeat(sizes, 40, axis=0) * rng.normal(1, 0.02, (120, 2))
    np.testing.assert_allclose(cluster(boxes, 3), sizes, rtol=0.05)
    assert len(cluster(sizes[:1], 9)) == 9


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name in QUICK else [pytest.mark.slow])
        for e in list_models(Task.DETECTION)
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_batch_without_objects_is_learnt_from(scenes: ObjectsBench, entry: ModelEntry) -> None:
    one = adapter(scenes, entry.name)
    assert isinstance(one, DatasetAdapter)
    batch = background(one)
    for step in range(2):
        assert np.isfinite(one.learner().step(batch, 1e-3, seed=step)["loss"])

"""Two-stage detectors: each is built, learns a step, finds, is saved and read again, exported."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from paddlex_nb.models.catalogue import models
from paddlex_nb.models.entry import ModelEntry
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.base import Adapter, RunSetup
from paddlex_nb.task import Task
from suites.objects import ObjectsBench

ENTRIES = [e for e in models(Task.DETECTION) if e.architecture in {"FasterRCNN", "CascadeRCNN"}]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> ObjectsBench:
    return ObjectsBench(tmp_path_factory.mktemp("scenes"), Task.DETECTION, "FasterRCNN_light")


@pytest.fixture
def _freed() -> Iterator[None]:
    yield
    gc.collect()


def adapter(bench: ObjectsBench, model: str, seed: int = 0) -> Adapter:
    return adapter_for(RunSetup.load(bench.run_folder(model, seed=seed)))


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name.endswith("_light") else [pytest.mark.slow])
        for e in ENTRIES
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_model_of_the_catalogue_works(scenes: ObjectsBench, entry: ModelEntry) -> None:
    one = adapter(scenes, entry.name)
    for batch in one.train_batches(1, one.steps_per_epoch - 2):
        assert np.isfinite(one.learner().step(batch, 1e-4, seed=0)["loss"])
    metric, found = one.metric(), []
    for batch in one.eval_batches("val"):
        found += one.predict(batch)
        metric.update(batch, found[-len(batch) :])
    assert {"map", "ap50", "ap75"} <= set(metric.scores())
    again = adapter(scenes, entry.name, seed=1)
    again.load_weights(one.learner().weights())
    reread = [o for batch in again.eval_batches("val") for o in again.predict(batch)]
    assert any(len(o) for o in found)
    for before, after in zip(found, reread, strict=True):
        np.testing.assert_array_equal(before.class_ids, after.class_ids)
        np.testing.assert_allclose(before.boxes, after.boxes, atol=1e-2)


@pytest.mark.parametrize("to", ["inference", pytest.param("onnx", marks=pytest.mark.slow)])
def test_exports_compute_the_same(scenes: ObjectsBench, tmp_path: Path, to: str) -> None:
    one = adapter(scenes, "FasterRCNN_light")
    one.save(to, tmp_path)
    batch = one.file_batch(one.paths("val"))
    assert one.difference(batch, one.runner(to, tmp_path)) < 1e-3

"""The classification adapter: data in order, predictions described, small models of each family."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from training.fixtures import Bench

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.split_file import Splits
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.suites import adapter_for

EQUAL = 1e-4
"""Largest difference of probabilities between a model and its export."""


def adapter(bench: Bench, model: str = "PPLCNet_x0_25", **params: Any) -> Adapter:
    return adapter_for(RunSetup.load(bench.run_folder(model, **params)))


def test_an_epoch_shows_every_image_once_in_an_order_of_its_own(bench: Bench) -> None:
    one = adapter(bench)
    orders = [[r for b in one.train_batches(e, 0) for r in b.rows] for e in (1, 2, 1)]
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0]) == list(range(24))
    assert [b.rows for b in one.train_batches(1, 2)] == [orders[0][16:]]
    assert one.steps_per_epoch == 3


def test_labels_belong_to_their_images(bench: Bench) -> None:
    one, view = adapter(bench), DatasetView(bench.workspace.dataset(bench.dataset).folder, "train")
    for batch in one.train_batches(1, 0):
        labels = batch.data["label"].numpy()
        np.testing.assert_array_equal(labels, view.labels[list(batch.rows)])
        for row, label in zip(batch.rows, labels, strict=True):
            assert view.paths[row].parent.name == view.classes[label]


def test_evaluation_sees_every_image_in_order_each_time(bench: Bench) -> None:
    one = adapter(bench)
    first, again = (list(one.eval_batches("val")) for _ in range(2))  # the second from memory
    rows = [row for batch in first for row in batch.rows]
    assert rows == list(range(len(one.paths("val"))))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a.data["image"].numpy(), b.data["image"].numpy())


def test_files_are_seen_as_the_split_is(bench: Bench) -> None:
    one = adapter(bench)
    batch, *_ = one.eval_batches("val")
    files = one.file_batch([one.paths("val")[row] for row in batch.rows])
    np.testing.assert_array_equal(batch.data["image"].numpy(), files.data["image"].numpy())


def test_mixup_and_smoothing_keep_labels_whole(bench: Bench) -> None:
    one = adapter(bench, mixup=0.5, label_smoothing=0.2)
    for batch in one.train_batches(1, 0):
        target = batch.data["target"].numpy()
        np.testing.assert_allclose(target.sum(axis=1), 1, atol=1e-5)
        assert target.min() == pytest.approx(0.05)
    for batch in adapter(bench, label_smoothing=0.0).train_batches(1, 0):
        assert set(np.unique(batch.data["target"].numpy())) == {0.0, 1.0}


def test_predictions_are_described_best_first(bench: Bench) -> None:
    one = adapter(bench)
    described = one.describe(np.array([[0.1, 0.6, 0.1, 0.2]], np.float32))[0]
    classes = one.setup.record.classes
    assert (described["class"], round(described["score"], 3)) == (classes[1], 0.6)
    assert [t["class"] for t in described["top5"]] == [classes[i] for i in (1, 3, 0, 2)]


def test_an_empty_split_says_so(bench: Bench) -> None:
    one = adapter(bench, "fake")
    file = RunFolder(one.setup.folder).splits
    splits = read_json(file, Splits)
    splits.val = []
    write_json(file, splits)
    with pytest.raises(UserError) as error:
        one.paths("val")
    assert error.value.code == "training.empty_split"


def test_a_missing_suite_says_what_to_do(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "paddlex_nb.suites.clas", raising=False)
    monkeypatch.setitem(sys.modules, "paddleclas", None)
    with pytest.raises(UserError, match="paddlex-nb setup") as error:
        adapter(bench)
    assert error.value.code == "training.suite_missing"


def smallest(entry: ModelEntry) -> int:
    """The smallest input size that a model takes, in pixels."""
    return entry.input_sizes[0] if entry.input_sizes else max(32, entry.min_size)


def works(bench: Bench, entry: ModelEntry) -> None:
    """Two steps, an evaluation; saved and read again it predicts the same."""
    size = smallest(entry)
    one: Any = adapter(bench, entry.name, input_size=size, batch_size=8)
    assert one.head().weight.shape[-1] == 4  # what is trained where all else is frozen
    # to the end: an unfinished epoch leaves Paddle's loading thread, and with it the model, behind
    for batch in one.train_batches(1, one.steps_per_epoch - 2):
        losses = one.learner().step(batch, 1e-4, seed=0)
        assert np.isfinite(losses["loss"])
    metric, predictions = one.metric(), []
    for batch in one.eval_batches("val"):
        predictions.append(one.predict(batch))
        metric.update(batch, predictions[-1])
        assert predictions[-1].shape == (len(batch), 4)
        np.testing.assert_allclose(predictions[-1].sum(axis=1), 1, atol=1e-4)
    assert {"top1", "top5"} <= set(metric.scores())
    again = adapter(bench, entry.name, input_size=size, batch_size=8, seed=1)
    again.load_weights(one.learner().weights())
    for before, batch in zip(predictions, again.eval_batches("val"), strict=True):
        np.testing.assert_allclose(before, again.predict(batch), atol=1e-5)


@pytest.fixture
def _freed() -> Iterator[None]:
    """Adapter and learner know each other: some GB a model stay until they are collected."""
    yield
    gc.collect()


SMALL = {
    "PPLCNet_x0_5",
    "PPHGNetV2_B0",
    "MobileNetV1_x0_25",
    "MobileNetV2_x0_25",
    "MobileNetV3_large_x0_35",
    "ShuffleNetV2_x0_25",
    "ResNet18",
}


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name in SMALL else [pytest.mark.slow])
        for e in list_models(Task.CLASSIFICATION)
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_model_of_the_catalogue_works(bench: Bench, entry: ModelEntry) -> None:
    works(bench, entry)


@pytest.mark.slow
@pytest.mark.parametrize("entry", list_models(Task.CLASSIFICATION), ids=lambda e: e.name)
@pytest.mark.usefixtures("_freed")
def test_exports_compute_the_same(bench: Bench, tmp_path: Path, entry: ModelEntry) -> None:
    one: Any = adapter(bench, entry.name, input_size=smallest(entry), batch_size=8)
    for layer in one.model.sublayers():
        if hasattr(layer, "_momentum"):  # statistics as after many steps, with some room
            layer._momentum = 0.1
    # the second step changes no weight: the statistics are those of the images compared
    batches = list(one.train_batches(1, one.steps_per_epoch - 2))
    for batch, rate in zip(batches, (1e-4, 0.0), strict=True):
        one.learner().step(batch, rate, seed=0)
    # where images hardly differ, what is not computed at all would be nearly the same, too
    spread = np.ptp(one.predict(batches[-1]), axis=0).max()
    for to in entry.exports:
        (tmp_path / to).mkdir()
        one.save(to, tmp_path / to)
        difference = one.difference(batches[-1], one.runner(to, tmp_path / to))
        assert difference < min(EQUAL, spread / 10), to

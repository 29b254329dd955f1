"""The segmentation adapter: label maps stay on their images, every loss learns, models work."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import paddle
import pytest
from numpy.typing import NDArray
from PIL import Image
from training.fixtures import Bench, segmentation_bench

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.label_maps import own_numbers, read_label_map
from paddlex_nb.params.fields.loss import LOSS
from paddlex_nb.repairs.channel_max import quick_channel_max
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.seg.augment import Augmentation
from paddlex_nb.suites.seg.losses import segmentation_loss
from paddlex_nb.suites.seg.masks import balanced_weights
from paddlex_nb.suites.seg.segmentation import SegmentationAdapter

QUICK = {"PPLiteSeg_STDC1", "PPMobileSeg_tiny", "FastSCNN", "SegFormer_B0"}
EXPORTED = ["PPLiteSeg_STDC1", "PPMobileSeg_tiny", "FastSCNN", "DeepLabV3P_MobileNetV2"]
LOSSES = next(param for param in LOSS if param.name == "loss").choices


@pytest.fixture(scope="module")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return segmentation_bench(tmp_path_factory.mktemp("fruit"), input_size=64, random_crop=None)


@pytest.fixture
def _freed() -> Iterator[None]:
    yield
    gc.collect()


def adapter(bench: Bench, name: str = "", **params: Any) -> SegmentationAdapter:
    suite = adapter_for(RunSetup.load(bench.run_folder(name, **params)))
    assert isinstance(suite, SegmentationAdapter)
    return suite


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"crop": 0.3},
        {"scale": 2.5},
        {"horizontal_flip": True, "vertical_flip": True},
        {"rotation": 90},
        {"crop": 0.5, "scale": 2.0, "rotation": 30, "horizontal_flip": True, "blur": 1.0},
    ],
    ids=lambda settings: "-".join(settings) or "none",
)
def test_augmented_label_maps_stay_on_their_images(settings: dict[str, Any]) -> None:
    mask = np.zeros((90, 120), np.uint8)
    cv2.circle(mask, (40, 30), 22, (1,), -1)
    cv2.rectangle(mask, (70, 50), (110, 85), (2,), -1)
    colours = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]], np.uint8)
    augment = Augmentation(**settings)
    for seed in range(8):
        image, labels = augment(colours[mask], mask, 96, np.random.default_rng(seed))
        assert image.shape == (96, 96, 3)
        known = labels != 255
        assert known.mean() > 0.1
        agree = (image[known].astype(int) - colours[labels[known]].astype(int)).__abs__().max(1)
        # at the edges the image is a mixture, and blurred
        assert (agree < 128).mean() > 0.9


def test_without_augmentation_the_whole_image_is_learned_from() -> None:
    mask = np.arange(48, dtype=np.uint8).reshape(6, 8).repeat(10, 0).repeat(10, 1)
    image = np.dstack([mask] * 3)
    changed, labels = Augmentation()(image, mask, 240, np.random.default_rng(0))
    expected = cv2.resize(mask, (240, 240), interpolation=cv2.INTER_NEAREST)
    assert (labels == expected).mean() > 0.98
    assert (changed[..., 0] == expected).mean() > 0.7


def test_strange_numbers_are_ignored(tmp_path: Path) -> None:
    values = np.array([[0, 1], [7, 255]], np.uint8)
    Image.fromarray(values).save(tmp_path / "mask.png")
    label_map = read_label_map(tmp_path / "mask.png", own_numbers(2))
    np.testing.assert_array_equal(label_map, [[0, 1], [255, 255]])


def test_rare_classes_count_more() -> None:
    values = np.zeros((10, 10), np.uint8)
    values[0, :2] = 1
    weights = balanced_weights(lambda _: values, 1, 3)
    # frequencies 0.98 and 0.02, their median 0.5; the third class does not occur
    np.testing.assert_allclose(weights, [0.5 / 0.98, 0.5 / 0.02, 1], rtol=1e-6)


def _confident(labels: NDArray[Any], certainty: float) -> paddle.Tensor:
    clean = np.where(labels == 255, 0, labels)
    return paddle.to_tensor(np.eye(3, dtype=np.float32)[clean].transpose(0, 3, 1, 2) * certainty)


@pytest.mark.parametrize("weights", [None, [0.5, 1.0, 3.0]])
@pytest.mark.parametrize("name", LOSSES)
def test_losses_fall_as_predictions_improve_and_know_nothing_of_the_ignored(
    name: str, weights: list[float] | None
) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, (2, 16, 16))
    labels[:, :4] = 255
    loss, target = segmentation_loss(name, weights), paddle.to_tensor(labels)
    values = [float(loss(_confident(labels, c), target)) for c in (-2.0, 0.0, 2.0, 8.0)]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.15
    disturbed = _confident(labels, 2.0)
    disturbed[:, 1, :4] = 50.0
    assert float(loss(disturbed, target)) == pytest.approx(values[2], abs=1e-5)


def test_cross_entropy_and_focal_loss_are_means_over_the_known_pixels() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, (2, 9, 9))
    labels[:, :3] = 255
    logits = rng.normal(size=(2, 3, 9, 9)).astype(np.float32)
    likely = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    known = labels != 255
    true = np.take_along_axis(likely, np.where(known, labels, 0)[:, None], 1)[:, 0][known]
    given = paddle.to_tensor(logits), paddle.to_tensor(labels)
    entropy = float(segmentation_loss("cross_entropy", None)(*given))
    assert entropy == pytest.approx(-np.log(true).mean(), rel=1e-5)
    focal = float(segmentation_loss("focal", None)(*given))
    assert focal == pytest.approx((-((1 - true) ** 2) * np.log(true)).mean(), rel=1e-5)


def test_predictions_have_the_size_of_their_images(fruit: Bench, tmp_path: Path) -> None:
    files = []
    for number, size in enumerate([(31, 77), (200, 64)]):
        files.append(tmp_path / f"{number}.png")
        Image.new("RGB", size, "orange").save(files[-1])
    one = adapter(fruit)
    masks = one.predict(one.file_batch(files))
    assert [mask.shape for mask in masks] == [(77, 31), (64, 200)]
    described = one.describe(masks)
    assert sum(area["share"] for area in described[0]["areas"]) == pytest.approx(1)


def test_several_sizes_take_turns(fruit: Bench) -> None:
    one = adapter(fruit, multi_scale=True, input_size=128, batch_size=2)
    sizes = {batch.data["image"].shape[2] for e in (1, 2) for batch in one.train_batches(e, 0)}
    assert sizes == {96, 128, 160}


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(e, id=e.name, marks=[] if e.name in QUICK else [pytest.mark.slow])
        for e in list_models(Task.SEGMENTATION)
    ],
)
@pytest.mark.usefixtures("_freed")
def test_a_model_of_the_catalogue_works(fruit: Bench, entry: ModelEntry) -> None:
    one = adapter(fruit, entry.name)
    for batch in one.train_batches(1, one.steps_per_epoch - 2):
        assert np.isfinite(one.learner().step(batch, 1e-4, seed=0)["loss"])
    metric, predictions = one.metric(), []
    for batch in one.eval_batches("val"):
        predictions += one.predict(batch)
        metric.update(batch, predictions[-len(batch) :])
    assert set(metric.scores()) == {"miou", "accuracy", "kappa", "dice"}
    again = adapter(fruit, entry.name, seed=1)
    again.load_weights(one.learner().weights())
    reread = [mask for batch in again.eval_batches("val") for mask in again.predict(batch)]
    for before, after in zip(predictions, reread, strict=True):
        np.testing.assert_array_equal(before, after)
    assert sum(p.size for p in one.head().parameters()) > 0
    assert sum(p.size for p in one.head().parameters()) <= sum(
        p.size for p in one.model.parameters()
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "PPLiteSeg_STDC1" else [pytest.mark.slow])
        for name in EXPORTED
    ],
)
@pytest.mark.usefixtures("_freed")
def test_exports_compute_the_same(fruit: Bench, tmp_path: Path, name: str) -> None:
    one = adapter(fruit, name)
    batch = one.file_batch(one.paths("val"))
    for to in ("inference", "onnx"):
        (tmp_path / to).mkdir()
        one.save(to, tmp_path / to)
        assert one.difference(batch, one.runner(to, tmp_path / to)) < 1e-4, to


def test_a_run_is_trained_exported_and_used_by_the_program_beside_it(
    fruit: Bench, tmp_path: Path
) -> None:
    run = fruit.run_folder(epochs=1, class_weights="balanced", loss="ce_dice")
    fruit.job(run, "train")
    evaluated, _ = fruit.job(run, "evaluate", split="test")
    assert 0 <= evaluated["metrics"]["miou"] <= 1
    image = adapter(fruit).paths("val")[0]
    predicted, _ = fruit.job(run, "predict", paths=[str(image)])
    mask = np.asarray(Image.open(predicted["predictions"][0]["mask"]))
    fruit.job(run, "export", to="onnx", out=str(tmp_path / "out"))
    subprocess.run(
        [sys.executable, "predict.py", str(image)],
        cwd=tmp_path / "out",
        env={"PATH": ""},
        timeout=120,
        check=True,
    )
    theirs = np.asarray(Image.open(tmp_path / "out" / f"{image.stem}_mask.png"))
    assert theirs.shape == mask.shape
    assert (theirs == mask).mean() > 0.99


def test_spatial_attention_learns_by_the_quick_maximum() -> None:
    from paddleseg.models.layers import tensor_fusion_helper as helper

    quick_channel_max()
    quick_channel_max()
    values = paddle.rand([2, 5, 4, 4])
    values.stop_gradient = False
    reduced = helper.avg_max_reduce_channel_helper(values)
    reduced.sum().backward()
    expected = paddle.concat(
        [values.mean(axis=1, keepdim=True), values.max(axis=1, keepdim=True)], axis=1
    )
    np.testing.assert_allclose(reduced.numpy(), expected.numpy(), rtol=1e-6)
    best = values.numpy() == values.numpy().max(axis=1, keepdims=True)
    assert values.grad is not None
    np.testing.assert_allclose(values.grad.numpy(), best + 1 / 5, rtol=1e-5)
    names = _graph(reduced.grad_fn)
    assert "TopkGradNode" in names
    assert "MaxGradNode" not in names
    with paddle.no_grad():
        np.testing.assert_allclose(
            helper.avg_max_reduce_channel_helper(values).numpy(), expected.numpy(), rtol=1e-6
        )


def _graph(node: Any) -> set[str]:
    """Names of all gradients that a result depends on."""
    if node is None:
        return set()
    nodes = {node.name()}
    for following in node.next_functions:
        nodes |= _graph(following)
    return nodes

"""Segmentation at full resolution: pieces as they are to learn from, windows to predict with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from PIL import Image
from training.fixtures import Bench, segmentation_bench

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.suites import adapter_for
from paddlex_nb.suites.seg.augment import Augmentation
from paddlex_nb.suites.seg.segmentation import SegmentationAdapter
from paddlex_nb.suites.seg.windows import PADDING, Windows

WINDOW = 64
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return segmentation_bench(
        tmp_path_factory.mktemp("fruit"), input_size=WINDOW, full_resolution=True
    )


def adapter(bench: Bench, **params: Any) -> SegmentationAdapter:
    suite = adapter_for(RunSetup.load(bench.run_folder(**params)))
    assert isinstance(suite, SegmentationAdapter)
    return suite


def numbered(height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """An image in which every pixel names its place, and a label map that follows from it."""
    rows, columns = np.mgrid[:height, :width]
    image = np.dstack([rows, columns, rows + columns]).astype(np.uint8)
    return image, ((rows * 7 + columns * 3) % 5).astype(np.uint8)


@pytest.mark.parametrize("flips", [False, True])
def test_what_is_learned_from_is_a_piece_as_it_is_with_its_labels(flips: bool) -> None:
    image, mask = numbered(90, 120)
    augment = Augmentation(full_resolution=True, horizontal_flip=flips, vertical_flip=flips)
    corners = set()
    for seed in range(40):
        piece, labels = augment(image, mask, WINDOW, np.random.default_rng(seed))
        assert piece.shape == (WINDOW, WINDOW, 3)
        rows, columns = piece[..., 0].astype(int), piece[..., 1].astype(int)
        # each pixel is one of the image, and has the class that it has there
        np.testing.assert_array_equal(piece, image[rows, columns])
        np.testing.assert_array_equal(labels, mask[rows, columns])
        assert set(np.abs(np.diff(rows, axis=0)).ravel()) == {1}
        assert set(np.abs(np.diff(columns, axis=1)).ravel()) == {1}
        corners.add((rows.min(), columns.min()))
    assert len(corners) > 20
    assert {0, 1} & {row for row, _ in corners}
    assert max(row for row, _ in corners) > 20


def test_beyond_a_smaller_image_nothing_is_labelled() -> None:
    image, mask = numbered(30, 200)
    piece, labels = Augmentation(full_resolution=True)(image, mask, WINDOW, RNG)
    assert (labels != 255).sum() == 30 * WINDOW
    np.testing.assert_array_equal(piece[labels == 255], np.broadcast_to(PADDING, (34 * WINDOW, 3)))


def test_training_batches_are_pieces_of_the_input_size(fruit: Bench) -> None:
    one = adapter(fruit)
    batch = next(iter(one.train_batches(1, 0)))
    assert batch.data["image"].shape == [4, 3, WINDOW, WINDOW]
    assert batch.data["label"].shape == [4, WINDOW, WINDOW]
    sizes = one.view("train").sizes
    assert (sizes > WINDOW).all()  # or this would show nothing
    assert one.training.decoded(0).shape[:2] == tuple(sizes[0][::-1])


@pytest.mark.parametrize("size", [(64, 64), (65, 64), (100, 150), (20, 300), (257, 191)])
def test_the_windows_of_an_image_show_all_of_it_once(size: tuple[int, int]) -> None:
    height, width = size
    image = RNG.integers(0, 256, (height, width, 3), np.uint8)
    seen: list[int] = []

    def brightest(windows: NDArray[np.float32]) -> NDArray[np.uint8]:
        seen.append(len(windows))
        return np.asarray(windows.argmax(axis=1), np.uint8)

    found = Windows(image, WINDOW).label_map(brightest, 3)
    whole = Windows(image, max(size)).label_map(brightest, 1)
    assert found.shape == size
    np.testing.assert_array_equal(found, whole)
    assert max(seen) <= 3


def test_an_image_of_one_window_is_predicted_whole(fruit: Bench, tmp_path: Path) -> None:
    """As without windows, where nothing has to be stretched."""
    file = tmp_path / "one.png"
    Image.fromarray(RNG.integers(0, 256, (WINDOW, WINDOW, 3), np.uint8)).save(file)
    windows, stretched = adapter(fruit), adapter(fruit, full_resolution=False)
    stretched.load_weights(windows.learner().weights())
    (one,), (other,) = (a.predict(a.file_batch([file])) for a in (windows, stretched))
    np.testing.assert_array_equal(one, other)


def test_predictions_have_the_size_of_their_images(fruit: Bench, tmp_path: Path) -> None:
    files = []
    for number, size in enumerate([(31, 77), (200, 64)]):
        files.append(tmp_path / f"{number}.png")
        Image.new("RGB", size, "orange").save(files[-1])
    one = adapter(fruit)
    assert [mask.shape for mask in one.predict(one.file_batch(files))] == [(77, 31), (64, 200)]


@pytest.mark.parametrize("to", ["inference", "onnx"])
def test_an_export_predicts_as_the_evaluation_does(fruit: Bench, to: str, tmp_path: Path) -> None:
    run = fruit.run_folder(epochs=1)
    fruit.job(run, "train")
    evaluated, _ = fruit.job(run, "evaluate", split="val", checkpoint="last")
    assert evaluated["metrics"]["miou"] >= 0
    out = tmp_path / "model"
    result, _ = fruit.job(run, "export", to=to, out=str(out), checkpoint="last")
    assert result["parity"] <= 1e-4
    description = yaml.safe_load((out / "inference.yml").read_text("utf-8"))
    step = next(one for one in description["preprocessing"] if one["op"] == "windows")
    assert (step["size"], step["overlap"]) == (WINDOW, 1 / 8)
    readme = (out / "README.md").read_text("utf-8")
    assert "windows of 64 by 64 pixels" in readme
    assert "64×64 像素的窗口" in readme
    images = adapter(fruit).paths("val")[:2]
    subprocess.run(
        [sys.executable, "predict.py", *map(str, images)],
        cwd=out,
        env={"PATH": ""},
        timeout=120,
        check=True,
    )
    predicted, _ = fruit.job(run, "predict", paths=[*map(str, images)], checkpoint="last")
    for image, entry in zip(images, predicted["predictions"], strict=True):
        written = np.asarray(Image.open(out / f"{image.stem}_mask.png"))
        ours = np.asarray(Image.open(entry["mask"]))
        assert written.shape == ours.shape
        assert (written == ours).mean() > 0.999

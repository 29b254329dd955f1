"""Objects that the chosen input size makes too small are told of, with one that will do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.i18n import LANGUAGES
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.store.arrow import numbers
from paddlex_nb.data.store.current import current
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.hosts.processor import Gpu, Machine
from paddlex_nb.planning.facts import DatasetFacts, dataset_facts
from paddlex_nb.planning.plan import plan
from paddlex_nb.planning.recommend import recommend
from paddlex_nb.planning.small_objects import LEAST, small_objects
from paddlex_nb.workspace import Workspace

ENTRY = model("FasterRCNN_light")


def facts(*shares: float) -> DatasetFacts:
    """Of a data set whose objects have these sides, by their images'."""
    sides = np.quantile(shares, (np.arange(100) + 0.5) / 100, method="inverted_cdf")
    return DatasetFacts(
        task=Task.DETECTION, classes=2, train=9, val=2, object_sides=tuple(sides.tolist())
    )


@pytest.mark.parametrize("size", [64, 160, 320, 640])
def test_the_size_that_is_offered_is_the_smallest_that_will_do(size: int) -> None:
    data = facts(*np.random.default_rng(size).uniform(0.0005, 0.05, 1000))
    advice = small_objects(ENTRY, {"input_size": size}, data)
    assert advice is not None
    better = advice.values["better"]
    assert better > size
    assert small_objects(ENTRY, {"input_size": better}, data) is None
    assert small_objects(ENTRY, {"input_size": better - 32}, data) is not None


def test_the_tiles_that_are_offered_will_do() -> None:
    """An object of four pixels in a photo of 4,000 is large enough in tiles of the input size."""
    data = msgspec.structs.replace(facts(*[0.001] * 10), long_side=4000)
    advice = small_objects(ENTRY, {"input_size": 320}, data)
    assert advice is not None
    tile = advice.values["tile"]
    assert tile == 320
    assert f"--tile {tile}" in advice.text()
    in_tiles = facts(*[0.001 * 4000 / tile] * 10)
    assert small_objects(ENTRY, {"input_size": 320}, in_tiles) is None


def test_few_small_objects_are_no_matter() -> None:
    usual = [0.2] * 96
    assert small_objects(ENTRY, {"input_size": 320}, facts(*usual, *[0.001] * 3)) is None
    advice = small_objects(ENTRY, {"input_size": 320}, facts(*usual, *[0.001] * 32))
    assert advice is not None
    assert "25%" in advice.text()
    assert "tiles" in advice.text()  # 4,000 pixels are more than an input may have
    assert small_objects(ENTRY, {"input_size": 320}, facts(0.2)) is None


def test_a_model_of_fixed_sizes_is_not_offered_others() -> None:
    entry = next(entry for entry in list_models(Task.CLASSIFICATION) if entry.input_sizes)
    data = facts(*[0.01] * 10)
    advice = small_objects(entry, {"input_size": entry.input_sizes[0]}, data)
    assert advice is not None
    assert advice.values.get("better") in {None, *entry.input_sizes}


def test_real_objects_are_measured(tmp_path: Path) -> None:
    write_sample(Task.DETECTION, tmp_path / "sample")
    dataset = Workspace(tmp_path / "w").import_dataset(tmp_path / "sample")
    view = DatasetView(dataset.folder)
    sides = [
        min(box[2:]) / max(view.sizes[image])
        for image in range(len(view))
        for box in view.objects(image).xywh
    ]
    small = float(np.mean([side * 32 < LEAST for side in sides]))
    assert small > 0.05
    (warning,) = plan(dataset.folder, ENTRY.name, overrides={"input_size": 32}).warnings
    assert abs(float(warning.values["share"].rstrip("%")) / 100 - small) < 0.02
    better = warning.values["better"]
    assert plan(dataset.folder, ENTRY.name, overrides={"input_size": better}).warnings == []


def classes(*sides: float, **more: Any) -> DatasetFacts:
    """Of a data set with classes ``a``, ``b``, … whose objects mostly have these sides."""
    names = tuple("abcdefghij"[: len(sides)])
    usual = {"train": 100, "val": 20, "long_side": 2000, "short_side": 2000, **more}
    return DatasetFacts(
        task=Task.DETECTION,
        classes=len(sides),
        names=names,
        class_sides=sides,
        object_sides=(0.2,) * 100,
        **usual,
    )


def test_a_class_of_small_objects_is_named_though_the_others_are_large() -> None:
    data = classes(0.05, 0.3, 0.04, 0.0)
    advice = small_objects(ENTRY, {"input_size": 160}, data)
    assert advice is not None
    assert advice.key == "params.small_classes"
    assert advice.values["names"] == ["a", "c"]
    better = advice.values["better"]
    assert small_objects(ENTRY, {"input_size": better}, data) is None
    left = small_objects(ENTRY, {"input_size": better - 32}, data)
    assert left is not None
    assert left.values["names"] == ["c"]
    for language in LANGUAGES:
        assert "{" not in advice.text(language)


def test_a_class_for_which_no_size_will_do_is_offered_tiles() -> None:
    advice = small_objects(ENTRY, {"input_size": 320}, classes(0.001, 0.3))
    assert advice is not None
    assert advice.key == "params.small_classes_anyway"
    assert "--tile" in advice.text()


@pytest.mark.parametrize(
    ("side", "gpus", "size", "reason"),
    [
        (0.3, 0, 160, "size_cpu_few"),
        (0.06, 0, 224, "size_class"),
        (0.01, 0, 320, "size_class_part"),
        (0.3, 1, 640, "size_gpu"),
        (0.015, 1, 800, "size_class"),
        (0.001, 1, 1024, "size_class_part"),
    ],
)
def test_the_recommended_size_lets_every_class_be_learnt(
    side: float, gpus: int, size: int, reason: str
) -> None:
    gpu = Gpu("GPU", 24 << 30, 24 << 30)
    here = Machine("AuthenticAMD", 2, 16 << 30, 12 << 30, [gpu] * gpus)
    advised = recommend(ENTRY, classes(0.5, side), here)["input_size"]
    assert (advised.value, advised.reason.key) == (size, f"params.reason.{reason}")
    if reason.startswith("size_class"):
        assert advised.reason.values["of"] == "b"


def test_images_are_not_made_larger_than_they_are() -> None:
    here = Machine("AuthenticAMD", 2, 16 << 30, 12 << 30, [])
    small = classes(0.05, 0.5, long_side=128, short_side=100)
    assert recommend(ENTRY, small, here)["input_size"].value == 128


def test_the_median_of_a_class_is_that_of_its_objects(tmp_path: Path) -> None:
    dataset = Workspace(tmp_path).import_sample("detection")
    known = dataset_facts(dataset.folder)
    _, index = current(dataset.folder)
    objects = {name: numbers(index.objects[name]) for name in ("image", "class_id", "w", "h")}
    long = np.maximum(index.numbers("width"), index.numbers("height"))
    shares = np.minimum(objects["w"], objects["h"]) / long[objects["image"]]
    class_ids = objects["class_id"]
    for class_id, median in enumerate(known.class_sides):
        assert median == pytest.approx(np.median(shares[class_ids == class_id]), rel=0.05)

"""Objects that the chosen input size makes too small are told of, with one that will do."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.planning.facts import DatasetFacts
from paddlex_nb.planning.plan import plan
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

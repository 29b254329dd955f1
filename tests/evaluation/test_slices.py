"""Slices hold the images that they say, and one that is worse is told from noise."""

from __future__ import annotations

import math
import os
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from fake_runs import fake_runs

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.images import measured
from paddlex_nb.data.explore import Query, looks
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.metrics.image_counts import ImageCounts, Overall
from paddlex_nb.metrics.slicing import holm, slice_figures
from paddlex_nb.results.slice_kinds import KINDS
from paddlex_nb.run import Run


def counts_of(right: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> ImageCounts:
    """A classification of which these images are right."""
    images = len(right)
    counts = np.stack([right, np.zeros(images), ~right], axis=1).astype(np.float64)
    return ImageCounts(images, 1, np.arange(images), np.zeros(images, np.int64), counts, "top1")


def drawn_counts(seed: int, overall: Overall, images: int = 60, classes: int = 4) -> ImageCounts:
    rng = np.random.default_rng(seed)
    image = np.repeat(np.arange(images), classes)
    counts = rng.integers(0, 20, (images * classes, 3)).astype(np.float64)
    return ImageCounts(images, classes, image, np.tile(np.arange(classes), images), counts, overall)


@pytest.mark.parametrize("overall", ["f1", "miou"])
@pytest.mark.parametrize("seed", range(3))
def test_a_slice_has_the_figure_of_its_images_alone(seed: int, overall: Overall) -> None:
    counts = drawn_counts(seed, overall)
    mine = np.random.default_rng(seed).random(60) < 0.3
    (of,) = slice_figures(counts, [mine])
    every = range(counts.classes)
    alone = [counts.chosen(np.flatnonzero(which), every) for which in (mine, ~mine)]
    assert of.value == pytest.approx(alone[0].figures()[0])
    assert of.rest == pytest.approx(alone[1].figures()[0])
    assert of.low <= of.value <= of.high
    assert of.images == mine.sum()


def test_a_bad_slice_is_found_and_others_are_not() -> None:
    rng = np.random.default_rng(0)
    right = rng.random(400) < 0.9
    bad = np.arange(400) < 40
    right[bad] = rng.random(40) < 0.3
    others = [rng.random(400) < 0.2 for _ in range(30)]
    found = slice_figures(counts_of(right), [bad, *others])
    assert [one.worse for one in found] == [True, *[False] * 30]
    assert found[0].chance < 1e-4


def test_a_slice_of_all_wrong_images_is_worse_although_it_does_not_vary() -> None:
    right = np.arange(200) >= 12
    found = slice_figures(counts_of(right), [~right, right])
    assert [one.worse for one in found] == [True, False]
    assert (found[0].low, found[0].high) == (0, 0)


def test_by_chance_hardly_any_of_many_slices_is_called_worse() -> None:
    called = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        slices = [rng.random(300) < 0.1 for _ in range(40)]
        called += any(one.worse for one in slice_figures(counts_of(rng.random(300) < 0.8), slices))
    assert called <= 4  # 1 is expected


def test_few_images_are_not_judged_and_none_or_all_break_nothing() -> None:
    right = np.arange(50) >= 4
    none, whole = np.zeros(50, np.bool_), np.ones(50, np.bool_)
    found = slice_figures(counts_of(right), [~right, none, whole])
    assert not any(one.worse for one in found)
    assert math.isnan(found[1].value)
    assert found[2].value == pytest.approx(46 / 50)


def test_holm_divides_by_how_many_are_left() -> None:
    assert holm([0.01, 0.04, 0.03, math.nan]) == [True, False, False, False]
    assert holm([0.01, 0.02, 0.04]) == [True, True, True]
    assert holm([]) == []


def test_many_images_are_drawn_in_little_memory() -> None:
    images = 30_000
    counts, mine = counts_of(np.arange(images) % 9 > 0), np.ones(images, np.bool_)
    mine[:100] = False
    tracemalloc.start()
    try:
        slice_figures(counts, [mine])
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 60e6  # all rounds at once are three times 96 MB


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Task, Run]:
    return fake_runs(tmp_path_factory.mktemp("sliced"))


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_every_task_has_slices(runs: dict[Task, Run], task: Task) -> None:
    (evaluation,) = runs[task].evaluations()
    slices = evaluation.slices()
    kinds = {one.kind for one in slices}
    assert {"class", "brightness", "sharpness"} <= kinds <= set(KINDS)
    objects = task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}
    assert ({"objects", "object_size"} <= kinds) == objects
    for one in slices:
        assert one.images == len(one.rows)
        assert len(set(one.rows.tolist())) == one.images
    # the parts of a quantity hold each image once
    rows = np.concatenate([one.rows for one in slices if one.kind == "brightness"])
    assert sorted(rows.tolist()) == list(range(evaluation.images or 0))
    assert len(slices.to_pandas()) == len(slices)
    assert slices[0].label in repr(slices)


@pytest.mark.parametrize("task", list(Task), ids=str)
def test_what_the_import_has_measured_is_what_is_measured_later(
    runs: dict[Task, Run], task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    (evaluation,) = runs[task].evaluations()
    seen = watched(monkeypatch)
    by_import = evaluation.slices(by=["brightness", "sharpness"]).to_pandas()
    assert seen == []
    kept = looks_file(runs[task])
    kept.unlink()
    later = evaluation.slices(by=["brightness", "sharpness"]).to_pandas()
    assert len(seen) == evaluation.images
    assert later.equals(by_import)


def looks_file(run: Run) -> Path:
    datasets = RunFolder(run.folder).workspace.datasets
    return DatasetFolder(datasets / run.record.dataset).looks


def watched(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The images that are measured from now on."""
    seen: list[Path] = []

    def measure(path: Path) -> tuple[float, float]:
        seen.append(path)
        return measured(path)

    monkeypatch.setattr(looks, "measured", measure)
    return seen


def test_only_images_that_were_replaced_are_measured_again(
    runs: dict[Task, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    (evaluation,) = runs[Task.SEGMENTATION].evaluations()
    looks_file(runs[Task.SEGMENTATION]).write_bytes(b"damaged")
    seen = watched(monkeypatch)
    asking = [
        threading.Thread(target=lambda: evaluation.slices(by=["brightness"])) for _ in range(3)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(seen) == len(set(seen)) == evaluation.images  # by one of the three
    image = seen[0]
    kept, state = image.read_bytes(), image.stat()
    seen.clear()
    try:
        image.unlink()
        image.write_bytes(kept + b"\0")
        os.utime(image, ns=(state.st_atime_ns, state.st_mtime_ns))
        evaluation.slices(by=["brightness"])
        assert seen == [image]
    finally:
        image.write_bytes(kept)


def test_any_query_makes_a_slice(runs: dict[Task, Run]) -> None:
    (evaluation,) = runs[Task.DETECTION].evaluations()
    many = Query(ranges={"objects": (2.0, 1e9)})
    (one,) = evaluation.slices(by=[], queries={"several": many})
    assert (one.kind, one.name) == ("query", "several")
    view = evaluation.evidence().view
    assert view is not None
    assert one.images == sum(len(view.objects(image)) >= 2 for image in range(len(view)))


def test_an_unknown_kind_names_those_there_are(runs: dict[Task, Run]) -> None:
    (evaluation,) = runs[Task.DETECTION].evaluations()
    with pytest.raises(UserError, match="brightness"):
        evaluation.slices(by=["brightnes"])


def test_a_folder_that_is_a_class_is_no_second_slice(runs: dict[Task, Run]) -> None:
    (evaluation,) = runs[Task.CLASSIFICATION].evaluations()
    rows = [one.rows.tobytes() for one in evaluation.slices()]
    assert len(set(rows)) == len(rows)
    assert {one.kind for one in evaluation.slices(by=["folder"])} == {"folder"}

"""Intervals of figures, of slices and of the best threshold are of one bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics import bootstrap as module
from paddlex_nb.metrics.bootstrap import bootstrap, percentiles, resampled
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.image_counts import ImageCounts
from paddlex_nb.metrics.object_table import read_objects
from paddlex_nb.metrics.slicing import slice_figures
from paddlex_nb.metrics.threshold_curves import THRESHOLDS, best_threshold

IMAGES, CLASSES = 30, 3


def counts() -> ImageCounts:
    rng = np.random.default_rng(5)
    size = IMAGES * 4
    image, class_id = rng.integers(IMAGES, size=size), rng.integers(CLASSES, size=size)
    hits = rng.integers(0, 5, size=(size, 3)).astype(np.float64)
    return ImageCounts(IMAGES, CLASSES, image, class_id, hits, "f1")


def plainly(rounds: int, size: int = IMAGES) -> list[NDArray[np.float64]]:
    """How often each image is drawn in each resample, one after another."""
    rng = np.random.default_rng(0)
    drawn = [rng.integers(size, size=size) for _ in range(rounds)]
    return [np.bincount(one, minlength=size).astype(np.float64) for one in drawn]


def test_what_is_drawn_does_not_depend_on_how_many_are_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = np.stack(plainly(50))
    for block in (1, 7 * IMAGES, 10_000):
        monkeypatch.setattr(module, "_BLOCK", block)
        assert np.array_equal(
            resampled(lambda weights: weights, IMAGES, 50, np.random.default_rng(0)), expected
        )


def test_resamples_without_a_figure_do_not_count() -> None:
    drawn = np.array([[0.0, np.nan], [1.0, np.nan], [np.nan, np.nan]])
    low, high = percentiles(drawn, 0.5)
    assert (low[0], high[0]) == (0.25, 0.75)
    assert np.isnan([low[1], high[1]]).all()
    assert [float(end) for end in percentiles(drawn[:, 0], 0.5)] == [0.25, 0.75]


def test_figures_and_slices_have_the_intervals_of_a_plain_loop() -> None:
    of = counts()
    found = bootstrap(of)
    figures = np.stack([of.figures(weights) for weights in plainly(1000)])
    expected = np.nanquantile(figures, [0.025, 0.975], axis=0)
    assert np.allclose([found.low, found.high], expected, rtol=1e-12)
    (whole,) = slice_figures(of, [np.ones(IMAGES, np.bool_)])
    overall = [of.figures(weights)[0] for weights in plainly(400)]
    assert (whole.low, whole.high) == pytest.approx(tuple(np.quantile(overall, [0.025, 0.975])))


def test_the_best_threshold_has_the_interval_of_a_plain_loop() -> None:
    """Every image has one object; half of the right predictions are surer than the wrong ones."""
    rng = np.random.default_rng(1)
    box, elsewhere = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 60.0, 60.0]
    right, wrong = rng.integers(0, 20, IMAGES) / 20, rng.integers(0, 14, IMAGES) / 20
    metric = DetectionMetric(["a"])
    truth = [Objects.from_boxes([box], [0]) for _ in right]
    found = [
        Objects.from_boxes([box, elsewhere], [0, 0], score=list(scores))
        for scores in zip(right, wrong, strict=True)
    ]
    metric.update(Batch(range(IMAGES), {"truth": truth}), found)
    objects = read_objects(metric.table(), 1)
    assert objects is not None
    best = best_threshold(objects)
    assert best is not None
    reached = [(of[:, None] >= THRESHOLDS).astype(np.float64) for of in (right, wrong)]
    each = []
    for weights in plainly(1000):
        hits, false = weights @ reached[0], weights @ reached[1]
        each.append(THRESHOLDS[np.argmax(2 * hits / (IMAGES + hits + false))])
    assert (best.low, best.high) == pytest.approx(tuple(np.quantile(each, [0.025, 0.975])))
    assert best.low < best.high

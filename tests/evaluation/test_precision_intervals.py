"""Average precision of images drawn with replacement, held against COCO's evaluator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.drawn_objects import CLASSES, images
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.data.store.image_objects import Objects, corners
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.instance import InstanceMetric
from paddlex_nb.metrics.object_table import read_objects
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.precision_intervals import (
    OVERLAPS,
    AveragePrecision,
    precision_intervals,
)

Drawn = tuple[list[Objects], list[Objects]]


def metric_of(drawn: Drawn, masks: bool = False) -> DetectionMetric:
    metric = (InstanceMetric if masks else DetectionMetric)(list("abc"), 0.3)
    truth, predicted = drawn
    metric.update(Batch(range(len(truth)), {"truth": truth}), predicted)
    return metric


def matched(metric: DetectionMetric) -> MatchedObjects:
    objects = read_objects(metric.table(), CLASSES)
    assert objects is not None
    return objects


def no_ties(drawn: Drawn, seed: int) -> Drawn:
    """The same with scores of which no two are equal: among equals COCO has an order of its own."""
    truth, predicted = drawn
    count = sum(map(len, predicted))
    scores = np.random.default_rng(seed).permutation(count) / (count + 1)
    ends = np.cumsum([0, *map(len, predicted)])
    return truth, [
        replace(one, score=scores[low:high])
        for one, low, high in zip(predicted, ends[:-1], ends[1:], strict=True)
    ]


@settings(deadline=None, max_examples=100)
@given(images() | images(masks=True))
def test_of_all_images_it_is_cocos(drawn: Drawn) -> None:
    masks = any(one.masks for one in drawn[0])
    metric, prefix = metric_of(drawn, masks), "mask_" if masks else ""
    objects, report = matched(metric), metric.report()
    found = precision_intervals(objects)
    for name, one in found.items():
        values = [report["metrics"][prefix + name]]
        values += [row[prefix + name] for row in report["per_class"]]
        np.testing.assert_allclose(
            one.value, [np.nan if value is None else value for value in values], atol=1e-12
        )


@settings(deadline=None, max_examples=60)
@given(images() | images(masks=True), st.integers(0, 1000))
def test_an_image_that_is_drawn_twice_counts_as_two(drawn: Drawn, seed: int) -> None:
    masks = any(one.masks for one in drawn[0])
    drawn = no_ties(drawn, seed)
    weights = np.random.default_rng(seed).integers(0, 4, len(drawn[0]))
    found = AveragePrecision(matched(metric_of(drawn, masks)))(weights[None].astype(np.float64))
    truth, predicted = (
        [one for one, n in zip(of, weights, strict=True) for _ in range(n)] for of in drawn
    )
    repeated = metric_of((truth, predicted), masks).report() if truth else None
    name = "mask_map" if masks else "map"
    expected = [row[name] for row in repeated["per_class"]] if repeated else [None] * CLASSES
    by_class = found[0].mean(axis=0)
    np.testing.assert_allclose(
        by_class, [np.nan if value is None else value for value in expected], atol=1e-12
    )


def test_more_images_say_more_and_the_figure_lies_within() -> None:
    widths = []
    for count in (20, 500):
        rng = np.random.default_rng(1)
        drawn = [_image(rng) for _ in range(count)]
        objects = matched(metric_of(([d[0] for d in drawn], [d[1] for d in drawn])))
        one = precision_intervals(objects)["ap50"]
        assert (one.low < one.value).all()
        assert (one.value < one.high).all()
        widths.append(one.high[0] - one.low[0])
    # a standard error falls with the root of the number of images: here by a factor of five
    assert widths[0] / widths[1] == pytest.approx(5, rel=0.4)


def _image(rng: np.random.Generator) -> tuple[Objects, Objects]:
    """Six objects, each predicted in its place with a chance of 0.6, and three of nothing."""
    places, class_id = rng.uniform(0, 400, (6, 2)), rng.integers(0, CLASSES, 6)
    boxes = np.column_stack([places, np.full((6, 2), 20.0)])
    hit = rng.random(6) < 0.6
    false = np.column_stack([rng.uniform(450, 900, (3, 2)), np.full((3, 2), 20.0)])
    guesses = np.concatenate([boxes[hit], false])
    ids = np.concatenate([class_id[hit], rng.integers(0, CLASSES, 3)])
    score = rng.random(len(ids))
    order = np.argsort(-score)
    truth = Objects.from_boxes(corners(boxes), class_id)
    return truth, Objects.from_boxes(corners(guesses[order]), ids[order], score=score[order])


def test_without_images_or_objects_there_is_no_interval() -> None:
    nothing = Objects.from_boxes(np.zeros((0, 4)), np.zeros(0, np.int64))
    assert precision_intervals(matched(metric_of(([], [])))) == {}
    found = precision_intervals(matched(metric_of(([nothing], [nothing]))))
    assert np.isnan(found["map"].value).all()
    assert np.isnan(found["map"].low).all()


def test_overlaps_are_cocos() -> None:
    assert np.linspace(0.5, 0.95, 10) == pytest.approx(OVERLAPS)

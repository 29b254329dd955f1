"""What an evaluation has stored gives the figures of every threshold and IoU, and the images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evaluation.drawn_objects import CLASSES, images
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store import coco_masks
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.evaluation.stored_objects import stored_objects
from paddlex_nb.metrics.at_threshold import AtThreshold
from paddlex_nb.metrics.coco import CocoFigures
from paddlex_nb.metrics.detection import DetectionMetric
from paddlex_nb.metrics.image_counts import image_counts
from paddlex_nb.metrics.instance import InstanceMetric
from paddlex_nb.metrics.lost_precision import precision_over_recall
from paddlex_nb.metrics.object_table import read_objects
from paddlex_nb.metrics.objects import MatchedObjects
from paddlex_nb.metrics.threshold_curves import THRESHOLDS, best_threshold, threshold_curves

Drawn = tuple[list[Objects], list[Objects]]

thresholds = st.integers(0, 100).map(lambda n: n / 100) | st.floats(0, 1)
overlaps = st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 0.75, 1.0]) | st.floats(0.1, 1)


def measured(drawn: Drawn, threshold: float, masks: bool = False) -> DetectionMetric:
    metric = (InstanceMetric if masks else DetectionMetric)(list("abc"), threshold)
    truth, predicted = drawn
    metric.update(Batch(range(len(truth)), {"truth": truth}), predicted)
    return metric


def stored(metric: DetectionMetric) -> MatchedObjects:
    """What the metric's table says after it was a file."""
    table, sink = metric.table(), pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    read = read_objects(pa.ipc.open_file(sink.getvalue()).read_all(), CLASSES)
    assert read is not None
    return read


@settings(deadline=None, max_examples=150)
@given(images() | images(masks=True), thresholds, thresholds)
def test_at_any_threshold_it_is_what_an_evaluation_with_it_says(
    drawn: Drawn, trained: float, asked: float
) -> None:
    masks = any(one.masks for one in drawn[0])
    at = AtThreshold(stored(measured(drawn, trained, masks)), asked, 0.5)
    other = measured(drawn, asked, masks)
    report = other.report()
    assert at.matrix.tolist() == report["confusion_matrix"]
    names = ("precision", "recall", "f1", "support")
    assert at.per_class == [{n: row[n] for n in names} for row in report["per_class"]]
    counts = image_counts(other.table(), CLASSES)
    assert counts is not None
    assert counts.errors().tolist() == [
        sum(t != p for t, p in pairs) for pairs in pairs_of_images(other.table())
    ]
    overall = counts.figures()[0]
    assert at.metrics["f1"] == (None if np.isnan(overall) else pytest.approx(overall))


def pairs_of_images(table: pa.Table) -> list[list[tuple[int, int]]]:
    """What the table says at the metric's own threshold, read plainly."""
    return [
        [(t, p) for t, p in zip(row["true_class"], row["class_id"], strict=True) if t is not None]
        + [(missed, CLASSES) for missed in row["missed_class"]]
        for row in table.to_pylist()
    ]


@settings(deadline=None, max_examples=150)
@given(images(), thresholds, overlaps)
def test_a_cell_counts_the_objects_in_its_images(
    drawn: Drawn, threshold: float, iou: float
) -> None:
    at = AtThreshold(stored(measured(drawn, 0.3)), threshold, iou)
    assert (at.matrix == plain_matrix(drawn, threshold, iou)).all()
    for truth in range(CLASSES + 1):
        for predicted in range(CLASSES + 1):
            of_cell = at.in_cell(truth, predicted)
            assert of_cell.shape == (len(drawn[0]),)
            assert of_cell.sum() == at.matrix[truth, predicted]
    counts = at.counts
    assert counts["right"] + counts["swapped"] + counts["missed"] == counts["objects"]
    assert counts["right"] + counts["swapped"] + counts["made_up"] == counts["predictions"]
    assert counts["predictions"] == sum(int((p.score >= threshold).sum()) for p in drawn[1])


def plain_matrix(drawn: Drawn, threshold: float, iou: float) -> NDArray[np.int64]:
    """One prediction after the other, the likeliest first, as COCO's confusion matrix does it."""
    matrix = np.zeros((CLASSES + 1, CLASSES + 1), np.int64)
    for truth, predicted in zip(*drawn, strict=True):
        free = [place for place in range(len(truth)) if not truth.crowd[place]]
        shared = coco_masks.overlaps(predicted.xywh, truth.xywh)
        for guess in np.argsort(-predicted.score, kind="stable").tolist():
            if predicted.score[guess] < threshold:
                continue
            found = max(free, key=lambda place: (shared[guess, place], place), default=None)
            true = CLASSES
            if found is not None and shared[guess, found] >= iou:
                true = int(truth.class_id[found])
                free.remove(found)
            matrix[true, predicted.class_id[guess]] += 1
        np.add.at(matrix[:, CLASSES], truth.class_id[free], 1)
    return matrix


@settings(deadline=None, max_examples=60)
@given(images(), overlaps)
def test_a_curve_says_at_each_threshold_what_is_counted_there(drawn: Drawn, iou: float) -> None:
    objects = stored(measured(drawn, 0.3))
    curves = threshold_curves(objects, iou)
    for place in (0, 5, 37, 50, 99, 100):
        at = AtThreshold(objects, float(THRESHOLDS[place]), iou)
        for number, row in enumerate([at.metrics, *at.per_class]):
            for name in ("precision", "recall", "f1"):
                drawn_there = float(getattr(curves, name)[number, place])
                said = row[name]
                if name == "precision" and np.isnan(drawn_there):
                    assert not said
                else:
                    assert drawn_there == pytest.approx(
                        np.nan if said is None else said, nan_ok=True
                    )
    best = best_threshold(objects, iou=iou)
    if np.nan_to_num(curves.f1[0]).max() > 0:
        assert best is not None
        assert best.f1 == pytest.approx(np.nanmax(curves.f1[0]))
        assert THRESHOLDS[np.nanargmax(curves.f1[0])] == best.threshold
        assert 0 <= best.low <= best.high <= 1
    else:
        assert best is None


@settings(deadline=None, max_examples=100)
@given(images() | images(masks=True))
def test_precision_over_recall_is_that_of_cocos_evaluator(drawn: Drawn) -> None:
    masks = any(one.masks for one in drawn[0])
    truth, predicted = (Objects.joined(one) for one in drawn)
    if masks and (truth.masks is None or predicted.masks is None):
        return  # of no image at all
    figures = CocoFigures(truth, predicted, len(drawn[0]), CLASSES, "segm" if masks else "bbox")
    mine = precision_over_recall(stored(measured(drawn, 0.3, masks)), 0.5)
    for row, (_, theirs) in zip(mine, figures.curves(), strict=True):
        assert row.tolist() == pytest.approx(theirs or [np.nan] * 101, nan_ok=True, abs=1e-9)


def test_more_objects_than_a_byte_counts_and_more_predictions_than_coco_takes() -> None:
    rng = np.random.default_rng(0)
    places = np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=-1).reshape(-1, 2) * 20.0
    boxes = np.concatenate([places, places + 10], axis=1)
    many = Objects.from_boxes(boxes, np.zeros(400), score=rng.random(400))
    metric = DetectionMetric(["a"], 0.5)
    metric.update(Batch([0], {"truth": [many]}), [many])
    objects = read_objects(metric.table(), 1)
    assert objects is not None
    assert AtThreshold(objects, 0.0, 0.5).matrix.tolist() == [[400, 0], [0, 0]]
    mine = precision_over_recall(objects)[0]
    assert mine.tolist() == metric.report()["curves"][0]["precision"]
    assert mine.mean() < 0.3


def test_the_interval_is_narrow_where_images_agree_and_wide_where_they_do_not() -> None:
    def judged(scores: list[float]) -> tuple[float, float]:
        truth = [Objects.from_boxes([[0, 0, 10, 10]], [0])] * len(scores)
        boxes = [[0, 0, 10, 10], [50, 50, 60, 60]]
        found = [Objects.from_boxes(boxes, [0, 0], score=[s, s / 2]) for s in scores]
        metric = DetectionMetric(["a"])
        metric.update(Batch(range(len(scores)), {"truth": truth}), found)
        best = best_threshold(stored(metric), 0)
        assert best is not None
        return best.low, best.high

    same = judged([0.8] * 40)
    mixed = judged([0.2] * 5 + [0.9] * 8)
    assert same[0] == same[1] == pytest.approx(0.41)
    assert mixed[1] - mixed[0] > 0.2


def test_a_file_that_leads_out_of_itself_is_refused() -> None:
    one = Objects.from_boxes([[0, 0, 10, 10]], [0])
    metric = DetectionMetric(["a"])
    metric.update(Batch([0], {"truth": [one]}), [one])
    table = metric.table()
    assert read_objects(table.drop_columns(["pair_iou"]), 1) is None
    for name, value in (("pair_object", 7), ("pair_prediction", -3), ("object_class", 9)):
        place = table.column_names.index(name)
        damaged = table.set_column(place, name, pa.array([[value]], table[name].type))
        with pytest.raises(ValueError, match="do not fit"):
            read_objects(damaged, 1)


def test_a_damaged_file_is_said_to_be(tmp_path: Path) -> None:
    one = Objects.from_boxes([[0, 0, 10, 10]], [0])
    metric = DetectionMetric(["a"])
    metric.update(Batch([0], {"truth": [one]}), [one])
    table, file = metric.table(), tmp_path / "predictions.arrow"
    for values in (pa.array([[5]]), pa.array([7]), pa.array(["x"]), pa.array([[0, 0]])):
        place = table.column_names.index("pair_object")
        with pa.OSFile(str(file), "wb") as out:
            damaged = table.set_column(place, "pair_object", values)
            with pa.ipc.new_file(out, damaged.schema) as writer:
                writer.write_table(damaged)
        with pytest.raises(UserError, match=r"predictions\.arrow"):
            stored_objects(file, 1)

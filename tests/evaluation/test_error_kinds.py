"""The kinds of errors and what they cost are those of TIDE's definition and of hotcoco's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hotcoco import COCO, COCOeval
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.drawn_objects import CLASSES, images
from evaluation.test_thresholds import Drawn, measured, stored
from paddlex_nb.data.store import coco_masks
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.metrics.error_kinds import KINDS, error_kinds
from paddlex_nb.metrics.lost_precision import lost_precision

BACKGROUND = 0.1


class Tide:
    """As in tidecv 1.0.1 (``quantify.py``, ``errors/``, ``ap.py``), one after the other.

    But the mean is over the classes that occur, and what lies in a group is nobody's error.
    """

    def __init__(self, drawn: Drawn, masks: bool, least: float) -> None:
        self.true = np.zeros(CLASSES, int)
        self.points: dict[tuple[int, int], tuple[int, float, bool]] = {}
        self.errors: list[tuple[str, tuple[int, int], Any]] = []
        self.unfound: list[int] = []
        for image, (truth, predicted) in enumerate(zip(*drawn, strict=True)):
            self._image(image, truth, predicted, masks, least)

    def _image(
        self, image: int, truth: Objects, predicted: Objects, masks: bool, least: float
    ) -> None:
        predicted = predicted.take(np.argsort(-predicted.score, kind="stable"))
        objects, groups = truth.take(~truth.crowd), truth.take(truth.crowd)
        np.add.at(self.true, objects.class_id, 1)

        def regions(some: Objects) -> coco_masks.Regions:
            return (some.masks or ()) if masks else some.xywh

        iou = coco_masks.overlaps(regions(predicted), regions(objects))
        inside = coco_masks.overlaps(
            regions(predicted), regions(groups), np.ones(len(groups), np.bool_)
        )
        same = predicted.class_id[:, None] == objects.class_id[None]
        free, used = iou * same, np.zeros(len(objects), bool)
        right = np.zeros(len(predicted), bool)
        for row in range(len(predicted)):
            if len(objects):
                # of equals the last, as COCO's evaluator and ours have it
                best = len(objects) - 1 - int(free[row, ::-1].argmax())
                if free[row, best] >= least:
                    right[row] = used[best] = True
                    free[:, best] = 0
        ignored = ~right & (
            (inside >= least) & (predicted.class_id[:, None] == groups.class_id[None])
        ).any(axis=1)
        aims: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for row in np.flatnonzero(~ignored).tolist():
            point = (image, row)
            values = (int(predicted.class_id[row]), float(predicted.score[row]), bool(right[row]))
            self.points[point] = values
            if right[row]:
                continue
            own, other = iou[row] * same[row], iou[row] * ~same[row]
            if not len(objects):
                self.errors.append(("bkg", point, None))
            elif BACKGROUND <= own.max() < least:
                aims[int(own.argmax())].append(("loc", row))
            elif other.max() >= least:
                aims[int(other.argmax())].append(("cls", row))
            elif (own * used).max() >= least:
                self.errors.append(("dupe", point, None))
            elif iou[row].max() < BACKGROUND:
                self.errors.append(("bkg", point, None))
            else:
                self.errors.append(("both", point, None))
        for at, aiming in aims.items():
            for place, (kind, row) in enumerate(aiming):  # the best comes first
                _, score, _ = self.points[image, row]
                mended = (int(objects.class_id[at]), score, True)
                won = mended if place == 0 and not used[at] else None
                self.errors.append((kind, (image, row), won))
        for at in np.flatnonzero(~used).tolist():
            self.unfound.append(int(objects.class_id[at]))
            if at not in aims:
                self.errors.append(("miss", (image, -1), int(objects.class_id[at])))

    def counts(self) -> dict[str, int]:
        return {name: sum(kind == name for kind, _, _ in self.errors) for name in KINDS}

    def lost(self) -> dict[str, float]:
        now = self._mean(self.points, self.true)
        found = {}
        for name in KINDS:
            points, true = dict(self.points), self.true.copy()
            for kind, point, mended in self.errors:
                if kind == name == "miss":
                    true[mended] -= 1
                elif kind == name:
                    points.pop(point)
                    if mended is not None:
                        points[point] = mended
            found[name] = max(0.0, self._mean(points, true) - now)
        sure = {p: (c, 1.0 if right else 0.0, right) for p, (c, _, right) in self.points.items()}
        found["fp"] = self._mean(sure, self.true) - now
        asked = self.true - np.bincount(self.unfound, minlength=CLASSES)
        found["fn"] = self._mean(self.points, asked) - now
        return {"ap": now, **found}

    def _mean(self, points: dict[Any, tuple[int, float, bool]], true: Any) -> float:
        values = []
        for number in np.flatnonzero(self.true).tolist():
            # one image after the other, as COCO has it for equal scores
            mine = sorted((-s, p, right) for p, (c, s, right) in points.items() if c == number)
            values.append(_area([right for *_, right in mine], int(true[number])))
        return float(np.mean(values))


def _area(right: list[bool], true: int) -> float:
    if not true:
        return 0.0
    precisions, recalls, found = [], [], 0
    for place, one in enumerate(right):
        found += one
        precisions.append(found / (place + 1))
        recalls.append(found / true)
    for place in range(len(precisions) - 1, 0, -1):
        precisions[place - 1] = max(precisions[place - 1], precisions[place])
    places = np.searchsorted(np.array(recalls), np.linspace(0, 1, 101), side="left")
    return float(sum(precisions[p] for p in places if p < len(precisions)) / 101)


@settings(deadline=None, max_examples=200)
@given(images() | images(masks=True), st.sampled_from([0.3, 0.5, 0.75]))
def test_kinds_and_costs_are_those_of_tides_definition(drawn: Drawn, iou: float) -> None:
    masks = any(one.masks for one in drawn[0])
    kinds = error_kinds(stored(measured(drawn, 0.3, masks)), iou)
    theirs = Tide(drawn, masks, iou)
    assert kinds.counts == theirs.counts()
    for name in KINDS:
        assert kinds.in_images(name).sum() == kinds.counts[name]
    lost = lost_precision(kinds)
    if theirs.true.any():
        assert lost == pytest.approx(theirs.lost(), abs=1e-12)
    else:
        assert set(lost.values()) == {None}


@pytest.mark.parametrize("seed", range(3))
def test_without_groups_they_are_hotcocos(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, predicted = [], []
    for _ in range(60):
        count = int(rng.integers(0, 6))
        places, sides = rng.uniform(0, 60, (count, 2)), rng.uniform(30, 60, (count, 2))
        boxes = np.concatenate([places, places + sides], axis=1)
        near = np.repeat(boxes, 3, axis=0)
        near = near + rng.normal(0, 5, near.shape)
        near += rng.choice([0, 25, 500], (len(near), 1), p=[0.7, 0.2, 0.1])
        classes = rng.integers(0, CLASSES, count)
        other = rng.integers(0, CLASSES, 3 * count)
        guessed = np.where(rng.random(3 * count) < 0.3, other, np.repeat(classes, 3))
        truth.append(Objects.from_boxes(boxes, classes))
        predicted.append(Objects.from_boxes(near, guessed, score=rng.random(3 * count)))
    theirs = _hotcoco(truth, predicted)
    kinds = error_kinds(stored(measured((truth, predicted), 0.3)))
    assert kinds.counts == {name.lower(): n for name, n in theirs["counts"].items()}
    assert min(kinds.counts.values()) > 0
    expected = {name.lower(): value for name, value in theirs["delta_ap"].items()}
    assert lost_precision(kinds) == pytest.approx({"ap": theirs["ap_base"], **expected}, abs=1e-12)


def _hotcoco(truth: list[Objects], predicted: list[Objects]) -> dict[str, Any]:
    true, guess = Objects.joined(truth), Objects.joined(predicted)
    known = COCO.from_arrays(
        [{"id": number + 1} for number in range(len(truth))],
        [{"id": number + 1, "name": str(number)} for number in range(CLASSES)],
        true.image + 1,
        true.class_id + 1,
        true.xywh,
    )
    rows = np.column_stack([guess.image + 1, guess.xywh, guess.score, guess.class_id + 1])
    evaluator = COCOeval(known, known.load_res(rows), "bbox")
    evaluator.evaluate()
    errors: dict[str, Any] = evaluator.tide_errors()
    return errors


def test_a_threshold_leaves_fewer_of_the_false_ones() -> None:
    truth = [Objects.from_boxes([[0, 0, 10, 10]], [0])]
    boxes = [[0, 0, 10, 10], [0, 0, 10, 10], [50, 50, 60, 60]]
    predicted = [Objects.from_boxes(boxes, [0, 0, 1], score=[0.9, 0.6, 0.2])]
    kinds = error_kinds(stored(measured((truth, predicted), 0.3)))
    assert [KINDS[k] if k >= 0 else "" for k in kinds.kind] == ["", "dupe", "bkg"]
    assert [kinds.in_images("bkg", t).tolist() for t in (0.1, 0.3)] == [[1], [0]]
    grouped = [replace(truth[0], crowd=np.array([True]))]
    assert error_kinds(stored(measured((grouped, predicted), 0.3))).counts["bkg"] == 1

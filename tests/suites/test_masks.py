"""Masks: drawn from outlines, brought to the image, cut into SOLOv2's grids."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import paddle
import pytest
from ppdet.data.transform.batch_operators import Gt2Solov2Target
from ppdet.modeling.post_process import paste_mask
from pycocotools import mask as coco_mask

from paddlex_nb.data.store.coco_masks import boxes_around
from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.data.store.object_masks import truth_with_masks
from paddlex_nb.suites.det import solo
from paddlex_nb.suites.det.annotated import AnnotatedImage
from paddlex_nb.suites.det.likeness import unlike
from paddlex_nb.suites.det.outlines import filled, outlined
from paddlex_nb.suites.det.pasting import enlarge, paste_in_box
from paddlex_nb.suites.det.solo_targets import SoloGrids


def blob(random: np.random.Generator, centre: tuple[float, float], radius: float) -> Any:
    """A star-like outline of 24 points."""
    angles = np.arange(24) / 24 * 2 * np.pi
    lengths = radius * random.uniform(0.7, 1.0, 24)
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1) * lengths[:, None]
    return np.asarray(around + centre, np.float32)


def test_outlines_may_leave_the_image() -> None:
    around = np.array([[-20, -20], [90, -20], [90, 30], [-20, 30]], np.float32)
    second = np.array([[10, 40], [20, 40], [20, 45], [10, 45]], np.float32)
    mask = filled([around, second], 64, 80)
    assert mask[:30].all()
    assert mask[30:].sum() == 50


def test_outlines_are_cut_where_the_image_is() -> None:
    random = np.random.default_rng(4)
    for _ in range(20):
        outline = blob(random, (random.uniform(5, 75), random.uniform(5, 55)), 22)
        box = np.concatenate([outline.min(axis=0), outline.max(axis=0)])[None]
        whole = AnnotatedImage(
            np.zeros((60, 80, 3), np.uint8),
            np.asarray(box, np.float32),
            np.zeros(1, np.int64),
            np.zeros(1, np.bool_),
            [[outline]],
        )
        cut = whole.cropped(0, 0, 80, 60)
        assert len(cut) <= 1
        for piece in cut.outlines:
            # on a canvas with room around nothing lies outside of the image
            roomy = cut.placed(100, 90, 10, 20, (0, 0, 0)).outlines[0]
            mask = filled(roomy, 90, 100)
            assert (mask[20:80, 10:90] != filled([outline], 60, 80)).mean() < 0.005
            assert mask.sum() == mask[20:80, 10:90].sum()
            assert len(piece) == 1


def test_an_object_without_outline_is_a_group_in_truth_and_not_learned() -> None:
    square = [10.0, 10.0, 30.0, 10.0, 30.0, 30.0, 10.0, 30.0]
    objects = Objects.from_boxes(
        [[10, 10, 30, 30], [40, 5, 48, 11]], [1, 0], outlines=[[square], []]
    )
    truth = truth_with_masks(objects, (64, 48))
    assert truth.crowd.tolist() == [False, True]
    assert truth.masks is not None
    np.testing.assert_allclose(coco_mask.toBbox(list(truth.masks)), objects.xywh)
    annotated = AnnotatedImage.from_objects(np.zeros((48, 64, 3), np.uint8), objects, (64, 48))
    assert outlined(annotated).class_ids.tolist() == [1]


@pytest.mark.parametrize(
    "box", [(12.3, 8.7, 50.2, 41.9), (-5.0, 3.0, 20.0, 70.0), (30.1, 20.2, 33.9, 21.3)]
)
def test_masks_are_pasted_as_the_suite_does(box: tuple[float, ...]) -> None:
    random = np.random.default_rng(1)
    mask = cv2.GaussianBlur(random.random((28, 28), np.float32), (9, 9), 2) * 1.3 - 0.15
    known = paste_mask(paddle.to_tensor(mask[None, None]), paddle.to_tensor([box]), 60, 90)
    pasted = coco_mask.decode(paste_in_box(mask, box, (90, 60)))
    x = np.arange(90) + 0.5
    inside = (x > box[0]) & (x < box[2])  # the suite's go on for half a cell
    wrong = (known[0].numpy() >= 0.5)[:, inside] != pasted[:, inside]
    assert wrong.mean() < 0.01
    assert not pasted[:, ~inside & (np.abs(x - box[0]) > 1) & (np.abs(x - box[2]) > 1)].any()


def test_masks_of_the_canvas_are_enlarged_to_the_image() -> None:
    random = np.random.default_rng(2)
    mask = filled([blob(random, (14, 20), 9)], 40, 40).astype(np.float32)
    whole = cv2.resize(mask[:30], (320, 240), interpolation=cv2.INTER_LINEAR) >= 0.5
    enlarged = enlarge(mask, (160, 120), 160, (320, 240))
    assert np.mean(coco_mask.decode(enlarged) != whole) < 1e-3
    ys, xs = np.nonzero(whole)
    np.testing.assert_allclose(boxes_around([enlarged])[0, :2], (xs.min(), ys.min()), atol=1)
    nothing = enlarge(np.zeros((40, 40), np.float32), (160, 120), 160, (320, 240))
    assert coco_mask.area(nothing) == 0


def test_grids_are_to_give_what_the_suite_says() -> None:
    random = np.random.default_rng(3)
    cells, sizes = [12, 8, 5], [[1, 40], [20, 60], [40, 500]]
    images, samples = [], []
    for _ in range(3):
        outlines = [
            blob(random, (random.uniform(30, 98), random.uniform(30, 98)), random.uniform(8, 28))
            for _ in range(3)
        ]
        corners = [np.concatenate([o.min(axis=0), o.max(axis=0)]) for o in outlines]
        annotated = AnnotatedImage(
            np.zeros((128, 128, 3), np.uint8),
            np.array(corners, np.float32),
            random.integers(0, 4, 3),
            np.zeros(3, np.bool_),
            [[o] for o in outlines],
        )
        images.append(annotated)
        samples.append(
            {
                "image": np.zeros((3, 128, 128), np.float32),
                "gt_bbox": annotated.boxes,
                "gt_class": annotated.class_ids[:, None],
                "gt_segm": np.stack([filled([o], 128, 128) for o in outlines]),
                **dict.fromkeys(("is_crowd", "gt_poly"), 0),
            }
        )
    known = Gt2Solov2Target(cells, sizes, 0.2, 4.0)(copy.deepcopy(samples))
    targets = SoloGrids(cells, sizes).targets(images)
    for row, sample in enumerate(known):
        for number in range(len(cells)):
            for name in ("cate_label", "ins_label"):
                mine = targets[f"{name}{number}"][row]
                np.testing.assert_array_equal(mine, sample[f"{name}{number}"][: len(mine)])
            real = targets[f"ins_label{number}"][row].any(axis=(1, 2))
            orders = targets[f"grid_order{number}"][row][real]
            np.testing.assert_array_equal(orders, sample[f"grid_order{number}"][: real.sum()])
    assert targets["fg_num"].tolist() == [sum(int(s["fg_num"]) for s in known)]


def stub(scores: Any, kernels: Any, shapes: Any) -> Any:
    """A SOLOv2 with one grid that always sees the same."""
    head = SimpleNamespace(seg_num_grids=[2], segm_strides=[1], mask_nms=SimpleNamespace(sigma=2.0))
    outputs = ([paddle.to_tensor(scores)], [paddle.to_tensor(kernels)])
    head_of = type("Head", (SimpleNamespace,), {"__call__": lambda _self, _x: outputs})
    return SimpleNamespace(
        backbone=lambda inputs: inputs,
        neck=lambda features: features,
        mask_head=lambda _features: paddle.to_tensor(shapes),
        solov2_head=head_of(**vars(head)),
    )


@pytest.mark.parametrize("same_class", [True, False])
def test_doubles_of_a_class_lose_their_score(same_class: bool) -> None:
    scores = np.zeros((1, 2, 2, 2), np.float32)
    scores[0, 0, 0, 0], scores[0, 0, 1, 0 if same_class else 1] = 0.9, 0.8
    scores[0, 1, 0, 1] = 0.05  # too little
    kernels = np.full((1, 1, 2, 2), 50.0, np.float32)
    shapes = -np.ones((1, 1, 8, 8), np.float32)
    shapes[0, 0, 2:6, 2:6] = 1
    rows, masks = solo.detect(stub(scores, kernels, shapes), paddle.zeros([1, 3, 32, 32]))
    second = 0.8 * np.exp(-2.0) if same_class else 0.8
    np.testing.assert_allclose(rows.numpy()[0, :3, 1], [0.9, second, 0], atol=1e-5)
    np.testing.assert_array_equal(masks.numpy()[0, 0] > 0.5, shapes[0, 0] > 0)


def test_two_runtimes_are_compared_object_by_object() -> None:
    rows = np.array([[0, 0.9, 0, 0, 10, 10], [1, 0.8, 20, 20, 30, 30]], np.float32)
    masks = np.zeros((2, 4, 4), np.float32)
    assert unlike([rows, masks], [rows[::-1], masks[::-1]], 100) == 0
    moved = rows + np.array([0, 0, 1, 0, 0, 0], np.float32)
    assert unlike([rows, masks], [moved, masks], 100) == pytest.approx(0.01)
    assert unlike([rows, masks], [rows, masks + 0.25], 100) == pytest.approx(0.25)
    assert unlike([rows, masks], [rows[:1], masks[:1]], 100) > 0.5  # one is missing
    hardly = np.concatenate([rows, [[0, 0.01, 0, 0, 90, 90]]]).astype(np.float32)
    more = np.zeros((3, 4, 4), np.float32)
    assert unlike([rows, masks], [hardly, more], 100) == 0

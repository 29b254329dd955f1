"""R-CNNs for export: one image, operators that ONNX has, as few shapes that depend on results.

The same as `regions`, of which Paddle's converter knows neither the proposals nor their division
among the levels of the pyramid. Every level is looked at for every region, and what belongs to
another is multiplied by 0.
"""

from __future__ import annotations

import math
from typing import Any

import paddle
from ppdet.modeling.bbox_utils import delta2bbox

_CANDIDATES = 1000
"""Boxes and classes, best first, among which doubles are suppressed."""


class ExportedRegions(paddle.nn.Layer):
    """An R-CNN; takes one image that fills the canvas.

    Args:
        model: ``FasterRCNN``, ``MaskRCNN`` or ``CascadeRCNN``.
        size: Side of the canvas in pixels.
    """

    def __init__(self, model: Any, size: int) -> None:
        super().__init__()
        self.model = model
        self.size = size
        self.masks = getattr(model, "mask_head", None) is not None
        generator = model.rpn_head.anchor_generator
        # made here, because the converter knows no ranges that end at a tensor
        maps = [paddle.zeros([1, 1, *[math.ceil(size / s)] * 2]) for s in generator.strides]
        for level, anchors in enumerate(generator(maps)):
            self.register_buffer(f"anchors{level}", anchors, persistable=False)
        self.levels = len(maps)

    def forward(self, image: paddle.Tensor) -> tuple[paddle.Tensor, ...]:
        """Class, score, left, top, right, bottom in pixels of the canvas (n, 6), masks (n, m, m).

        The last object has score 0 and is none: there is always one.
        """
        features = self.model.neck(self.model.backbone({"image": image}))
        anchors = [getattr(self, f"anchors{level}") for level in range(self.levels)]
        regions, real = _proposals(self.model.rpn_head, features, anchors, self.size)
        boxes, scores = _boxes(self.model, features, regions, self.size)
        post = self.model.bbox_post_process.nms
        rows = _best(boxes, scores * real, post, self.size)
        if not self.masks:
            return (rows,)
        head = self.model.mask_head
        seen = head.head(_look(head.roi_extractor, features, rows[:, 2:]))
        drawn = head.mask_fcn_logits(seen)
        wanted = paddle.nn.functional.one_hot(rows[:, 0].astype("int64"), drawn.shape[1])
        of_class = (drawn * wanted.unsqueeze([2, 3])).sum(axis=1)
        return rows, paddle.nn.functional.sigmoid(of_class)


def _proposals(
    head: Any, features: Any, anchors: list[paddle.Tensor], size: int
) -> tuple[paddle.Tensor, paddle.Tensor]:
    """Regions (r, 4), r being fixed, and 1 where one is real, else 0, of shape (r, 1)."""
    settings = head.test_proposal
    looked = head.rpn_feat(features)
    proposals = []
    for level in range(len(looked)):
        logits = head.rpn_rois_score(looked[level]).transpose([0, 2, 3, 1]).reshape([-1])
        deltas = head.rpn_rois_delta(looked[level]).transpose([0, 2, 3, 1]).reshape([-1, 4])
        count = min(settings.pre_nms_top_n, logits.shape[0])
        best, places = paddle.topk(paddle.nn.functional.sigmoid(logits), count)
        start, change = paddle.gather(anchors[level], places), paddle.gather(deltas, places)
        boxes = delta2bbox(change, start, [1.0, 1.0, 1.0, 1.0])[:, 0].clip(0, size)
        extent = boxes[:, 2:] - boxes[:, :2]
        thick = (extent.min(axis=1) >= max(1.0, settings.min_size)).astype("float32")
        kept, _ = _suppressed(boxes, best * thick, 0.0, settings.nms_thresh, count)
        proposals.append(kept)
    most = settings.post_nms_top_n
    rows = paddle.concat([*proposals, paddle.zeros([most, 6])])
    best, places = paddle.topk(rows[:, 1], most)
    regions = paddle.gather(rows, places)[:, 2:]
    return regions, (best > 0).astype("float32").unsqueeze(1)


def _boxes(
    model: Any, features: Any, regions: paddle.Tensor, size: int
) -> tuple[paddle.Tensor, paddle.Tensor]:
    """Boxes (r, C or 1, 4) and class probabilities (r, C)."""
    head = model.bbox_head
    variance = model.bbox_post_process.decode.prior_box_var
    if not hasattr(head, "num_cascade_stages"):
        seen = head.head(_look(head.roi_extractor, features, regions))
        scores = paddle.nn.functional.softmax(head.bbox_score(seen))
        return delta2bbox(head.bbox_delta(seen), regions, variance).clip(0, size), scores[:, :-1]
    stages: list[paddle.Tensor] = []
    deltas = None
    for stage in range(head.num_cascade_stages):
        if deltas is not None:
            moved = delta2bbox(deltas, regions, head.bbox_weight[stage - 1])
            regions = moved[:, 0].clip(0, size)
        seen = head.head(_look(head.roi_extractor, features, regions), stage)
        stages.append(paddle.nn.functional.softmax(head.bbox_score_list[stage](seen)))
        deltas = head.bbox_delta_list[stage](seen)
    mean = paddle.add_n(stages) / head.num_cascade_stages
    return delta2bbox(deltas, regions, variance).clip(0, size), mean[:, :-1]


def _look(extractor: Any, features: Any, boxes: paddle.Tensor) -> paddle.Tensor:
    """What the pyramid shows in boxes (r, 4): (r, channels, side, side)."""
    extent = boxes[:, 2:] - boxes[:, :2]
    scale = paddle.sqrt(extent[:, 0] * extent[:, 1]) / extractor.canonical_size
    level = paddle.floor(paddle.log(scale + 1e-8) / math.log(2) + extractor.canconical_level)
    first, last = extractor.start_level, extractor.end_level
    level = level.clip(first + 2, last + 2) - 2
    count = paddle.shape(boxes)[:1].astype("int32")
    seen = []
    for number in range(first, last + 1):
        here = paddle.vision.ops.roi_align(
            features[number],
            boxes,
            count,
            extractor.resolution,
            extractor.spatial_scale[number],
            extractor.sampling_ratio,
            extractor.aligned,
        )
        seen.append(here * (level == number).astype("float32").reshape([-1, 1, 1, 1]))
    return paddle.add_n(seen)


def _best(boxes: paddle.Tensor, scores: paddle.Tensor, nms: Any, size: int) -> paddle.Tensor:
    """The objects (n, 6), best first, and one more with score 0."""
    regions, classes = scores.shape
    boxes = boxes.expand([regions, classes, 4]).reshape([-1, 4])
    best, places = paddle.topk(scores.reshape([-1]), min(_CANDIDATES, regions * classes))
    labels = (places % classes).astype("float32").unsqueeze(1)
    boxes = paddle.gather(boxes, places)
    # classes lie side by side, so that none suppresses another's
    shift = paddle.concat([labels, paddle.zeros_like(labels)], axis=1).tile([1, 2]) * (2.0 * size)
    _, index = _suppressed(
        boxes + shift, best, nms.score_threshold, nms.nms_threshold, nms.keep_top_k
    )
    rows = paddle.concat([labels, best.unsqueeze(1), boxes], axis=1)
    return paddle.concat([paddle.gather(rows, index), paddle.zeros([1, 6])])


def _suppressed(
    boxes: paddle.Tensor, scores: paddle.Tensor, least: float, overlap: float, keep: int
) -> tuple[paddle.Tensor, paddle.Tensor]:
    """Rows (n, 6) as of paddledet's, and which of the boxes (r, 4) they are, of shape (n,)."""
    nms: Any = paddle._C_ops.multiclass_nms3  # its annotations deny that there may be no counts
    rows, index, _ = nms(
        boxes.unsqueeze(0),
        scores.unsqueeze([0, 1]),
        None,
        least,
        boxes.shape[0],
        keep,
        overlap,
        True,
        1.0,
        -1,
    )
    return rows, index.reshape([-1])

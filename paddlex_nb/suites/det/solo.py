"""SOLOv2 in evaluation: from an image to masks and their classes, for any number of images.

paddledet's own way takes one image, indexes numbers (which Paddle 3 refuses) and has shapes that
depend on what is found; here they are fixed, so that it can be exported.
"""

from __future__ import annotations

from typing import Any

import paddle

_BEST = 300
"""Cells whose masks are drawn."""

_KEPT = 100
"""Objects an image."""

_LEAST = 0.1
"""Score of a cell from which it is an object."""


def detect(model: Any, image: paddle.Tensor) -> tuple[paddle.Tensor, paddle.Tensor]:
    """The objects of a batch, best first.

    Args:
        model: ``SOLOv2`` in evaluation mode.
        image: Of shape (N, 3, S, S).

    Returns:
        Class and score, of shape (N, n, 2), and mask probabilities, of shape (N, n, S/4, S/4).
        n is fixed; what is no object has score 0.
    """
    features = model.neck(model.backbone({"image": image}))
    shapes = model.mask_head(features)
    head = model.solov2_head
    scores, kernels = head(features)
    joined = paddle.concat([s.flatten(1, 2) for s in scores], axis=1)
    weights = paddle.concat([k.flatten(2).transpose([0, 2, 1]) for k in kernels], axis=1)
    # zip's strict is unknown to Paddle's tracing
    strides = paddle.concat(
        [
            paddle.full([cells**2], float(head.segm_strides[level]))
            for level, cells in enumerate(head.seg_num_grids)
        ]
    )
    rows, masks = [], []
    for one in range(image.shape[0]):
        row, mask = _of_one(joined[one], weights[one], shapes[one], strides, head.mask_nms.sigma)
        rows.append(row)
        masks.append(mask)
    return paddle.stack(rows), paddle.stack(masks)


def _of_one(
    scores: paddle.Tensor,
    kernels: paddle.Tensor,
    shapes: paddle.Tensor,
    strides: paddle.Tensor,
    sigma: float,
) -> tuple[paddle.Tensor, paddle.Tensor]:
    """Of scores (cells, C), kernels (cells, K) and features (K, h, w)."""
    cells, classes = scores.shape
    best, places = paddle.topk(scores.flatten(), min(_BEST, cells * classes))
    cell, label = places // classes, places % classes
    soft = paddle.nn.functional.sigmoid(paddle.gather(kernels, cell) @ shapes.flatten(1))
    hard = (soft > 0.5).astype("float32")
    area = hard.sum(axis=1)
    sure = (soft * hard).sum(axis=1) / area.clip(1.0)
    real = (best > _LEAST) & (area > paddle.gather(strides, cell))
    score, order = paddle.topk(best * sure * real.astype("float32"), best.shape[0])
    label, soft = paddle.gather(label, order), paddle.gather(soft, order)
    hard, area = paddle.gather(hard, order), paddle.gather(area, order)
    score = score * _decay(hard, area, label, sigma)
    score, order = paddle.topk(score, min(_KEPT, best.shape[0]))
    label = paddle.gather(label, order).astype("float32")
    soft = paddle.gather(soft, order).reshape([-1, *shapes.shape[1:]])
    return paddle.stack([label, score], axis=1), soft


def _decay(
    hard: paddle.Tensor, area: paddle.Tensor, label: paddle.Tensor, sigma: float
) -> paddle.Tensor:
    """By what each score shrinks for the better masks of its class that it overlaps.

    Matrix NMS, Gaussian; equation 5 of the SOLOv2 paper.
    """
    shared = hard @ hard.t()
    overlap = shared / (area.unsqueeze(0) + area.unsqueeze(1) - shared).clip(1.0)
    same = (label.unsqueeze(0) == label.unsqueeze(1)).astype("float32")
    overlap = paddle.triu(overlap * same, diagonal=1)
    worst = overlap.max(axis=0).unsqueeze(1)
    return paddle.exp(-sigma * (overlap**2 - worst**2)).min(axis=0)


class ExportedSolo(paddle.nn.Layer):
    """A SOLOv2 as it is exported; takes one image.

    Args:
        model: ``SOLOv2``.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: paddle.Tensor) -> tuple[paddle.Tensor, paddle.Tensor]:
        """Class and score (n, 2), mask probabilities of the canvas (n, S/4, S/4)."""
        rows, masks = detect(self.model, image)
        return rows[0], masks[0]

"""Suppression of doubles in paddledet's networks when they are exported."""

from __future__ import annotations

from functools import wraps
from typing import Any

import paddle


def static_nms() -> None:
    """Let ``ppdet.modeling.ops.multiclass_nms`` be traced by Paddle 3.

    paddledet 2.6 builds its static form from the program description of Paddle 2, which Paddle
    3's intermediate representation refuses (PaddleDetection#9478 shows the message for others).
    There, Paddle's own operator is called instead. In all other modes nothing is changed, nor is
    anything where paddledet's is not the one of 2.6.
    """
    from ppdet.modeling import ops

    usual = ops.multiclass_nms
    if hasattr(usual, "traced") or not hasattr(ops, "LayerHelper"):
        return

    @wraps(usual)
    def multiclass_nms(bboxes: Any, scores: Any, *args: Any, **kwargs: Any) -> Any:
        if not paddle.base.framework.in_pir_mode():
            return usual(bboxes, scores, *args, **kwargs)
        return _traced(bboxes, scores, *args, **kwargs)

    original: Any = multiclass_nms
    original.traced = True
    ops.multiclass_nms = paddle.jit.not_to_static(original)


def _traced(
    bboxes: Any,
    scores: Any,
    score_threshold: float,
    nms_top_k: int,
    keep_top_k: int,
    nms_threshold: float = 0.3,
    normalized: bool = True,
    nms_eta: float = 1.0,
    background_label: int = -1,
    return_index: bool = True,
    return_rois_num: bool = True,
    rois_num: Any = None,
    name: str | None = None,
) -> Any:
    """Non-maximum suppression that can be traced, with paddledet's arguments."""
    del name
    kept_boxes, index, count = paddle._C_ops.multiclass_nms3(
        bboxes,
        scores,
        rois_num,
        score_threshold,
        nms_top_k,
        keep_top_k,
        nms_threshold,
        normalized,
        nms_eta,
        background_label,
    )
    return kept_boxes, count if return_rois_num else None, index if return_index else None

"""Maximum over channels, trained a hundred times as fast on the CPU."""

from __future__ import annotations

from functools import wraps
from typing import Any

import paddle
from paddleseg.models.layers import tensor_fusion_helper as helper


def quick_channel_max() -> None:
    """Let paddleseg's spatial attention (PP-LiteSeg's) learn from its maxima in passable time.

    On the CPU the gradient of ``paddle.max`` over an axis takes over a second for 8 x 64 maps of
    48 x 48 (Paddle 3.2, measured), that of ``paddle.topk`` with one value, which is the same
    number, a hundredth of it. Only while learning; what is exported stays as it is.
    """
    usual = helper.avg_max_reduce_channel_helper
    if hasattr(usual, "__wrapped__"):
        return

    @wraps(usual)
    def reduce(x: Any, use_concat: bool = True) -> Any:
        if not (paddle.in_dynamic_mode() and x.place.is_cpu_place() and not x.stop_gradient):
            return usual(x, use_concat)
        reduced = [paddle.mean(x, axis=1, keepdim=True), paddle.topk(x, 1, axis=1)[0]]
        return paddle.concat(reduced, axis=1) if use_concat else reduced

    helper.avg_max_reduce_channel_helper = reduce

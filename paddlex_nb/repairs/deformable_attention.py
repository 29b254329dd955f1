"""Deformable attention, whose offsets are divided by whole numbers."""

from __future__ import annotations

from typing import Any

import paddle
from ppdet.modeling.transformers.deformable_transformer import MSDeformableAttention


def deformable_attention() -> None:
    """Let paddledet's deformable attention divide offsets by the sizes of the maps.

    paddledet 2.6 divides numbers of type float32 by sizes of type int64, which Paddle refuses
    since 2.6 ("Type promotion only support calculations between floating-point numbers"). Here the
    sizes are floating-point numbers in that division. Where Paddle does not refuse, nothing is
    changed.
    """
    if _divides_by_integers() or MSDeformableAttention.forward.__module__ == __name__:
        return
    usual = MSDeformableAttention.forward

    def forward(self: Any, query: Any, points: Any, value: Any, shapes: Any, *more: Any) -> Any:
        core = self.ms_deformable_attn_core

        def whole(value: Any, shapes: Any, *rest: Any) -> Any:
            return core(value, shapes.astype("int64"), *rest)

        self.ms_deformable_attn_core = whole
        try:
            return usual(self, query, points, value, shapes.astype(query.dtype), *more)
        finally:
            self.ms_deformable_attn_core = core

    MSDeformableAttention.forward = forward


def _divides_by_integers() -> bool:
    try:
        paddle.ones([1]) / paddle.ones([1], "int64")
    except TypeError:
        return False
    return True

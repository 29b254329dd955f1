"""Joining of single numbers, as paddledet does it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

import paddle


def scalar_concat() -> None:
    """Let `paddle.concat` join tensors without dimensions again.

    paddledet 2.6 joins counts that it took out of a tensor (in the RPN head, after suppressing
    doubles, in deformable transformers). Up to Paddle 2.4 such a number was a tensor of one, since
    then it has no dimensions, and Paddle refuses. Where it does not refuse, nothing is changed.
    """
    if _joins_scalars():
        return
    usual = paddle.concat

    @wraps(usual)
    def concat(x: Sequence[Any], axis: Any = 0, name: str | None = None) -> Any:
        if isinstance(x, (list, tuple)):
            x = [t.reshape([1]) if len(t.shape) == 0 else t for t in x]
        return usual(x, axis, name)

    original: Any = concat
    paddle.concat = original


def _joins_scalars() -> bool:
    number = paddle.ones([])
    try:
        paddle.concat([number, number])
    except ValueError:
        return False
    return True

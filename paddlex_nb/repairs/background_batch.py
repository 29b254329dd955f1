"""Losses of batches in which nothing is to be found."""

from __future__ import annotations

from functools import wraps
from typing import Any

import paddle
from ppdet.modeling.losses.varifocal_loss import VarifocalLoss


def background_batch() -> None:
    """Let PicoDet learn from a batch without objects, or of objects that no cell is meant for.

    Its head (paddledet 2.6, ``PicoHeadV2.get_loss``) divides all losses by the sum of the scores
    that cells are to give; 0 by 0 is no number, and a sum of almost nothing makes the loss
    explode. With several devices it takes 1 at least, as PP-YOLOE's head always does. Its first
    loss is told the sum here, the others are divided by the same tensor afterwards.
    """
    usual = VarifocalLoss.forward
    if hasattr(usual, "__wrapped__"):
        return

    @wraps(usual)
    def forward(self: Any, *args: Any, avg_factor: Any = None, **others: Any) -> Any:
        if isinstance(avg_factor, paddle.Tensor):
            avg_factor.clip_(min=1.0)
        return usual(self, *args, avg_factor=avg_factor, **others)

    VarifocalLoss.forward = forward

"""Losses of semantic segmentation: paddleseg's, mixed as the run wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import paddle
import paddle.nn.functional as F  # noqa: N812 - as everybody calls it
from paddleseg.models import losses as suite

from paddlex_nb.data.checks.masks import IGNORE

Loss = Callable[[paddle.Tensor, paddle.Tensor], paddle.Tensor]
"""From logits of shape (N, C, H, W) and class numbers of shape (N, H, W) to a number."""

_HARD = 0.3
"""Share of the pixels, the worst ones, that OHEM learns from (Shrivastava et al., 2016)."""

_SECOND = 0.5
"""Weight of the second loss of a mixture, the first having the rest."""


def segmentation_loss(name: str, weights: Sequence[float] | None) -> Loss:
    """The loss of a run.

    Args:
        name: A choice of the parameter ``loss``.
        weights: How much each class counts in cross-entropy; None for all the same.
    """
    entropy = _cross_entropy(weights, 1.0)
    kinds: dict[str, Callable[[], Loss]] = {
        "cross_entropy": lambda: entropy,
        "ohem": lambda: _cross_entropy(weights, _HARD),
        "dice": lambda: suite.DiceLoss(ignore_index=IGNORE),
        "lovasz": _lovasz,
        "focal": lambda: suite.MultiClassFocalLoss(num_class=0, ignore_index=IGNORE),
        "ce_dice": lambda: _mixed(entropy, suite.DiceLoss(ignore_index=IGNORE)),
        "ce_lovasz": lambda: _mixed(entropy, _lovasz()),
    }
    return kinds[name]()


def _cross_entropy(weights: Sequence[float] | None, share: float) -> Loss:
    """Mean over the known pixels, or over that share of them that is worst."""
    by_class = None if weights is None else paddle.to_tensor(weights, "float32")

    def loss(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        if share == 1.0:
            return F.cross_entropy(logits, labels, by_class, ignore_index=IGNORE, axis=1)
        each = F.cross_entropy(
            logits, labels, by_class, ignore_index=IGNORE, axis=1, reduction="none"
        ).flatten()
        known = (labels != IGNORE).sum()
        worst: paddle.Tensor = paddle.topk(each, max(1, int(known * share)))[0]
        return worst.mean()

    return loss


def _lovasz() -> Loss:
    lovasz = suite.LovaszSoftmaxLoss(ignore_index=IGNORE)

    def loss(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        found: paddle.Tensor = lovasz(logits, labels)
        return found.sum()

    return loss


def _mixed(one: Loss, other: Loss) -> Loss:
    def loss(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        return (1 - _SECOND) * one(logits, labels) + _SECOND * other(logits, labels)

    return loss

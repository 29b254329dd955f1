"""Losses of semantic segmentation, in which pixels without a class have no part.

Of paddleseg 2.8's own losses only Lovász leaves those pixels out and runs with Paddle 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import paddle
import paddle.nn.functional as F  # noqa: N812 - as everybody calls it
from paddleseg.models.losses import LovaszSoftmaxLoss

from paddlex_nb.data.store.label_maps import IGNORE

Loss = Callable[[paddle.Tensor, paddle.Tensor], paddle.Tensor]
"""From logits of shape (N, C, H, W) and class numbers of shape (N, H, W) to a number."""

_HARD = 0.3
"""Share of the pixels, the worst ones, that OHEM learns from (Shrivastava et al., 2016)."""

_FOCUS = 2.0
"""Exponent of the focal loss (Lin et al., 2017)."""

_SMOOTH = 1.0
"""Pixels added to both areas of Dice, so that a class that is nowhere costs nothing."""

_SECOND = 0.5
"""Weight of the second loss of a mixture, the first having the rest."""


def segmentation_loss(name: str, weights: Sequence[float] | None) -> Loss:
    """The loss function that a run's parameters choose.

    Args:
        name: A choice of the parameter ``loss``.
        weights: How much each class counts in what is made of cross-entropy; None for all the
            same.
    """
    by_class = None if weights is None else paddle.to_tensor(weights, "float32")
    lovasz = LovaszSoftmaxLoss(ignore_index=IGNORE)

    def entropy(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        return F.cross_entropy(logits, labels, by_class, ignore_index=IGNORE, axis=1)

    def each(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        loss = F.cross_entropy(
            logits, labels, by_class, ignore_index=IGNORE, axis=1, reduction="none"
        )
        return loss.reshape([-1]) * (labels != IGNORE).astype("float32").reshape([-1])

    def ohem(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        known = int((labels != IGNORE).sum())
        worst: paddle.Tensor = paddle.topk(each(logits, labels), max(1, int(known * _HARD)))[0]
        return worst.mean()

    def focal(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        costs = each(logits, labels)
        known = (labels != IGNORE).astype("float32").sum()
        likely: paddle.Tensor = paddle.exp(-costs)
        return ((1 - likely) ** _FOCUS * costs).sum() / known.clip(min=1)

    def by_lovasz(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        loss: paddle.Tensor = lovasz(logits, labels)
        return loss.sum()

    kinds: dict[str, Loss] = {
        "cross_entropy": entropy,
        "ohem": ohem,
        "focal": focal,
        "dice": _dice,
        "lovasz": by_lovasz,
        "ce_dice": _mixed(entropy, _dice),
        "ce_lovasz": _mixed(entropy, by_lovasz),
    }
    return kinds[name]


def _dice(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
    """One less the mean over classes of the soft Dice coefficient (Milletari et al., 2016)."""
    known = (labels != IGNORE).astype("float32").unsqueeze(1)
    true = (
        F.one_hot(labels * (labels != IGNORE).astype(labels.dtype), logits.shape[1]).transpose(
            [0, 3, 1, 2]
        )
        * known
    )
    likely = F.softmax(logits, axis=1) * known
    common = (likely * true).sum(axis=[0, 2, 3])
    areas = likely.sum(axis=[0, 2, 3]) + true.sum(axis=[0, 2, 3])
    loss: paddle.Tensor = 1 - ((2 * common + _SMOOTH) / (areas + _SMOOTH)).mean()
    return loss


def _mixed(one: Loss, other: Loss) -> Loss:
    def loss(logits: paddle.Tensor, labels: paddle.Tensor) -> paddle.Tensor:
        return (1 - _SECOND) * one(logits, labels) + _SECOND * other(logits, labels)

    return loss

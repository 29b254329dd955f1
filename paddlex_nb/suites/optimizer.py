"""The optimiser that a run's parameters describe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import paddle

from paddlex_nb.params.config import TrainingConfig


def optimizer(
    config: TrainingConfig, parameters: Sequence[paddle.Tensor]
) -> paddle.optimizer.Optimizer:
    """Make the optimiser; the learning rate is set anew before every step.

    Biases and the scales of normalisation are not decayed: pulling them to zero serves nothing
    (He et al. 2019, "Bag of Tricks for Image Classification", 3.1).

    Args:
        config: The run's parameters.
        parameters: What is trained.
    """
    decay = config.weight_decay
    groups: list[Any] = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    rate, kind = config.learning_rate, config.optimizer
    if kind == "adamw":
        return paddle.optimizer.AdamW(rate, parameters=groups)
    # plain stochastic gradient descent is the case without momentum
    momentum = config.momentum if kind == "momentum" else 0.0
    return paddle.optimizer.Momentum(rate, momentum=momentum, parameters=groups)

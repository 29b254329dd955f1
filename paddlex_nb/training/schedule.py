"""Learning rate over the steps of a run, as a plain function of the step.

The wizard draws it, the loop sets it, and a resumed run needs no state to go on with it. The
policies equal those of ``paddle.optimizer.lr``, and the warm-up is one step ahead of it (tests hold
them together).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from paddlex_nb.params.config import TrainingConfig


@dataclass(frozen=True)
class Schedule:
    """Learning rate as a function of the step, which counts from 0.

    Attributes:
        base: Learning rate after the warm-up.
        policy: ``cosine``, ``piecewise``, ``linear``, ``polynomial`` or ``constant``.
        steps: Steps of the whole run.
        warmup: Steps over which it rises linearly to ``base``; the policy begins after them.
        boundaries: Steps at which ``piecewise`` multiplies by ``gamma``, rising.
        gamma: See ``boundaries``.
        power: Exponent of ``polynomial``.
    """

    base: float
    policy: str
    steps: int
    warmup: int = 0
    boundaries: Sequence[int] = ()
    gamma: float = 0.1
    power: float = 1.0

    @classmethod
    def from_config(
        cls, config: TrainingConfig, steps_per_epoch: int, epochs: int | None = None
    ) -> Schedule:
        """The schedule that a run's parameters describe.

        Args:
            config: The run's parameters.
            steps_per_epoch: Batches in an epoch.
            epochs: Epochs of the run, if not those of its parameters.
        """
        return cls(
            base=config.learning_rate,
            policy=config.lr_policy,
            steps=(epochs or config.epochs) * steps_per_epoch,
            warmup=config.warmup_steps,
            boundaries=[epoch * steps_per_epoch for epoch in config.decay_epochs],
            gamma=config.gamma,
            power=config.power,
        )

    def stretched(self, steps: int) -> Schedule:
        """The same curve over another number of steps.

        Args:
            steps: Steps of the whole run; at least 1.
        """
        factor = steps / self.steps
        return replace(
            self,
            steps=steps,
            warmup=round(self.warmup * factor),
            boundaries=[round(step * factor) for step in self.boundaries],
        )

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        if step < self.warmup:
            # Paddle's begins with a rate of 0, a step that teaches nothing: ours is one ahead
            return self.base * (step + 1) / self.warmup
        if self.policy == "piecewise":
            return self.base * math.pow(self.gamma, bisect_right(self.boundaries, step))
        if self.policy == "constant":
            return self.base
        done = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        if self.policy == "cosine":
            return self.base * (1 + math.cos(math.pi * done)) / 2
        return self.base * math.pow(1 - done, 1.0 if self.policy == "linear" else self.power)

"""The model as the training loop sees it: one optimisation step after another."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from paddlex_nb.contracts.batch import Batch
from paddlex_nb.runs.checkpoint import Arrays


class NotFiniteError(Exception):
    """The loss is not a number; the step was not made."""


class Learner(Protocol):
    """The model as the loop trains it."""

    def step(self, batch: Batch, learning_rate: float, seed: int) -> dict[str, float]:
        """Make one optimisation step.

        Args:
            batch: Images to learn from.
            learning_rate: For this step.
            seed: For all random numbers of this step, so that a resumed run draws the same.

        Returns:
            The losses by name, ``loss`` being their total.

        Raises:
            NotFiniteError: The total is not finite; nothing was changed.
        """
        ...

    def evaluating(self) -> AbstractContextManager[None]:
        """Within it the adapter predicts with the weights that count (averaged ones, if any)."""
        ...

    def weights(self) -> Arrays:
        """The weights that count, as copies."""
        ...

    def state(self) -> Arrays:
        """All that is needed to go on, as copies, named ``<section>/<name>``.

        The section ``model`` is what `weights` gives.
        """
        ...

    def load_state(self, state: Arrays) -> None:
        """Go on from what `state` gave."""
        ...

"""What a planned training takes: time and memory, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import duration_text, size_text
from paddlex_nb.planning.defaults import DEFAULTS
from paddlex_nb.runs.estimate import Pattern, estimate, usual_memory


class Cost(msgspec.Struct, frozen=True):
    """What a training takes on this machine.

    Attributes:
        seconds: Evaluations included; None if no training of the model is known here.
        memory: Bytes; a rule of thumb where no training of the model is known.
        run: Name of the run that both are judged by; empty if there is none.
    """

    seconds: float | None
    memory: float
    run: str = ""

    @property
    def message(self) -> Message:
        """It as a sentence."""
        memory = size_text(self.memory)
        if self.seconds is None:
            return Message("training.cost.memory", {"memory": memory})
        time = duration_text(self.seconds)
        return Message("training.cost", {"time": time, "memory": memory, "run": self.run})


def cost(
    known: Sequence[Pattern], entry: ModelEntry, params: Mapping[str, Any], images: int
) -> Cost:
    """What a training would take.

    Args:
        known: Trainings of the model on this machine (`runs.estimate.patterns`).
        entry: The model.
        params: Parameters of the training.
        images: How many images it would train on.
    """
    usual = usual_memory(entry, params, DEFAULTS[entry.task].reference_size)
    like = estimate(known, params, images)
    if like is None:
        return Cost(None, usual)
    return Cost(like.seconds, like.memory or usual, like.run)

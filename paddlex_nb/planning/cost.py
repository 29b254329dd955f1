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
        limited: Whether the time is the limit that was set.
    """

    seconds: float | None
    memory: float
    run: str = ""
    limited: bool = False

    @property
    def message(self) -> Message:
        """It as a sentence."""
        memory = size_text(self.memory)
        if self.seconds is None:
            return Message("training.cost.memory", {"memory": memory})
        time = duration_text(self.seconds)
        if self.limited:
            return Message("training.cost.limited", {"time": time, "memory": memory})
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
    memory, run = (usual, "") if like is None else (like.memory or usual, like.run)
    limit = params.get("time_limit")
    if limit and (like is None or like.seconds > 60.0 * limit):
        return Cost(60.0 * limit, memory, run, limited=True)
    return Cost(None if like is None else like.seconds, memory, run)

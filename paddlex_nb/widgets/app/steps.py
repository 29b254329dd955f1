"""The steps of the road, and when each is open."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from paddlex_nb.core.i18n import tr

if TYPE_CHECKING:
    from paddlex_nb.widgets.app.state import WizardState


class Step(str, Enum):
    """A step of the wizard, in the order of the road."""

    DATA = "data"
    SPLIT = "split"
    PREVIEW = "preview"
    PARAMETERS = "parameters"
    TRAINING = "training"
    EVALUATION = "evaluation"
    PREDICT = "predict"
    PUBLISH = "publish"
    RUNS = "runs"

    @property
    def label(self) -> str:
        """The step's label on the rail."""
        return tr(f"wizard.step.{self.value}")

    @property
    def next(self) -> Step | None:
        """The step after it."""
        i = ROAD.index(self) + 1 if self in ROAD else len(ROAD)
        return ROAD[i] if i < len(ROAD) else None

    @property
    def previous(self) -> Step | None:
        """The step before it."""
        i = ROAD.index(self) if self in ROAD else 0
        return ROAD[i - 1] if i else None


ROAD = [step for step in Step if step is not Step.RUNS]
"""The steps that follow each other; the list of runs lies beside them."""


def closed_because(step: Step, state: WizardState) -> str | None:
    """Why a step cannot be opened yet, as a catalogue key, or None if it can."""
    if step is Step.DATA:
        return None
    if step is Step.RUNS:
        return None if state.has_runs else "wizard.closed.no_runs"
    if step in {Step.SPLIT, Step.PREVIEW, Step.PARAMETERS}:
        return None if state.dataset_ready else "wizard.closed.no_dataset"
    if state.run is None:
        return "wizard.closed.no_run"
    if step is Step.TRAINING:
        return None
    if not state.dataset_ready:
        return "wizard.closed.no_dataset"
    return None if state.has_checkpoint else "wizard.closed.no_checkpoint"


def is_done(step: Step, state: WizardState) -> bool:
    """Whether a step has its result."""
    if step in {Step.DATA, Step.SPLIT}:
        return state.dataset_ready
    if step in {Step.PREVIEW, Step.PARAMETERS}:
        return state.run is not None
    if step is Step.TRAINING:
        return state.has_checkpoint and not state.training_active
    return step.value in state.finished  # the list of runs is never done

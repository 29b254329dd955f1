"""A run once more: its parameters in the form, ready to be changed."""

from __future__ import annotations

from paddlex_nb.core.errors import UserError
from paddlex_nb.planning.again import choices_of
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step


def train_again(state: WizardState, run: Run) -> None:
    """Open the form of parameters with those of a run.

    Those that the user chose, or that would be recommended differently today, are marked.

    Raises:
        UserError: Its data set was deleted.
    """
    record = run.record
    state.choose_run(run)
    if state.dataset is None:
        raise UserError("workspace.no_such_dataset", id=record.dataset, known="")
    state.model, state.weights = record.model, record.weights
    state.overrides = choices_of(
        state.dataset.folder, record.model, record.weights, record.params, record.reasons
    )
    state.run_name, state.run_note, state.based_on = record.name, record.note, run.id
    state.goto(Step.PARAMETERS)

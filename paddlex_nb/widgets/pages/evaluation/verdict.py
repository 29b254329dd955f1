"""What an evaluation means, in words, with what to do next as buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.explore.query import Query
from paddlex_nb.judging.judgement import Judgement, NextStep
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.aside import aside
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    esc,
    html,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.base import alert
from paddlex_nb.widgets.pages.runs.again import train_again


class VerdictCard:
    """The judgement of an evaluation; it is worked out aside, and empty until then.

    Args:
        state: Where the next steps lead.
        run: The run.
        result: The evaluation as plain JSON.
        do: Has work done on the event loop.
        look: Shows the images with most errors.
        judge: Works the judgement out; may take seconds.

    Attributes:
        widget: What to show.
    """

    def __init__(
        self,
        state: WizardState,
        run: Run,
        result: dict[str, Any],
        do: Callable[[Call], None],
        look: Call,
        judge: Callable[[], Judgement],
    ) -> None:
        self._state, self._run, self._do, self._look = state, run, do, look
        self._classes: list[str] = list(result["classes"])
        self._inside = styled(w.Box(), "column")
        self.widget = card("", self._inside, classes=["verdict"])
        self.widget.layout.display = "none"
        aside(do, judge, self._show, lambda: None)

    def _show(self, judgement: Judgement) -> None:
        said = " ".join(message.text() for message in judgement.summary)
        remarks = "".join(
            alert(one.message.text(), "warning" if one.severity is Severity.WARNING else "info")
            for one in judgement.remarks
        )
        steps = [self._step(one) for one in judgement.steps]
        head = [html(f"<p class=pxnb-said>{esc(said)}</p>{remarks}")]
        next_steps = [text(tr("wizard.evaluation.next"), "muted"), *steps] if steps else []
        replace_children(self._inside, *head, *next_steps)
        self.widget.layout.display = "" if said or remarks else "none"

    def _step(self, step: NextStep) -> w.Widget:
        press = button(
            tr(f"judging.step.{step.kind}"),
            lambda: self._do(lambda: self._take(step)),
            f"next-{step.kind}",
        )
        return row(press, text(step.reason.text(), "muted"), classes=["next-step"])

    def _take(self, step: NextStep) -> None:
        """Go where the step is done."""
        state = self._state
        match step.kind:
            case "look":
                self._look()
            case "new_split":
                state.goto(Step.SPLIT)
            case "train_on":
                state.goto(Step.RUNS)
            case "label":
                names = [] if step.class_id is None else [self._classes[step.class_id]]
                known = state.dataset.classes if state.dataset is not None else []
                numbers = tuple(known.index(name) for name in names if name in known)
                state.query, state.query_classes = Query(classes=numbers), list(known)
                state.goto(Step.PREVIEW)
            case _:
                self._train_again(step)

    def _train_again(self, step: NextStep) -> None:
        """Open the form with the run's parameters and what is to be changed."""
        state = self._state
        train_again(state, self._run)
        if step.value is not None:
            state.overrides = {**state.overrides, "input_size": step.value}
        if step.kind == "weights":
            state.weights = model(self._run.record.model).weights[0].name

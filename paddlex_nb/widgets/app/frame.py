"""Rail and footer of the wizard: made once, then updated in place.

A button that is replaced while somebody clicks it loses the click, so none is.
"""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.app.compat import focus
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step, closed_because, is_done
from paddlex_nb.widgets.app.toolkit import button, esc, html, styled

KINDS = ("here", "done", "open", "closed")


class Rail:
    """The steps, each open as soon as it makes sense.

    Args:
        goto: Called with the step that was chosen.

    Attributes:
        widget: What to show.
    """

    def __init__(self, goto: Callable[[Step], None]) -> None:
        self._buttons = {step: self._button(step, goto) for step in Step}
        self.widget = styled(w.Box(list(self._buttons.values())), "rail")

    def _button(self, step: Step, goto: Callable[[Step], None]) -> w.Button:
        return button(step.label, lambda: goto(step), "step", f"step-{step.value}")

    def focus(self, step: Step) -> None:
        """Bring the rail into view: a shorter page must not leave the reader below it."""
        focus(self._buttons[step])

    def update(self, state: WizardState) -> None:
        """Show which step is current, done, open or closed, and why."""
        for number, (step, item) in enumerate(self._buttons.items(), 1):
            reason = closed_because(step, state)
            here, done = step is state.step, is_done(step, state)
            kind = "here" if here else "done" if done else "open" if reason is None else "closed"
            item.description = f"{'✓' if kind == 'done' else number}  {step.label}"
            item.tooltip = tr(reason) if reason else step.label
            item.disabled = reason is not None
            for other in KINDS:
                if other != kind:
                    item.remove_class(f"pxnb-step-{other}")
            item.add_class(f"pxnb-step-{kind}")


class Footer:
    """The footer: back, next, and what the next step waits for.

    Args:
        goto: Called with the step that was chosen.

    Attributes:
        widget: What to show.
    """

    def __init__(self, goto: Callable[[Step], None]) -> None:
        self._goto = goto
        self._step = Step.DATA
        self._hint = html("", "grow", "hint")
        self._back = button(tr("wizard.back"), lambda: self._go(self._step.previous), "back")
        self._next = button("", lambda: self._go(self._step.next), "next")
        self.widget = styled(w.Box([self._hint, self._back, self._next]), "footer")

    def _go(self, step: Step | None) -> None:
        if step is not None:
            self._goto(step)

    def update(self, state: WizardState, *, page_has_primary: bool) -> None:
        """Show where it goes from here."""
        self._step = state.step
        following = state.step.next
        reason = closed_because(following, state) if following else None
        self._hint.value = f"<p>{esc(tr(reason))}</p>" if reason else ""
        self._back.layout.display = "" if state.step.previous else "none"
        self._next.layout.display = "" if following else "none"
        self._next.disabled = reason is not None
        if following is not None:
            self._next.description = tr("wizard.next", step=following.label)
            self._next.tooltip = tr(reason) if reason else following.label
        if page_has_primary:
            self._next.remove_class("pxnb-primary")
        else:
            self._next.add_class("pxnb-primary")

"""Header, rail and footer of the wizard: made once, then updated in place.

A button that is replaced while somebody clicks it loses the click, so none is.
"""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.i18n import LANGUAGES, language, tr
from paddlex_nb.widgets.app.compat import focus
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step, closed_because, is_done
from paddlex_nb.widgets.app.toolkit import button, esc, html, styled

KINDS = ("here", "done", "open", "closed")


class Header:
    """Whose wizard it is, what runs, and the other languages.

    Args:
        choose: Called with the language that was chosen.

    Attributes:
        widget: What to show.
    """

    def __init__(self, choose: Callable[[str], None]) -> None:
        self._title = html("", "grow")
        self._lamp = html("")
        others = [code for code in LANGUAGES if code != language()]
        switches = [self._switch(code, choose) for code in others]
        self.widget = styled(w.Box([self._title, self._lamp, *switches]), "header")

    def _switch(self, code: str, choose: Callable[[str], None]) -> w.Button:
        return button(LANGUAGES[code], lambda: choose(code), "quiet", "language")

    def update(self, state: WizardState) -> None:
        """Show the data set and the jobs under way."""
        dataset = state.dataset
        about = f" · {esc(dataset.record.name)}" if dataset is not None else ""
        title = f'<div class="pxnb-title"><b>PaddleX</b><span>{about}</span></div>'
        running, waiting = state.jobs_under_way()
        busy = tr("wizard.header.jobs", running=running, waiting=waiting)
        self._title.value = title
        self._lamp.value = (
            f'<span class="pxnb-lamp">● {esc(busy)}</span>' if running + waiting else ""
        )


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

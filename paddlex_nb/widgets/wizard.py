"""The wizard: frame, rail and the page of the current step."""

from __future__ import annotations

import logging
import time
from importlib import resources
from typing import Any

import ipywidgets as w

from paddlex_nb.errors import UserError
from paddlex_nb.hosts.environment import Host, host
from paddlex_nb.i18n import LANGUAGES, language, set_language, tr
from paddlex_nb.jobs.launch import reap
from paddlex_nb.widgets.pages import page_of
from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.pump import Call, Pump
from paddlex_nb.widgets.state import WizardState
from paddlex_nb.widgets.steps import Step, closed_because, is_done
from paddlex_nb.widgets.toolkit import button, esc, html, replace_children, styled
from paddlex_nb.workspace import Workspace

REFRESH = 1.0
"""Seconds between two looks at the workspace."""

logger = logging.getLogger(__name__)


class Wizard(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The whole road in one widget: display it as the last line of a cell.

    It owns nothing but its picture: data sets and runs are in the workspace, training goes on
    without it, and another wizard (after a restart, in another tab) shows the same.

    Args:
        workspace: The workspace or its folder; by default `Workspace`'s.
        dataset: Id of the data set to begin with.
        lang: ``en`` or ``zh_CN``; by default as the environment says.
        start: Begin at once to follow jobs and to answer clicks; tests may prefer to call
            ``pump.run_pending`` themselves.

    Raises:
        UserError: The workspace cannot be opened, or has no such data set.
    """

    def __init__(
        self,
        workspace: Workspace | str | None = None,
        *,
        dataset: str | None = None,
        lang: str | None = None,
        start: bool = True,
    ) -> None:
        if lang is not None:
            set_language(lang)
        space = workspace if isinstance(workspace, Workspace) else Workspace(workspace)
        self.state = WizardState(space, dataset)
        self.pump = Pump(self._tick)
        self._page: Page | None = None
        self._looked = 0.0
        self._seen: object = None
        super().__init__()
        styled(self, "wizard")
        if host() is Host.VOILA:
            styled(self, "voila")
        self._style = html(f"<style>{_css()}</style>", "style")
        self._draw()
        self.state.observe(self._step_changed, "step")
        if start:
            self.pump.start()

    def do(self, call: Call) -> None:
        """Have something done that a click asked for; what fails is said on the page."""
        self.pump.call(lambda: self._attempt(call))

    def close(self) -> None:
        """Take the wizard off the screen; jobs go on."""
        self.pump.close()
        super().close()

    def change_language(self, code: str) -> None:
        """Show everything in another language."""
        set_language(code)
        self._draw()

    def update_frame(self) -> None:
        """Draw rail, header and footer anew after something changed."""
        replace_children(self._header, *self._header_parts())
        replace_children(self._rail, *self._rail_parts())
        replace_children(self._footer, *self._footer_parts())

    def _attempt(self, call: Call) -> None:
        try:
            call()
        except UserError as error:
            self._complain(str(error))
        except Exception as error:  # a click must never end in silence
            logger.exception("a page of the wizard failed")
            self._complain(tr("wizard.unexpected", reason=f"{type(error).__name__}: {error}"))
        self._look(force=True)

    def _complain(self, sentence: str) -> None:
        if self._page is not None:
            self._page.complain(sentence)

    def _tick(self) -> None:
        self._look(force=False)
        if self._page is not None:
            self._page.tick(time.monotonic())

    def _look(self, *, force: bool) -> None:
        """See whether the workspace changed, and redraw the frame if it did."""
        now = time.monotonic()
        if not force and now - self._looked < REFRESH:
            return
        self._looked = now
        reap()
        state = self.state
        state.refresh()
        seen = (
            state.step, state.dataset, state.run, state.dataset_ready, state.has_checkpoint,
            state.training_active, frozenset(state.finished), state.jobs_under_way(), language(),
        )  # fmt: skip
        if seen != self._seen:
            self._seen = seen
            if closed_because(state.step, state) is not None:
                state.step = Step.DATA
            self.update_frame()

    def _draw(self) -> None:
        self._header = styled(w.Box(), "header")
        self._rail = styled(w.Box(), "rail")
        self._main = styled(w.Box(), "main")
        self._footer = styled(w.Box(), "footer")
        body = styled(w.Box([self._rail, self._main]), "body")
        self._show_page()
        replace_children(self, self._style, self._header, body, self._footer)

    def _step_changed(self, change: dict[str, Any]) -> None:
        if self._page is not None and self._page.step is change["new"]:
            return
        try:
            self._show_page()
        except BaseException:
            self.state.step = change["old"]  # the page that still shows
            raise

    def _show_page(self) -> None:
        page = page_of(self.state.step)(self)
        replace_children(self._main, page.draw())
        self._page = page
        self._look(force=True)
        self.update_frame()

    def _header_parts(self) -> tuple[w.Widget, ...]:
        dataset = self.state.dataset
        about = f" · {esc(dataset.record.name)}" if dataset is not None else ""
        running, waiting = self.state.jobs_under_way()
        busy = tr("wizard.header.jobs", running=running, waiting=waiting)
        lamp = f'<span class="pxnb-lamp">● {esc(busy)}</span>' if running + waiting else ""
        codes = [code for code in LANGUAGES if code != language()]
        switches = [
            button(
                LANGUAGES[code],
                lambda code=code: self.do(lambda: self.change_language(code)),  # type: ignore[misc]
                "quiet",
                "language",
            )
            for code in codes
        ]
        title = html(f'<div class="pxnb-title"><b>PaddleX</b><span>{about}</span></div>', "grow")
        return (title, html(lamp), *switches)

    def _rail_parts(self) -> tuple[w.Widget, ...]:
        return tuple(self._rail_button(i, step) for i, step in enumerate(Step, 1))

    def _rail_button(self, number: int, step: Step) -> w.Button:
        state = self.state
        reason = closed_because(step, state)
        here = step is state.step
        done = is_done(step, state)
        sign = "✓" if done and not here else str(number)
        kind = "here" if here else "done" if done else "open" if reason is None else "closed"
        return button(
            f"{sign}  {step.label}",
            lambda: self.do(lambda: state.goto(step)),
            "step",
            f"step-{kind}",
            f"step-{step.value}",
            tooltip=tr(reason) if reason else step.label,
            disabled=reason is not None,
        )

    def _footer_parts(self) -> tuple[w.Widget, ...]:
        state = self.state
        parts: list[w.Widget] = [html(f"<p>{esc(self._hint())}</p>", "grow", "hint")]
        if (previous := state.step.previous) is not None:
            parts.append(
                button(tr("wizard.back"), lambda: self.do(lambda: state.goto(previous)), "back")
            )
        following = state.step.next
        if following is not None:
            reason = closed_because(following, state)
            filled = [] if self._page is not None and self._page.has_primary else ["primary"]
            parts.append(
                button(
                    tr("wizard.next", step=following.label),
                    lambda: self.do(lambda: state.goto(following)),
                    "next",
                    *filled,
                    tooltip=tr(reason) if reason else "",
                    disabled=reason is not None,
                )
            )
        return tuple(parts)

    def _hint(self) -> str:
        """The one thing that needs attention, or what the next step waits for."""
        following = self.state.step.next
        if following is not None and (reason := closed_because(following, self.state)):
            return tr(reason)
        return ""

    def __repr__(self) -> str:
        state = self.state
        return tr(
            "wizard.repr",
            workspace=state.workspace.path,
            dataset=state.dataset.id if state.dataset else "–",
            run=state.run.id if state.run else "–",
        )


def _css() -> str:
    return (resources.files("paddlex_nb.widgets") / "style.css").read_text(encoding="utf-8")

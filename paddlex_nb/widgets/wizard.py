"""The wizard: frame, rail and the page of the current step."""

from __future__ import annotations

import logging
import time
from collections import deque
from importlib import resources
from typing import Any

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_refusal
from paddlex_nb.core.i18n import Message, set_language, tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.hosts.environment import Host, host
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.processes import reap
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.run import Run
from paddlex_nb.widgets.app.compat import close_tree
from paddlex_nb.widgets.app.event_loop import Call, EventLoop
from paddlex_nb.widgets.app.frame import Footer, Rail
from paddlex_nb.widgets.app.header import Header
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step, closed_because
from paddlex_nb.widgets.app.toolkit import html, replace_children, styled
from paddlex_nb.widgets.app.working import Working
from paddlex_nb.widgets.pages import page_of
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.workspace import Workspace

REFRESH = 1.0
"""Seconds between two looks at the workspace."""

LINGER = 1.0
"""Seconds after which a page that was left is closed: the browser first shows the new one."""

_PAGE_OF_JOB = {
    "train": Step.TRAINING,
    "evaluate": Step.EVALUATION,
    "evaluate_photos": Step.EVALUATION,
    "predict": Step.PREDICT,
    "export": Step.PUBLISH,
}
"""Where jobs of runs are followed; those of data sets are on the first page."""

logger = logging.getLogger(__name__)


class Wizard(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The whole road in one widget: display it as the last line of a cell.

    It owns nothing but its picture: data sets and runs are in the workspace, training goes on
    without it, and another wizard (after a restart, in another tab) shows the same.

    Args:
        workspace: The workspace or its folder; by default `Workspace`'s.
        dataset: Id of the data set to begin with; by default that of before.
        lang: ``en`` or ``zh_CN``; by default as chosen before, else as the environment says.
        start: Begin at once to follow jobs and to answer clicks; tests may prefer to call
            ``event_loop.run_pending`` themselves.

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
        if lang is None and self.state.language:
            set_language(self.state.language)
        self.event_loop = EventLoop(self._tick)
        self._page: Page | None = None
        self._looked = 0.0
        self._left: deque[tuple[float, tuple[w.Widget, ...]]] = deque()
        super().__init__()
        styled(self, "wizard")
        if host() is Host.VOILA:
            styled(self, "voila")
        self._style = html(f"<style>{_css()}</style>", "style")
        self._working = Working()
        self._open()
        self.state.observe(self._step_changed, "step")
        if start:
            self.event_loop.start()

    def do(self, call: Call) -> None:
        """Have something done that a click asked for; what fails is said on the page."""
        self.event_loop.call(lambda: self._attempt(call))

    def close(self) -> None:
        """Take the wizard off the screen; jobs go on."""
        self.event_loop.close()
        super().close()

    def change_language(self, code: str) -> None:
        """Show everything in another language."""
        set_language(code)
        self.state.language = code
        notice = self._page.notice if self._page is not None else None
        self._draw()
        if notice is not None and self._page is not None:
            self._page.show_notice(notice)

    def update_frame(self) -> None:
        """Bring header, rail and footer in step with the state."""
        self._header.update(self.state)
        self._rail.update(self.state)
        primary = self._page is not None and self._page.has_primary
        self._footer.update(self.state, page_has_primary=primary)

    def _goto(self, step: Step) -> None:
        self.do(lambda: self.state.goto(step))

    def _attempt(self, call: Call) -> None:
        try:
            with self._working.shown():
                call()
        except UserError as error:
            self._complain(error.message)
        except Exception as error:  # a click must never end in silence
            refused = disk_refusal(error) if isinstance(error, OSError) else None
            if refused is not None:
                self._complain(refused.message)
            else:
                logger.exception("a page of the wizard failed")
                reason = f"{type(error).__name__}: {error}"
                self._complain(Message("wizard.unexpected", {"reason": reason}))
        self._look(force=True)

    def _complain(self, sentence: Message) -> None:
        if self._page is not None:
            self._page.complain(sentence)

    def _tick(self) -> None:
        self._look(force=False)
        now = time.monotonic()
        if self._page is not None:
            self._page.tick(now)
        while self._left and now - self._left[0][0] > LINGER:
            for widget in self._left.popleft()[1]:
                close_tree(widget)

    def _look(self, *, force: bool) -> None:
        """Look at the workspace, and bring the frame in step; only what changed is sent."""
        now = time.monotonic()
        if not force and now - self._looked < REFRESH:
            return
        self._looked = now
        reap()
        self.state.refresh()
        if closed_because(self.state.step, self.state) is not None:
            self.state.step = Step.DATA
        self.update_frame()

    def _turn_to(self, item: Dataset | Run) -> None:
        """Have the page speak of another data set or run; another one, where it cannot."""
        if isinstance(item, Run):
            self.state.choose_run(item)
        else:
            self.state.choose_dataset(item)
        if closed_because(self.state.step, self.state) is None:
            self._show_page()
        elif self.state.dataset_ready and self.state.step is not Step.DATA:
            self.state.step = Step.PARAMETERS
        else:
            self.state.step = Step.DATA

    def _open_job(self, job: Job) -> None:
        """Open the page on which a job is followed and stopped."""
        item = JobFolder(job.folder).item.path
        step = _PAGE_OF_JOB.get(job.kind, Step.DATA)
        if step is Step.DATA:
            self.state.choose_dataset(self.state.workspace.dataset(item.name))
        else:
            self.state.choose_run(self.state.workspace.run(item.name))
        if self.state.step is step:
            self._show_page()
        self.state.goto(step)

    def _open(self) -> None:
        """Draw where the user was; the first page, if something there is damaged."""
        try:
            self._draw()
        except UserError as error:
            self.state.choose_dataset(None)
            self.state.step = Step.DATA
            self._draw()
            self._complain(error.message)

    def _draw(self) -> None:
        """Draw everything anew, in the current language."""
        self._header = Header(
            lambda code: self.do(lambda: self.change_language(code)),
            lambda key: self.do(lambda: self._turn_to(self.state.workspace.dataset(key))),
            lambda key: self.do(lambda: self._turn_to(self.state.workspace.run(key))),
            lambda job: self.do(lambda: self._open_job(job)),
        )
        self._rail = Rail(self._goto)
        self._footer = Footer(self._goto)
        self._main = styled(w.Box(), "main")
        body = styled(w.Box([self._rail.widget, self._main]), "body")
        self._show_page()
        # shown by the style sheet once the kernel that would answer is gone
        gone = html(alert(tr("wizard.gone"), "warning"), "gone")
        head = (self._style, self._working.widget, gone, self._header.widget)
        replace_children(self, *head, body, self._footer.widget)

    def _step_changed(self, change: dict[str, Any]) -> None:
        if self._page is not None and self._page.step is change["new"]:
            return
        try:
            self._show_page(focus=True)
        except BaseException:
            self.state.step = change["old"]  # the page that still shows
            raise

    def _show_page(self, *, focus: bool = False) -> None:
        page = page_of(self.state.step)(self)
        drawn = page.draw()
        self._page = page
        if focus:  # before the page is there: who already works in it keeps the focus
            self.update_frame()
            self._rail.focus(self.state.step)
        self._left.append((time.monotonic(), self._main.children))
        self._main.children = (drawn,)
        self._look(force=True)

    def __repr__(self) -> str:
        state = self.state
        return tr(
            "wizard.repr",
            workspace=state.workspace.path,
            dataset=state.dataset.id if state.dataset else tr("core.none"),
            run=state.run.id if state.run else tr("core.none"),
        )


def _css() -> str:
    return (resources.files("paddlex_nb.widgets") / "style.css").read_text(encoding="utf-8")

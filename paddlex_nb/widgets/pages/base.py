"""What all pages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import ipywidgets as w

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.jobs.events import Progress
from paddlex_nb.jobs.job import Job
from paddlex_nb.widgets.app.compat import focus
from paddlex_nb.widgets.app.event_loop import Call, EventLoop
from paddlex_nb.widgets.app.state import WizardState
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import button, column, esc, html, progress_bar, row

if TYPE_CHECKING:
    from paddlex_nb.dataset import Dataset
    from paddlex_nb.run import Run


Notice: TypeAlias = "tuple[Message | str, str]"
"""A sentence that must be seen, and its kind: error, warning or info."""


class Frame(Protocol):
    """What a page may use of the wizard."""

    state: WizardState
    event_loop: EventLoop

    def do(self, call: Call) -> None:
        """Have something done on the event loop; what fails is said on the page."""

    def update_frame(self) -> None:
        """Draw rail, header and footer again."""


class Page:
    """One step's page: drawn from the state when it is opened, thrown away when it is left.

    Args:
        frame: The wizard.

    Attributes:
        step: The step it belongs to.
        has_primary: Whether the page itself holds the one filled button.
        notice: What is said above its content, if anything.
    """

    step: Step
    has_primary = False

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.state = frame.state
        self.notice: Notice | None = None
        self._alert = html("", "alert-slot")
        self._dismiss = button(
            "×", lambda: self.do(self.settle), "quiet", "dismiss", tooltip=tr("wizard.dismiss")
        )
        self._dismiss.layout.display = "none"

    def draw(self) -> w.Widget:
        """The page's widget."""
        name = self.step.value
        intro = html(
            f"<h2>{esc(self.step.label)}</h2><p>{esc(tr(f'wizard.{name}.intro'))}</p>", "intro"
        )
        content = (*self._away(), *self.content())
        notice = row(self._alert, self._dismiss, classes=["notice"])
        return column(intro, notice, *content, classes=["page", f"page-{name}"])

    def _away(self) -> Sequence[w.Widget]:
        """What is to be said where the images are gone, with the way to say where they are now."""
        dataset = self.state.dataset
        if self.step is Step.DATA or dataset is None:  # there it is said beside the data set
            return ()
        root = dataset.away()
        if root is None:
            return ()
        notice = html(alert(tr("data.away", name=dataset.record.name, path=root)))
        go = button(
            tr("wizard.data.moved.go"), lambda: self.do(lambda: self.state.goto(Step.DATA)), "moved"
        )
        return (column(notice, row(go)),)

    def content(self) -> Sequence[w.Widget]:
        """The widgets below the introduction."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Follow what goes on; called four times a second.

        Args:
            now: Seconds of a clock that never goes back.
        """

    def complain(self, sentence: Message | str) -> None:
        """Say what went wrong, above the page's content."""
        self.show_notice((sentence, "error"))

    def tell(self, sentence: Message | str) -> None:
        """Say what was done, above the page's content."""
        self.show_notice((sentence, "info"))

    def show_notice(self, notice: Notice) -> None:
        """Say something above the page's content, in the current language."""
        self.notice = notice
        sentence, kind = notice
        self._alert.value = alert(str(sentence), kind)
        self._dismiss.layout.display = ""
        if kind == "error":  # who clicked far below has to see it: the focus scrolls
            focus(self._dismiss)

    def settle(self) -> None:
        """Take back what was said."""
        self.notice = None
        self._alert.value = ""
        self._dismiss.layout.display = "none"

    def do(self, call: Call) -> None:
        """Have a click's work done."""

        def work() -> None:
            self.settle()
            call()

        self.frame.do(work)

    def stop_job(self, job: Job) -> None:
        """Have a job end, and say it where that cannot be seen to from here."""
        job.stop()
        if (why := job.unreachable) is not None:
            self.complain(why)

    @property
    def dataset(self) -> Dataset:
        """The data set; pages behind the first one are only open when there is one."""
        return cast("Dataset", self.state.dataset)

    @property
    def run(self) -> Run:
        """The run; pages behind the parameters are only open when there is one."""
        return cast("Run", self.state.run)


def alert(sentence: str, kind: str = "error") -> str:
    """Markup of a sentence that must be seen; ``kind`` is error, warning or info."""
    role = "alert" if kind == "error" else "status"
    return f'<div class="pxnb-alert pxnb-{kind}" role="{role}">{esc(sentence)}</div>'


_SOON = 2.0
"""Seconds after which a stage's speed is known well enough."""


def job_progress(job: Job) -> str:
    """Markup of how far a job is."""
    progress = [e for e in job.events() if isinstance(e, Progress)]
    if not progress:
        return progress_bar(tr(f"jobs.state.{job.state}"), None)
    last = progress[-1]
    fraction = last.done / last.total if last.total else None
    total = f" / {last.total:,}" if last.total else ""
    time_left = _left(progress)
    note = f"{last.done:,}{total}" + (f" · {time_left}" if time_left else "")
    return progress_bar(tr(f"jobs.stage.{last.stage}"), fraction, note)


def _left(progress: list[Progress]) -> str:
    """How long the stage will still take, once that can be told."""
    last = progress[-1]
    first = next(event for event in progress if event.stage == last.stage)
    elapsed, done = last.time - first.time, last.done - first.done
    if not last.total or done <= 0 or elapsed < _SOON:
        return ""
    seconds = elapsed * (last.total - last.done) / done
    return tr("wizard.left", time=duration_text(seconds))

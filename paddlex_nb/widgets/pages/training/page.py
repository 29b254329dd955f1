"""Training: watch it, stop it, go on with it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.severity import Severity
from paddlex_nb.jobs.job import State
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.planning.remedies import Remedy, new_training, remedies
from paddlex_nb.runs.live import LiveHistory
from paddlex_nb.runs.room import short_of_room
from paddlex_nb.runs.verdict import verdicts
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    esc,
    html,
    replace_children,
    row,
    styled,
)
from paddlex_nb.widgets.pages.base import Page, alert
from paddlex_nb.widgets.pages.training.browser import RunBrowser
from paddlex_nb.widgets.pages.training.charts import TrainingCharts
from paddlex_nb.widgets.pages.training.epochs import epochs_table
from paddlex_nb.widgets.pages.training.figures import figures
from paddlex_nb.widgets.pages.training.log import TrainingLog
from paddlex_nb.widgets.pages.training.now import now_markup
from paddlex_nb.widgets.pages.training.samples import TrainingSamples
from paddlex_nb.widgets.parts import Hosted, LineChart

_SECOND = 1.0
"""Seconds between two looks at the clock and at the disk while nothing is reported."""


class TrainingPage(Page):
    """Curves and figures of one run, over all its resumes; live while it trains."""

    step = Step.TRAINING
    _state: State | None = None
    _boxes: tuple[Hosted, ...] = ()
    _shown: tuple[LineChart, ...] = ()
    _looked = 0.0

    def content(self) -> Sequence[w.Widget]:
        """Run choice, figures, curves, log."""
        self._status = html("", "training-status")
        self._figures = html("")
        self._remedies = styled(w.Box(), "row", "remedies")
        self._notices = html("")
        self._buttons = styled(w.Box(), "row", "actions")
        self._log = TrainingLog()
        self._vdl = html("", "log")
        self._browser = RunBrowser(self.state.workspace.path)
        self._verdicts = html("", "verdicts")
        self._epoch_table = html("", "epochs")
        self._charts = styled(w.Box(), "charts")
        self._samples_box = styled(w.Box(), "column")
        self._follow()
        return [
            card(
                "",
                row(self._status, self._buttons, classes=["run-row"]),
                self._browser.widget,
                self._remedies,
                self._verdicts,
                self._figures,
                self._notices,
            ),
            self._charts,
            self._samples_box,
            card(tr("wizard.training.table"), self._epoch_table, classes=["epochs-card"]),
            card(tr("wizard.training.log"), self._log.widget, self._vdl),
        ]

    def tick(self, now: float) -> None:
        """Show the events that came since the last call."""
        if self._drain():
            self._show()
        elif self._curves.stale:
            self._curves.draw(self._live.history)
        job = self.run.training
        state = job.state
        if state is not self._state:
            self._browser.turned(self.run.record.name, self._state, state)
            self._state = state
            self._drain()
            self._show()
            self._show_buttons(state)
        if state.active and now - self._looked >= _SECOND:  # time passes without events, too
            self._looked = now
            self._show_now(state)
        for hosted in self._boxes:
            hosted.tick(now)
        self._samples.tick(now)
        self._browser.tick(now)

    def _follow(self) -> None:
        """Begin with the run's first event."""
        self._live = LiveHistory(self.run.folder)
        where = esc(f"visualdl --logdir {RunFolder(self.run.folder).vdl}")
        self._vdl.value = (
            f"<details><summary>VisualDL</summary><p>{esc(tr('wizard.training.vdl'))}</p>"
            f"<pre tabindex=0>{where}</pre></details>"
        )
        planned = self.run.record.params.get("epochs")
        epochs = planned if isinstance(planned, int) else 0
        self._curves = TrainingCharts(len(self.run.record.classes), epochs)
        call = self.frame.event_loop.call
        self._samples = TrainingSamples(self.dataset, self.run, self.do, call)
        replace_children(self._samples_box, self._samples.widget)
        self._state, self._shown = None, ()
        self._live.poll()
        self._draw()  # what was kept is drawn, too, if nothing was reported since
        self._state = self.run.training.state
        self._browser.turned(self.run.record.name, None, self._state)
        self._show()
        self._show_buttons(self._state)

    def _drain(self) -> bool:
        """Take in and draw what was reported since the last look."""
        if not self._live.poll():
            return False
        self._draw()
        return True

    def _draw(self) -> None:
        self._curves.draw(self._live.history)
        self._show_charts()

    def _show_charts(self) -> None:
        """Show charts that have come to have something in them."""
        shown = tuple(self._curves.shown)
        if shown == self._shown:
            return
        hosted = {box.part: box for box in self._boxes if box.part in shown}
        self._boxes = tuple(
            hosted.get(chart) or styled(Hosted(chart), "card", "chart") for chart in shown
        )
        self._shown = shown
        replace_children(self._charts, *self._boxes)

    def _show(self) -> None:
        history, status = self._live.history, self.run.status
        record = self.run.record
        ended = status.state is State.DONE
        said = verdicts(history, record.task, len(record.classes), ended=ended)
        if status.state.active and (full := short_of_room(self.run.folder)) is not None:
            said.insert(0, full)
        self._verdicts.value = "".join(
            alert(one.message.text(), one.severity.value) for one in said
        )
        if status.state.active:
            self._show_now(status.state)
        elif status.error is not None:
            self._status.value = alert(status.error.text())
        else:
            poor = any(one.severity is Severity.WARNING for one in said)
            kind = "info" if status.state is State.STOPPED or poor else "success"
            self._status.value = alert(tr(f"wizard.training.state.{status.state}"), kind)
        self._figures.value = figures(history, self._epochs(), active=status.state.active)
        self._notices.value = "".join(
            alert(n.message.text(), n.severity) for n in history.notices[-3:]
        )
        self._epoch_table.value = epochs_table(history)
        self._samples.show(history)
        self._log.show(history, self.run.training)

    def _show_now(self, state: State) -> None:
        markup = now_markup(self._live.history, state, self._epochs(), time.time())
        if (waits := self.run.training.waiting) is not None:  # for what, and for how long
            markup += alert(waits.message.text(), "info")
        self._status.value = markup

    def _epochs(self) -> int:
        """Epochs that the run is planned for; a resume may have changed them."""
        planned = self.run.record.params.get("epochs")
        return self._live.history.epochs or (planned if isinstance(planned, int) else 0)

    def _show_buttons(self, state: State) -> None:
        self._show_remedies(state)
        if state.active:
            stop = button(tr("wizard.training.stop"), lambda: self.do(self._stop), "danger", "stop")
            first = button(tr("wizard.training.first"), lambda: self.do(self._put_first), "first")
            waits = state is State.QUEUED
            replace_children(self._buttons, stop, *([first] if waits else []))
        elif state in {State.STOPPED, State.INTERRUPTED, State.FAILED}:
            resume = button(tr("wizard.training.resume"), lambda: self.do(self._resume), "resume")
            resume.disabled = not self.run.has_checkpoint
            replace_children(self._buttons, resume)
        else:
            replace_children(self._buttons)

    def _show_remedies(self, state: State) -> None:
        """Show remedies beside the error, one button each."""
        failed = state in {State.FAILED, State.INTERRUPTED}
        offered = [r for r in remedies(self.run.folder) if not r.resume or state is State.FAILED]
        self.has_primary = failed and bool(offered)
        replace_children(
            self._remedies,
            *(self._remedy(r, primary=n == 0) for n, r in enumerate(offered) if failed),
        )

    def _remedy(self, remedy: Remedy, *, primary: bool) -> w.Button:
        kind = ["primary"] if primary else []
        return button(
            remedy.label.text(), lambda: self.do(lambda: self._apply(remedy)), "remedy", *kind
        )

    def _apply(self, remedy: Remedy) -> None:
        for child in self._remedies.children:
            child.disabled = True
        if remedy.resume:
            self._resume()
        else:
            record = self.run.record
            again = new_training(record, remedy)
            job = self.state.workspace.train(record.dataset, record.model, wait=False, **again)
            run = job.run
            self.state.choose_run(run)
            self._follow()

    def _put_first(self) -> None:
        self.run.training.run_next()
        self._show()

    def _stop(self) -> None:
        self.stop_job(self.run.training)
        self._buttons.children[0].disabled = True
        self._buttons.children[0].description = tr("wizard.training.stopping")

    def _resume(self) -> None:
        self.run.resume(wait=False)
        self._state = None

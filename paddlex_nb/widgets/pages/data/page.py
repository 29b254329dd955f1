"""Data: bring in a data set, and see what is right and wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.data.importing.relocation import Relocation
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.jobs.log import kept_report
from paddlex_nb.widgets.app.ambiguous import AmbiguousSource
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import button, card, html, replace_children, styled
from paddlex_nb.widgets.pages.base import Page, job_progress
from paddlex_nb.widgets.pages.data.again import import_as
from paddlex_nb.widgets.pages.data.layouts import rules
from paddlex_nb.widgets.pages.data.question import question
from paddlex_nb.widgets.pages.data.recognised import Choice, choices_of
from paddlex_nb.widgets.pages.data.sets import DatasetList
from paddlex_nb.widgets.pages.data.summary import Summary
from paddlex_nb.widgets.pages.data.ways import BUSY, WaysToImport


class DataPage(Page):
    """The page of the first step: import, check, describe a data set."""

    step = Step.DATA

    def content(self) -> Sequence[w.Widget]:
        """Ways to bring data in, the chosen data set, and all there are."""
        self._chosen = styled(w.Box(), "column")
        self._shown: object = None
        self._summary: Summary | None = None
        self._ways = WaysToImport(self.state, self.do, self._choose)
        self._list = DatasetList(self, self._choose, self._show_chosen)
        self._first = styled(w.Box(), "column", "first")
        self._show_chosen()
        return [self._first, self._list.widget, rules()]

    def tick(self, now: float) -> None:
        """Follow an import."""
        self._ways.tick(now)
        self._list.tick(now)
        dataset = self.state.dataset
        try:
            if self._summary is not None:
                self._summary.tick(now)
            self._follow(dataset)
        except UserError:
            self.state.refresh()  # forgets the data set if it has just been deleted
            if dataset is None or self.state.dataset == dataset:
                raise

    def _follow(self, dataset: Dataset | None) -> None:
        job = dataset.last_job("import") if dataset else None
        if dataset is None or job is None or dataset.record.ready:
            if self._shown != self._key():
                self._no_longer_busy()
                self._show_chosen()
                self._list.look()
                self._list.mark_open()
        elif job.status.state.active:
            if self._shown != self._key():
                self._show_chosen()
            self._progress.value = job_progress(job)
        elif job.status.state is not State.DONE:
            self._failed(dataset, job)

    def _failed(self, dataset: Dataset, job: Job) -> None:
        """Say why an import ended, or ask what the folder is."""
        # nothing of the user's is in it, so a failed import leaves nothing behind
        record, failure = dataset.record, job.status.error
        error = kept_report(failure) if failure else None
        if job.status.state is State.INTERRUPTED:  # which import it was, and what to do about it
            values = {"name": record.name, "path": record.source}
            error = Message("workspace.import_interrupted", values)
        self.state.choose_dataset(None)
        dataset.delete()
        if not (error and choices_of(error)):
            self._go_back()
        if error and choices_of(error):
            self._no_longer_busy()
            self.state.ambiguous = AmbiguousSource(record, error)
        else:
            self.complain(_on_this_page(error) if error else Message("wizard.data.stopped"))
        self._show_chosen()

    def _go_back(self) -> None:
        """Open the data set again that was open before an import that came to nothing."""
        former = self.state.before_import
        if former is not None and former.folder.exists():
            self.state.choose_dataset(former)

    def _no_longer_busy(self) -> None:
        """An import has ended: that one is under way is no longer so."""
        if (
            self.notice is not None
            and isinstance(self.notice[0], Message)
            and self.notice[0].key == BUSY
        ):
            self.settle()

    def _question(self, ambiguous: AmbiguousSource) -> w.Widget:
        """What a folder is that could be several things; an answer imports it so."""

        def drop() -> None:
            self.state.ambiguous = None
            self._go_back()
            self._show_chosen()

        def read_as(choice: Choice) -> None:
            # of an import that asks what it was to be, the record does not know tiles yet
            tiles = self._ways.tiles
            self._choose(import_as(self.state, ambiguous.record, choice, **tiles))

        return question(ambiguous, self.do, read_as, drop)

    def _choose(self, dataset: Dataset) -> None:
        opened = self.state.dataset
        if opened is not None and opened.folder.exists() and opened.record.ready:
            self.state.before_import = opened
        self.state.choose_dataset(dataset)
        self._show_chosen()
        self._list.look()
        self._list.mark_open()

    def _key(self) -> object:
        dataset = self.state.dataset
        return (dataset.id, dataset.record.ready) if dataset else None

    def _show_chosen(self) -> None:
        self._shown = self._key()
        self._summary = None
        dataset = self.state.dataset
        self.has_primary = dataset is None
        self._ways.fill_button(filled=dataset is None)
        # who has imported wants to see what came of it, who has not, how to
        order = (self._chosen, self._ways.widget)
        empty = dataset is None and self.state.ambiguous is None
        self._first.children = order[::-1] if empty else order
        if dataset is None:
            ambiguous = self.state.ambiguous
            replace_children(self._chosen, *([self._question(ambiguous)] if ambiguous else []))
        elif not dataset.record.ready:
            self._progress = html("")
            stop = button(tr("wizard.stop"), lambda: self.do(self._stop_import), "danger", "stop")
            replace_children(
                self._chosen,
                card(tr("wizard.data.importing", name=dataset.record.name), self._progress, stop),
            )
        else:
            changed = partial(self._changed, dataset)
            self._summary = Summary(self, dataset, changed, self._moved, self._choose)
            replace_children(self._chosen, self._summary.widget)

    def _stop_import(self) -> None:
        if self.state.dataset and (job := self.state.dataset.last_job("import")):
            self.stop_job(job)

    def _changed(self, dataset: Dataset) -> None:
        """A fix was made or taken back: other pages have to count anew."""
        self.state.refresh()
        self._show_chosen()
        self._list.changed([dataset])

    def _moved(self, relocation: Relocation) -> None:
        """The folder is found again: everything is looked at there."""
        self.state.moved = ""
        self._changed(self.dataset)
        self.tell(" ".join(message.text() for message in relocation.messages))


def _on_this_page(error: Message) -> Message:
    """Why an import failed, without the layouts, which the page itself shows."""
    if error.key == "data.nothing_recognised":
        return Message("wizard.data.nothing_recognised", error.values)
    return error

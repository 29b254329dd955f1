"""Data: bring in a data set, and see what is right and wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.relocate import Relocation
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import State
from paddlex_nb.jobs.log import kept_report
from paddlex_nb.widgets.app.ambiguous import AmbiguousSource
from paddlex_nb.widgets.app.path_picker import ARCHIVES, PathPicker
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import (
    button,
    card,
    column,
    esc,
    html,
    replace_children,
    row,
    styled,
    text,
)
from paddlex_nb.widgets.pages.base import Page, alert, job_progress
from paddlex_nb.widgets.pages.data.again import import_again, import_in_tiles
from paddlex_nb.widgets.pages.data.classes import ClassEditor
from paddlex_nb.widgets.pages.data.export import WriteDataset
from paddlex_nb.widgets.pages.data.findings import FindingsPanel
from paddlex_nb.widgets.pages.data.layouts import rules
from paddlex_nb.widgets.pages.data.moved_source import MovedSource
from paddlex_nb.widgets.pages.data.question import question
from paddlex_nb.widgets.pages.data.recognised import (
    Choice,
    choices_of,
    reading_label,
    recognised_lines,
)
from paddlex_nb.widgets.pages.data.statistics import Statistics
from paddlex_nb.widgets.pages.data.update import UpdateDataset
from paddlex_nb.widgets.pages.data.upload import UploadBox
from paddlex_nb.widgets.pages.tiling import IMPORT, TilingFields, tile_size

_BUSY = "wizard.data.busy"


class DataPage(Page):
    """The page of the first step: import, check, describe a data set."""

    step = Step.DATA

    def content(self) -> Sequence[w.Widget]:
        """Ways to bring data in, the data sets there are, and the chosen one."""
        self._chosen = styled(w.Box(), "column")
        self._list = styled(w.Box(), "column")
        self._shown: object = None
        self._findings: FindingsPanel | None = None
        self._ticks: list[Callable[[], None]] = []
        ways = self._ways()
        self._show_list()
        self._show_chosen()
        return [ways, self._chosen, self._list, rules()]

    def tick(self, now: float) -> None:
        """Follow an import."""
        if self._findings is not None:
            self._findings.tick(now)
        for tick in self._ticks:
            tick()
        dataset = self.state.dataset
        job = dataset.last_job("import") if dataset else None
        if dataset is None or job is None or dataset.record.ready:
            if self._shown != self._key():
                self._no_longer_busy()
                self._show_chosen()
                self._show_list()
            return
        status = job.status
        if status.state.active:
            if self._shown != self._key():
                self._show_chosen()
            self._progress.value = job_progress(job)
        elif status.state is not State.DONE:
            # nothing of the user's is in it, so a failed import leaves nothing behind
            record = dataset.record
            error = kept_report(status.error) if status.error else None
            self.state.choose_dataset(None)
            dataset.delete()
            if error and choices_of(error):
                self._no_longer_busy()
                self.state.ambiguous = AmbiguousSource(record, error)
            else:
                self.complain(error or Message("wizard.data.stopped"))
            self._show_chosen()

    def _ways(self) -> w.Widget:
        self._chips = {task: self._task_chip(task) for task in (None, *Task)}
        self._mark_task()
        label = html(f"<h4>{esc(tr('wizard.data.task'))}</h4>")
        tasks = row(label, *self._chips.values(), classes=["chips"])
        use = tr("wizard.data.sample.use")
        self._sample = button(use, lambda: self.do(self._use_sample), "sample")
        sample = column(
            html(f"<h4>{esc(tr('wizard.data.sample'))}</h4>"),
            text(tr("wizard.data.sample.help"), "muted"),
            self._sample,
            classes=["way"],
        )
        self._path = PathPicker(self.state, self.do, self._import)
        folder = column(
            html(f"<h4>{esc(tr('wizard.data.path'))}</h4>"),
            text(tr("wizard.data.path.help"), "muted"),
            self._path.widget,
            classes=["way", "way-wide"],
        )
        upload = column(
            html(f"<h4>{esc(tr('wizard.data.upload'))}</h4>"),
            text(tr("wizard.data.upload.help"), "muted"),
            UploadBox(
                self.state.workspace,
                self.do,
                lambda files: self._import(*files[0]),
                accept=(*ARCHIVES, ".gz"),
            ).widget,
            classes=["way"],
        )
        typed = partial(self.state.set_trait, "tiling")
        self._tiling = TilingFields("import", IMPORT, self.state.tiling, typed)
        ways = row(sample, upload, folder, classes=["ways"])
        return card("", tasks, ways, self._tiling.widget)

    def _task_chip(self, task: Task | None) -> w.Button:
        def choose() -> None:
            self.state.task = task
            self._mark_task()

        name = task.value if task else "any"
        label = tr(f"data.task.{task}") if task else tr("wizard.data.task.any")
        tooltip = tr(f"wizard.data.task.{name}.help")
        return button(label, lambda: self.do(choose), "chip", f"chip-{name}", tooltip=tooltip)

    def _mark_task(self) -> None:
        for task, chip in self._chips.items():
            (chip.add_class if task is self.state.task else chip.remove_class)("pxnb-chip-on")

    def _use_sample(self) -> None:
        task = self.state.task or Task.CLASSIFICATION
        self._choose(self.state.workspace.import_sample(task, wait=False).dataset)

    def _import(self, path: Path, name: str | None = None) -> None:
        busy = self.state.dataset
        if busy is not None and not busy.record.ready:
            raise UserError(_BUSY)
        tiles = self._tiling.options
        job = self.state.workspace.import_dataset(
            path, task=self.state.task, name=name, wait=False, **tiles
        )
        self._choose(job.dataset)

    def _no_longer_busy(self) -> None:
        """An import has ended: that one is under way is no longer so."""
        if (
            self.notice is not None
            and isinstance(self.notice[0], Message)
            and self.notice[0].key == _BUSY
        ):
            self.settle()

    def _reread(self, encoding: str) -> None:
        """Import the chosen data set once more; runs of the other one keep what they know."""
        self._choose(import_again(self.state, self.dataset.record, encoding=encoding))

    def _in_tiles(self, size: str) -> None:
        """Likewise, in tiles."""
        self._choose(import_in_tiles(self.state, self.dataset.record, tile_size(size)))

    def _question(self, ambiguous: AmbiguousSource) -> w.Widget:
        """What a folder is that could be several things; an answer imports it so."""

        def drop() -> None:
            self.state.ambiguous = None
            self._show_chosen()

        answer = partial(self._import_as, ambiguous.record)
        return question(ambiguous, self.do, answer, drop)

    def _import_as(self, record: DatasetRecord, choice: Choice) -> None:
        """Import a source as what the user says that it is."""
        task, name = choice
        # of an import that asks what it was to be, the record does not know tiles yet
        tiles = {} if record.ready else self._tiling.options
        if task is Task.CLASSIFICATION:
            tiles = {"tile": None}
        again = import_again(self.state, record, task=task, format=name, **tiles)
        self._choose(again)

    def _other_readings(self, dataset: Dataset) -> list[w.Widget]:
        """Buttons that import the same source as what else it could be."""
        record = dataset.record

        def read_as(choice: Choice) -> Callable[[], None]:
            return lambda: self.do(lambda: self._import_as(record, choice))

        return [
            button(
                tr("wizard.data.read_as", reading=reading_label(other.task, other.format)),
                read_as((other.task, other.format)),
                "chip",
            )
            for other in record.others
        ]

    def _choose(self, dataset: Dataset) -> None:
        self.state.choose_dataset(dataset)
        self._show_chosen()
        self._show_list()

    def _key(self) -> object:
        dataset = self.state.dataset
        return (dataset.id, dataset.record.ready) if dataset else None

    def _show_chosen(self) -> None:
        self._shown = self._key()
        self._findings, self._ticks = None, []
        dataset = self.state.dataset
        self.has_primary = dataset is None
        (self._sample.add_class if dataset is None else self._sample.remove_class)("pxnb-primary")
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
            replace_children(self._chosen, self._summary(dataset))

    def _stop_import(self) -> None:
        if self.state.dataset and (job := self.state.dataset.last_job("import")):
            self.stop_job(job)

    def _summary(self, dataset: Dataset) -> w.Widget:
        record = dataset.record
        self._findings = FindingsPanel(
            dataset,
            self.do,
            self.frame.event_loop.call,
            self._changed,
            lambda: self.state.goto(Step.SPLIT),
            self._reread,
            self._in_tiles,
        )
        writing = WriteDataset(dataset, self.do, self.state)
        updating = UpdateDataset(dataset, self.state, self.do, self._changed, self._moved)
        lost = dataset.away() is not None
        moved = [MovedSource(dataset, self.state, self.do, self._moved).widget] if lost else []
        self._ticks = [writing.tick, updating.tick]
        return card(
            record.name,
            *moved,
            recognised_lines(dataset),
            row(*self._other_readings(dataset), classes=["chips"]),
            html(_figures(record, self._findings.settled)),
            self._findings.widget,
            Statistics(dataset, self.do).widget,
            ClassEditor(dataset, self.do, self._changed).widget,
            writing.widget,
            updating.widget,
            classes=["chosen"],
        )

    def _changed(self) -> None:
        """A fix was made or taken back: other pages have to count anew."""
        self.state.refresh()
        self._show_chosen()
        self._show_list()

    def _moved(self, relocation: Relocation) -> None:
        """The folder is found again: everything is looked at there."""
        self.state.moved = ""
        self._changed()
        self.tell(" ".join(message.text() for message in relocation.messages))

    def _show_list(self) -> None:
        others = [d for d in self.state.workspace.datasets() if d.record.ready]
        ended = [u for u in self.state.workspace.unfinished() if not u.active]
        messages = [d.message for d in self.state.workspace.damaged()]
        messages += [u.message for u in ended]
        damaged = [html(alert(message.text(), "warning")) for message in messages]
        if not others or others == [self.state.dataset]:
            replace_children(self._list, *damaged)
            return
        rows = [self._list_row(dataset) for dataset in others[:30]]
        replace_children(self._list, *damaged, card(tr("wizard.data.in_workspace"), *rows))

    def _list_row(self, dataset: Dataset) -> w.Widget:
        record = dataset.record
        facts = tr(
            "wizard.data.facts",
            task=tr(f"data.task.{record.task}"),
            images=f"{record.images:,}",
            classes=len(record.classes),
        )
        here = dataset == self.state.dataset
        label = html(
            f"<p><b>{esc(record.name)}</b> <span class=pxnb-muted>{esc(facts)}</span></p>", "grow"
        )
        open_ = button(
            tr("wizard.data.open"),
            lambda: self.do(lambda: self._choose(dataset)),
            "quiet",
            disabled=here,
        )
        return row(label, open_, classes=["list-row"])


def _figures(record: DatasetRecord, settled: Mapping[Severity, int]) -> str:
    """Markup of how much there is; findings that are dealt with count apart."""
    grave = (Severity.ERROR, Severity.WARNING)
    errors, warnings = (record.findings.get(s.value, 0) - settled.get(s, 0) for s in grave)
    figures = [
        (record.images, "images"),
        (len(record.classes), "classes"),
        (errors, "errors"),
        (warnings, "warnings"),
    ]
    if fixed := sum(settled.get(s, 0) for s in grave):
        figures.append((fixed, "fixed"))
    tiles = "".join(
        f'<div class="pxnb-figure"><b>{value:,}</b>'
        f"<span>{esc(tr(f'wizard.data.{name}', n=value))}</span></div>"
        for value, name in figures
    )
    return f'<div class="pxnb-figures">{tiles}</div>'

"""Publish: the model in a form that other programs can use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.i18n import tr
from paddlex_nb.export.describe import README, SAMPLE
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.run import Run
from paddlex_nb.script import command_lines, python_script
from paddlex_nb.widgets.app.steps import Step
from paddlex_nb.widgets.app.toolkit import button, card, column, esc, html, row, text
from paddlex_nb.widgets.pages.base import Page, alert, job_progress
from paddlex_nb.widgets.pages.publish.save_model import SaveModel
from paddlex_nb.widgets.pages.result_origin import REFRESH, origin_notes

TARGETS = ("inference", "onnx")


class PublishPage(Page):
    """One card a target, and the whole road as code."""

    step = Step.PUBLISH
    has_primary = True

    def content(self) -> Sequence[w.Widget]:
        """The targets, and the code."""
        self._possible = model(self.run.record.model).exports
        self._slots = {target: html("", "export-result") for target in TARGETS}
        self._buttons = {target: self._button(target) for target in TARGETS}
        self._ended: dict[str, str] = {}
        self._looked = 0.0
        self._show_all()
        return [
            row(
                *(self._target(target) for target in TARGETS),
                SaveModel(self.run, self.state.workspace, self.do).widget,
                classes=["targets"],
            ),
            card(tr("wizard.publish.code"), html(self._code())),
        ]

    def tick(self, now: float) -> None:
        """Follow exports that are under way, and whether others have become stale."""
        if now - self._looked >= REFRESH:
            self._looked = now
            self._ended.clear()
        self._show_all()

    def _button(self, target: str) -> w.Button:
        return button(
            tr("wizard.publish.start"),
            lambda: self.do(lambda: self._export(target)),
            f"export-{target}",
            disabled=target not in self._possible,
        )

    def _target(self, target: str) -> w.Widget:
        return card(
            tr(f"wizard.publish.{target}"),
            text(tr(f"wizard.publish.{target}.help"), "muted"),
            column(self._slots[target], classes=["grow"]),
            row(self._buttons[target]),
            classes=["target"],
        )

    def _export(self, target: str) -> None:
        self.run.export(target, wait=False)
        self._ended.pop(target, None)

    def _show_all(self) -> None:
        """Show how each target stands; the filled button is that of the first still to be had."""
        jobs = {target: self._last(target) for target in TARGETS}
        for target, job in jobs.items():
            self._show(target, job)
        exported = {t for t, job in jobs.items() if job is not None and job.state is State.DONE}
        first = next((t for t in TARGETS if t in self._possible and t not in exported), None)
        for target, item in self._buttons.items():
            (item.add_class if target == first else item.remove_class)("pxnb-primary")

    def _show(self, target: str, job: Job | None) -> None:
        if target not in self._possible:
            text = tr("wizard.publish.impossible", model=self.run.record.model)
            self._slots[target].value = alert(text, "info")
            return
        if job is None:
            self._slots[target].value = f"<p class=pxnb-muted>{esc(tr('wizard.publish.empty'))}</p>"
            return
        if self._ended.get(target) == job.folder.name:
            return
        status = job.status
        self._buttons[target].disabled = status.state.active
        if status.state.active:
            self._slots[target].value = job_progress(job)
            return
        self._ended[target] = job.folder.name
        if status.state is State.DONE:
            self._slots[target].value = _result(self.run, status.result)
        elif status.error is not None:
            self._slots[target].value = alert(status.error.text())

    def _last(self, target: str) -> Job | None:
        jobs = reversed(self.run.jobs("export"))
        return next((j for j in jobs if j.spec.arguments.get("to") == target), None)

    def _code(self) -> str:
        parts = {"Python": python_script(self.run), "Shell": command_lines(self.run)}
        return "".join(
            f"<details><summary>{name}</summary><pre tabindex=0>{esc(code)}</pre></details>"
            for name, code in parts.items()
        )


def _result(run: Run, result: dict[str, Any]) -> str:
    facts = [
        (tr("wizard.publish.parity"), f"{result['parity']:.1e}"),
        (tr("wizard.publish.latency"), f"{result['latency_ms']:.1f} ms"),
        (tr("wizard.publish.size"), f"{result['size_bytes'] / 1e6:.1f} MB"),
        (tr("wizard.publish.files"), ", ".join(Path(f).name for f in result["files"])),
    ]
    rows = "".join(
        f"<div><span>{esc(label)}</span><b>{esc(value)}</b></div>" for label, value in facts
    )
    where = f"<p class=pxnb-path>{esc(result['out'])}</p>"
    then = f"<p>{esc(tr('wizard.publish.then', script=SAMPLE, readme=README))}</p>"
    return f'<div class="pxnb-facts">{rows}</div>{where}{then}{origin_notes(run, result)}'

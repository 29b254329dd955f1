"""Try it: what the model finds in images from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.decode import EXTENSIONS
from paddlex_nb.data.images.tiles import OVERLAP
from paddlex_nb.evaluation.threshold import score_threshold, with_unsure
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.results.predictions import Predictions
from paddlex_nb.widgets.app.path_picker import PathPicker
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
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.pages.base import Page, job_progress
from paddlex_nb.widgets.pages.data.upload import UploadBox
from paddlex_nb.widgets.pages.file_buttons import FileButton, FileButtons
from paddlex_nb.widgets.pages.predict.images import Predicted
from paddlex_nb.widgets.pages.tiling import TilingFields
from paddlex_nb.widgets.parts import Hosted, ImageGrid


class PredictPage(Page):
    """Images that are uploaded, one by its path, or a folder; and what was found in them."""

    step = Step.PREDICT

    def content(self) -> Sequence[w.Widget]:
        """Ways to choose images, and the newest predictions."""
        extensions = tuple(EXTENSIONS)
        self._upload = UploadBox(
            self.state.workspace, self.do, self._uploaded, accept=extensions, multiple=True
        )
        upload = column(
            html(f"<h4>{esc(tr('wizard.predict.upload'))}</h4>"),
            text(tr("wizard.predict.upload.help"), "muted"),
            self._upload.widget,
            classes=["way"],
        )
        picker = PathPicker(
            self.state,
            self.do,
            lambda path: self._predict([path]),
            files=extensions,
            trait="images",
            action=tr("wizard.predict.start"),
        )
        folder = column(
            html(f"<h4>{esc(tr('wizard.predict.path'))}</h4>"),
            text(tr("wizard.predict.path.help"), "muted"),
            picker.widget,
            classes=["way", "way-wide"],
        )
        self._tiling: TilingFields | None = None
        options: list[w.Widget] = []
        if self.run.record.task is not Task.CLASSIFICATION:
            typed = partial(self.state.set_trait, "predict_tiling")
            trained = self.run.record.tiles
            usual = {
                "tile": trained.size if trained else 0,
                "tile_overlap": trained.overlap if trained else OVERLAP,
            }
            self._tiling = TilingFields("predict", usual, self.state.predict_tiling, typed)
            options = [self._tiling.widget]
        self._progress = html("")
        self._stop = button(tr("wizard.stop"), lambda: self.do(self._stop_job), "danger", "stop")
        self._result = styled(w.Box(), "column", "results")
        self._hosted: Hosted | None = None
        self._following: Job | None = None
        self._show(self.run.last_job("predict"))
        under_way = row(column(self._progress, classes=["grow"]), self._stop)
        ways = row(upload, folder, classes=["ways"])
        return [card("", ways, *options, under_way), self._result]

    def tick(self, now: float) -> None:
        """Follow a prediction that is under way."""
        self._upload.widget.tick(now)
        if self._hosted is not None:
            self._hosted.tick(now)
        if self._following is not None:
            self._show(self._following)

    def _uploaded(self, files: list[tuple[Path, str]]) -> None:
        self._predict([path for path, _ in files])

    def _predict(self, paths: list[Path]) -> None:
        tiles = self._tiling.options if self._tiling is not None else {}
        self._show(self.run.predict(paths, wait=False, **tiles))

    def _stop_job(self) -> None:
        if self._following is not None:
            self.stop_job(self._following)

    def _show(self, job: Job | None) -> None:
        """Show how far a job is, or what came of it."""
        status = job.status if job is not None else None
        active = status is not None and status.state.active
        self._stop.layout.display = "" if active else "none"
        self._progress.value = job_progress(job) if job is not None and active else ""
        followed, self._following = self._following, job if active else None
        if active:
            return
        if job is not None and status is not None and status.state is State.DONE:
            self._draw(job, status.result)
            return
        if followed is not None and status is not None and status.error is not None:
            self.complain(status.error)
        if self._hosted is None:
            replace_children(self._result, card("", text(tr("wizard.predict.empty"), "empty")))

    def _draw(self, job: Job, result: dict[str, Any]) -> None:
        classes, task = [str(name) for name in result["classes"]], self.run.record.task
        # a result of an earlier version says no threshold and holds all objects
        least = result.get("threshold", score_threshold(self.run.record))
        everything = with_unsure(job.folder, result["predictions"])
        predicted = Predicted(everything, classes, self.state.dataset)
        titles = [tr("wizard.evaluation.truth")] if predicted.known else []
        grid = ImageGrid(
            predicted,
            classes,
            titles=[*titles, tr("wizard.evaluation.prediction")],
            beside=predicted.known and task is not Task.CLASSIFICATION,
            scored=task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION},
            threshold=least or 0.0,
            uncoloured=uncoloured(task, classes),
            large=True,
            executor=self.frame.event_loop.call,
        )
        self._hosted = styled(Hosted(grid), "grid-box")
        text = tr("wizard.predict.found", images=f"{result['images']:,}")
        if result["failed"]:
            text += " " + tr("wizard.predict.failed", failed=f"{result['failed']:,}")
        if result.get("tile") is not None:
            overlap = f"{result['tile_overlap']:.0%}"
            text += " " + tr("cli.predict.tiles", size=result["tile"], overlap=overlap)
        if least is not None:
            text += " " + tr("wizard.predict.threshold", threshold=f"{least:.2f}")
        if (empty := _nothing_found(result)) is not None:
            text += " " + empty.text()
        label = tr("wizard.predict.save")
        save = FileButtons(FileButton("save", label, lambda: self._saved(job, result)), do=self.do)
        where = html(f"<p class=pxnb-path>{esc(JobFolder(job.folder).predictions)}</p>")
        replace_children(self._result, card(text, self._hosted, where, save.widget))

    def _saved(self, job: Job, result: dict[str, Any]) -> Path:
        """Write the predictions as files for other programs, in an archive; once for each job."""
        exports = RunFolder(self.run.folder).workspace.exports
        out = exports / f"{self.run.id}-{job.folder.name}.zip"
        return out if out.exists() else Predictions.from_dict(result).save(out)


def _nothing_found(result: dict[str, Any]) -> Message | None:
    """How many images have no object above the threshold, and how near the best one came."""
    empty = [one for one in result["predictions"] if one.get("objects") == []]
    if not empty:
        return None
    best = max((one.get("best_below") or 0.0 for one in empty), default=0.0)
    values = {"count": len(empty), "threshold": f"{result.get('threshold') or 0:.2f}"}
    if not best:
        return Message("wizard.predict.nothing", values)
    return Message("wizard.predict.nothing_above", {**values, "best": f"{best:.2f}"})

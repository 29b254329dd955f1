"""Sample predictions on a few validation images, epoch by epoch, as the training goes."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.view import DatasetView
from paddlex_nb.dataset import Dataset
from paddlex_nb.evaluation.threshold import score_threshold
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.runs.history import History
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import card, esc, html, replace_children, row, styled
from paddlex_nb.widgets.images.differences import KINDS
from paddlex_nb.widgets.images.layers import uncoloured
from paddlex_nb.widgets.images.sample_images import SampleImages
from paddlex_nb.widgets.parts import Hosted, ImageGrid

DIFFERENCE, BOTH = "difference", "both"

_SIDE = 200
"""Of a picture, in pixels."""


class TrainingSamples:
    """Predictions beside the truth, or where they differ; the newest epoch unless one is chosen.

    Args:
        dataset: The run's data set.
        run: The run.
        do: Has work done on the event loop.
        executor: Runs what provides pictures.

    Attributes:
        widget: What to show; empty where a run has no samples.
    """

    def __init__(
        self,
        dataset: Dataset,
        run: Run,
        do: Callable[[Call], None],
        executor: Callable[[Call], None],
    ) -> None:
        self._dataset, self._run, self._executor = dataset, run, executor
        self._task = run.record.task
        self._view: DatasetView | None = None
        self._hosted: Hosted | None = None
        self._known: tuple[int, ...] = ()
        self._seen = -1
        self._drawn = 0
        self._epoch = styled(
            w.SelectionSlider(
                options=[0],
                description=tr("wizard.training.table.epoch"),
                continuous_update=False,
            ),
            "slider",
            "samples-epoch",
        )
        shown = [(tr(f"wizard.training.samples.{name}"), name) for name in (DIFFERENCE, BOTH)]
        self._shown = styled(
            w.Dropdown(options=shown, description=tr("wizard.evaluation.show")), "field"
        )
        self._note = html("")
        self._place = styled(w.Box(), "grid-box")
        choices = [] if self._task is Task.CLASSIFICATION else [self._shown]
        self._card = card(
            tr("wizard.training.samples"),
            row(self._epoch, *choices, classes=["filters"]),
            self._note,
            self._place,
            classes=["samples"],
        )
        self.widget = styled(w.Box(), "column")
        self._epoch.observe(lambda _: do(self._draw), "value")
        self._shown.observe(lambda _: do(self._choose), "value")

    def tick(self, now: float) -> None:
        """Let the pictures be drawn."""
        if self._hosted is not None:
            self._hosted.tick(now)

    def show(self, history: History) -> None:
        """Look whether there are predictions of further epochs; only after one has ended."""
        if (epoch := history.epoch) == self._seen:
            return
        self._seen = epoch
        kept = RunFolder(self._run.folder).sample_epochs
        epochs = tuple(one for one in kept if one <= epoch)
        if not epochs or epochs == self._known:
            return
        last = not self._known or self._epoch.value == self._known[-1]
        self._known, chosen = epochs, self._epoch.value
        value = epochs[-1] if last or chosen not in epochs else chosen
        self._epoch.options = epochs  # which chooses the first
        self._epoch.value = value
        self._draw()
        if not self.widget.children:
            replace_children(self.widget, self._card)

    def _choose(self) -> None:
        self._hosted = None
        self._draw()

    def _draw(self) -> None:
        """Show the chosen epoch, unless it is shown."""
        if self._epoch.value == self._drawn and self._hosted is not None:
            return
        self._drawn = self._epoch.value
        differing = self._task is not Task.CLASSIFICATION and self._shown.value == DIFFERENCE
        try:
            if self._view is None:
                self._view = DatasetView(self._dataset.folder, "val", divided=self._run.folder)
            images = SampleImages(
                self._dataset, self._run, self._view, self._epoch.value, differing=differing
            )
        except UserError as error:
            self._note.value = f"<p class=pxnb-muted>{esc(error)}</p>"
            return
        self._note.value = ""
        if self._hosted is not None and isinstance(self._hosted.part, ImageGrid):
            self._hosted.part.pictures = images  # the same images: the window stays where it is
            self._hosted.part.renew()
            return
        self._hosted = styled(Hosted(self._grid(images, differing=differing)), "grid-box")
        replace_children(self._place, self._hosted)

    def _grid(self, images: SampleImages, *, differing: bool) -> ImageGrid:
        classes = list(self._run.record.classes)
        return ImageGrid(
            images,
            [tr(f"wizard.training.samples.{kind}") for kind in KINDS] if differing else classes,
            titles=[]
            if differing
            else [tr(f"wizard.evaluation.{name}") for name in ("truth", "prediction")],
            beside=not differing and self._task is not Task.CLASSIFICATION,
            scored=not differing and self._task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION},
            threshold=0.0 if differing else self._threshold,
            uncoloured=[] if differing else uncoloured(self._task, classes),
            side=_SIDE,
            executor=self._executor,
        )

    @property
    def _threshold(self) -> float:
        return score_threshold(self._run.record) or 0.0

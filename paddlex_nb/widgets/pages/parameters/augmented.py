"""What the model will see: training images after the random changes that the parameters ask for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import ipywidgets as w

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.planning.plan import Plan
from paddlex_nb.training.augmented import AugmentedImage, Augmenting
from paddlex_nb.widgets.app.toolkit import button, card, esc, html, row, styled
from paddlex_nb.widgets.images.layers import mask_png, object_shapes, uncoloured
from paddlex_nb.widgets.pages.base import alert
from paddlex_nb.widgets.parts import Hosted, ImageGrid, Layer, Pictures, Tile
from paddlex_nb.widgets.parts.base import Executor

DELAY = 0.5
"""Seconds after a change until pictures are made: more changes may follow."""

_LITTLE = 0.005
"""Share of a class that is not worth mentioning."""


class AugmentedCard:
    """A card with a few pictures, made anew whenever the parameters change, once it is opened.

    Nothing here waits: pictures are made by another process, and `tick` looks whether it has ended.

    Args:
        dataset: The data set.
        do: Has a click's work done.
        executor: Runs the grid's providers.

    Attributes:
        widget: The card.
    """

    def __init__(
        self, dataset: Dataset, do: Callable[[Callable[[], None]], None], executor: Executor
    ) -> None:
        self._dataset = dataset
        self._classes = dataset.classes
        self._plan: Plan | None = None
        self._epoch = 0
        self._due: float | None = None
        self._making: Augmenting | None = None
        self._images: list[AugmentedImage] = []
        self._grid = ImageGrid(
            _Augmented([], self._classes),
            self._classes,
            uncoloured=uncoloured(dataset.record.task, self._classes),
            executor=executor,
        )
        self._hosted = styled(Hosted(self._grid), "grid-box")
        self._hosted.layout.display = "none"
        self._status = html("", "augmented-status")
        self._more = button(tr("wizard.augmented.show"), lambda: do(self._next), "augmented-more")
        self.widget: w.Widget = card(
            tr("wizard.augmented"),
            html(f"<p class=pxnb-muted>{esc(tr('wizard.augmented.intro'))}</p>"),
            row(self._more, self._status, classes=["start-row"]),
            self._hosted,
            classes=["augmented"],
        )

    def plan(self, planned: Plan | None) -> None:
        """Take note of the parameters; None if they do not fit together."""
        pretends = planned is not None and planned.model.suite == "fake"
        self.widget.layout.display = "none" if pretends else ""
        if planned == self._plan:
            return
        self._plan = None if pretends else planned
        self._more.disabled = self._plan is None
        if self._epoch:
            self._ask(DELAY)

    def tick(self, now: float) -> None:
        """Begin what is due, show what has been made.

        Args:
            now: Of `time.monotonic`.
        """
        if self._epoch:
            self._hosted.tick(now)
        if self._due is not None and now >= self._due:
            self._due = None
            self._attempt(self._begin)
        if self._making is not None and self._making.ended:
            self._attempt(self._show)

    def close(self) -> None:
        """Stop what is being made."""
        if self._making is not None:
            self._making.cancel()
            self._making = None

    def _next(self) -> None:
        """Draw again: the beginning of another epoch."""
        self._epoch += 1
        self._more.description = self._more.tooltip = tr("wizard.augmented.again")
        self._ask(0)

    def _ask(self, delay: float) -> None:
        self.close()
        self._due = None if self._plan is None else time.monotonic() + delay
        self._say(tr("wizard.augmented.wrong" if self._plan is None else "wizard.augmented.making"))

    def _begin(self) -> None:
        if self._plan is not None:
            self._making = Augmenting(self._dataset.folder, self._plan, self._epoch)

    def _show(self) -> None:
        making, self._making = self._making, None
        if making is not None:
            images = making.result()
            self._say("")
            self._hosted.layout.display = ""
            if images != self._images:  # an open picture stays open where nothing has changed
                self._images = images
                self._grid.show(_Augmented(images, self._classes))

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except UserError as error:
            self._hosted.layout.display = "none"
            self._status.value = alert(str(error))

    def _say(self, sentence: str) -> None:
        self._status.value = f'<span class=pxnb-muted role="status">{esc(sentence)}</span>'


class _Augmented(Pictures):
    """A few images as they are; they are small already."""

    def __init__(self, images: list[AugmentedImage], classes: Sequence[str]) -> None:
        self._images, self._classes = images, classes

    @property
    def count(self) -> int:
        return len(self._images)

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        del side
        return [self.picture(index) for index in range(start, stop)]

    def at_hand(self, stop: int, side: int) -> Sequence[Tile]:
        return self.tiles(0, min(stop, self.count), side)

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        del whole
        image = self._images[index]
        size = (image.width, image.height)
        return Tile(image.jpeg, image.name, (_layer(image, self._classes),), size)


def _layer(image: AugmentedImage, classes: Sequence[str]) -> Layer:
    if image.mask:
        return Layer(mask=mask_png(image.mask, classes, max(image.width, image.height)))
    if image.shares:
        return _blend(image.shares)
    outlines = image.polygons or [[] for _ in image.boxes]
    size = (image.width, image.height)
    return Layer(shapes=object_shapes(size, image.class_ids, image.boxes, outlines))


def _blend(shares: Sequence[float]) -> Layer:
    """The classes that an image has most of; smoothing gives a little to all others."""
    order = sorted(range(len(shares)), key=lambda n: -shares[n])
    least = min(shares) + _LITTLE
    mixed = tuple(n for n in order[:2] if shares[n] > least) or (order[0],)
    note = " + ".join(f"{shares[n]:.0%}" for n in mixed) if len(mixed) > 1 else ""
    return Layer(mixed, note=note)

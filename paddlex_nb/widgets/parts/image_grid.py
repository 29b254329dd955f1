"""Annotated thumbnails of any number of pictures, and the pictures behind them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import traitlets

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.parts.base import Executor, Part, StandIn
from paddlex_nb.widgets.parts.grid_messages import correction, described, runs
from paddlex_nb.widgets.parts.pictures import Correction, Pictures, Tile

LARGEST_REQUEST = 120
"""Thumbnails that one request may ask for."""

FIRST = 60
"""Thumbnails that are sent along, if they are at hand: a large window of them."""

SIDE = 160
"""Longest side of thumbnails, in pixels; where they are shown larger the front end asks for twice
as much (``SMALL`` in ``image_grid.ts``)."""

SIDES = (64, 640)
"""Limits of the longest side of thumbnails, in pixels."""

logger = logging.getLogger(__name__)

Corrector = Callable[[Correction], int | None]
"""Makes a correction and has the grid show it; gives the number of an object that was added. A
`UserError` says why it cannot be."""


class ImageGrid(Part):
    """Thumbnails of a data set, as far as they are on the screen, and a viewer for a single one.

    Only what is on the screen is asked for. ``pictures`` are asked through ``executor``; a request
    that nobody waits for any more is dropped before it runs, and its answer is dropped after.

    Args:
        pictures: What to show.
        classes: Class names, by class id; untrusted text.
        executor: Runs the providers; by default at once, in the thread of the request.
        corrector: Makes the corrections that ``corrections`` allows.
        remover: Called when the chosen pictures are to go (the Delete key).
        **traits: Among them ``titles`` (what each layer is called), ``beside`` (show the picture
            once for each layer), ``scored`` (offer a slider for scores), ``threshold`` (hide
            shapes of a smaller score), ``uncoloured`` (classes that are never drawn), ``large``
            (open a lone picture at once), ``selectable`` (let pictures be chosen) and
            ``corrections`` (what the viewer offers to correct).
    """

    executor: Executor

    bundle = "image_grid"
    text_keys = (
        "annotations", "back", "broken_picture", "chosen", "class_of_object", "class_of_picture",
        "classes", "delete_object", "grid_empty", "grid_hint", "grid_hint_choose", "grid_summary",
        "hide_series", "keys", "keys_all", "keys_class", "keys_correct", "keys_objects", "loading",
        "new_box", "next", "opacity", "page_range", "previous", "show_series", "size",
        "threshold", "threshold_hint", "undo", "viewer_hint", "zoom_fit", "zoom_in", "zoom_out",
    )  # fmt: skip

    count = traitlets.Int(0, min=0).tag(sync=True)
    classes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    uncoloured = traitlets.List(traitlets.Int(), help="Classes never drawn.").tag(sync=True)
    hidden = traitlets.List(traitlets.Int(), help="Classes not drawn now.").tag(sync=True)
    annotations = traitlets.Bool(True, help="Whether shapes are drawn.").tag(sync=True)
    titles = traitlets.List(traitlets.Unicode(), help="Name of each layer.").tag(sync=True)
    beside = traitlets.Bool(False, help="Show the picture once for each layer.").tag(sync=True)
    scored = traitlets.Bool(False, help="Offer a slider for scores.").tag(sync=True)
    threshold = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    large = traitlets.Bool(False, help="Open a lone picture at once.").tag(sync=True)
    side = traitlets.Int(112, min=64, max=320, help="Wanted side of a picture.").tag(sync=True)
    selectable = traitlets.Bool(False, help="Whether pictures can be chosen.").tag(sync=True)
    selection = traitlets.List(
        traitlets.Int(), help="Chosen pictures: ascending, the first and the one after the last."
    ).tag(sync=True)
    corrections = traitlets.Enum(
        ["", "class", "objects", "boxes"], "", help="Of pictures, of objects, of their boxes too."
    ).tag(sync=True)
    _first = traitlets.Dict(help="The first thumbnails, until they are there.").tag(sync=True)
    _edition = traitlets.Int(0, help="Counts up when what was sent is out of date.").tag(sync=True)

    def __init__(
        self,
        pictures: Pictures,
        classes: Sequence[str] = (),
        *,
        executor: Executor = lambda work: work(),
        corrector: Corrector | None = None,
        remover: Callable[[], None] | None = None,
        **traits: Any,
    ) -> None:
        self.pictures = pictures
        self.executor = executor
        self.corrector, self.remover = corrector, remover
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        first = _at_hand(pictures, int(traits.get("side", self.side)))
        super().__init__(count=pictures.count, classes=list(classes), _first=first, **traits)
        self.observe(lambda _: self.set_trait("_first", {}), "ready")

    def show(self, pictures: Pictures, classes: Sequence[str] | None = None) -> None:
        """Show other pictures, from the first; none of them is chosen."""
        self.pictures = pictures
        with self._lock:
            self._wanted.clear()
        with self.hold_sync():
            self.count = pictures.count
            self.selection = []
            if classes is not None:
                self.classes = list(classes)
            self._first = _at_hand(pictures, self.side)
            self._edition += 1
        if self.ready:
            self._first = {}

    def refill(self) -> None:
        """The pictures are others now, most of them as before: the window stays where it is."""
        with self._lock:
            self._wanted.clear()
        with self.hold_sync():
            self.count = self.pictures.count
            self.selection = []
        self.renew(moved=True)

    def renew(self, indices: Iterable[int] | None = None, *, moved: bool = False) -> None:
        """Some pictures, or all, are no longer what they were: have them asked for again.

        Args:
            indices: Which ones; all if None.
            moved: Whether others may be in their places.
        """
        self.touch()
        self._first = {}  # a front end that is not there yet must not show what was
        chosen = None if indices is None else list(indices)
        self.send({"kind": "renew", "indices": chosen, "moved": moved})

    @property
    def chosen(self) -> list[tuple[int, int]]:
        """The chosen pictures as runs: the first, and the one after the last."""
        return runs(self.selection, self.count)

    def stand_in(self) -> StandIn:
        """An HTML page of thumbnails with two buttons."""
        from paddlex_nb.widgets.parts.plain_grid import PlainGrid

        return PlainGrid(self)

    def receive(self, message: dict[str, Any]) -> None:
        """Serve the front end: ``load``, ``open``, ``cancel``, ``correct``, ``remove``."""
        match message:
            case {"kind": "load", "request": str(request), "start": int(start), "stop": int(stop),
                  "side": int(side)}:  # fmt: skip
                stop = min(stop, self.count, start + LARGEST_REQUEST)
                wanted = min(max(side, SIDES[0]), SIDES[1])
                if 0 <= start < stop:
                    self._serve(request, lambda: self.pictures.tiles(start, stop, wanted))
            case {"kind": "open", "request": str(request), "index": int(index)}:
                whole = message.get("whole") is True
                if 0 <= index < self.count:
                    self._serve(request, lambda: [self.pictures.picture(index, whole=whole)])
            case {"kind": "cancel", "request": str(request)}:
                with self._lock:
                    self._wanted.discard(request)
            case {"kind": "remove"}:
                if self.chosen and self.remover is not None:
                    self.remover()
            case {"kind": "correct", "request": str(request)}:
                wish = correction(message, self.count, len(self.classes))
                if wish is not None and self.corrector is not None and self.corrections:
                    self.executor(lambda: self._correct(request, wish))

    def _serve(self, request: str, provide: Callable[[], Sequence[Tile]]) -> None:
        with self._lock:
            self._wanted.add(request)

        def work() -> None:
            if request not in self._wanted:
                return
            tiles, problem = attempt(provide)
            with self._lock:
                if request not in self._wanted:
                    return
                self._wanted.discard(request)
            contents, buffers = described(tiles)
            self.send(
                {"kind": "tiles", "request": request, "problem": problem, "tiles": contents},
                buffers=buffers,
            )

        self.executor(work)

    def _correct(self, request: str, wish: Correction) -> None:
        number: int | None = None
        corrector = self.corrector

        def make() -> Sequence[Tile]:
            nonlocal number
            number = corrector(wish) if corrector is not None else None
            return ()

        _, problem = attempt(make)
        self.send({"kind": "corrected", "request": request, "problem": problem, "number": number})

    def __repr__(self) -> str:
        return tr("parts.grid_summary", count=f"{self.count:,}")


def _at_hand(pictures: Pictures, shown: int) -> dict[str, Any]:
    """The first thumbnails for the front end, which shows them at a side of so many pixels."""
    side = SIDE if shown <= SIDE else 2 * SIDE
    contents, buffers = described(attempt(lambda: pictures.at_hand(FIRST, side))[0])
    return {"side": side, "tiles": contents, "buffers": buffers} if contents else {}


def attempt(provide: Callable[[], Sequence[Tile]]) -> tuple[Sequence[Tile], str]:
    """Tiles, or none and a sentence saying why there are none."""
    try:
        return provide(), ""
    except UserError as error:
        return [], str(error)
    except Exception as error:
        logger.exception("A provider of pictures failed")
        return [], tr("parts.provider_failed", reason=f"{type(error).__name__}: {error}")

"""Pages of annotated thumbnails, and the pictures behind them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import traitlets

from paddlex_nb.errors import UserError
from paddlex_nb.i18n import tr
from paddlex_nb.widgets.parts.base import Part, StandIn

LARGEST_PAGE = 100
"""Thumbnails that one request may ask for."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shape:
    """An annotation drawn over a picture.

    Attributes:
        kind: ``box`` with points ``(left, top, right, bottom)``, or ``polygon`` with
            ``(x0, y0, x1, y1, ...)``.
        points: Coordinates from 0 to 1, as shares of the picture's width and height.
        class_id: Index of its class.
        score: How sure the model is, from 0 to 1; None where that is no question.
    """

    kind: Literal["box", "polygon"]
    points: tuple[float, ...]
    class_id: int
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source, the truth or a model, says about a picture.

    Attributes:
        class_ids: The classes of the picture as a whole.
        shapes: What is drawn over it.
        mask: A PNG with transparency, laid over the picture; empty if there is none.
        note: A few words behind the classes, such as a score; untrusted text.
    """

    class_ids: tuple[int, ...] = ()
    shapes: tuple[Shape, ...] = ()
    mask: bytes = b""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture with its annotations.

    Attributes:
        jpeg: An encoded picture that a browser can show; empty if there is none to show.
        caption: Its name; untrusted text.
        layers: What is known about it, in the order of the grid's ``titles``.
    """

    jpeg: bytes
    caption: str
    layers: tuple[Layer, ...] = ()


TileProvider = Callable[[int, int], Sequence[Tile]]
"""Gives the thumbnails from start (included) to stop (excluded)."""

PictureProvider = Callable[[int], Tile]
"""Gives one picture large enough to look into."""

Executor = Callable[[Callable[[], None]], None]
"""Runs a piece of work, at once or elsewhere."""


class ImageGrid(Part):
    """Thumbnails of a data set, a page at a time, with a viewer for the single picture.

    Only what is on the screen is asked for. Providers run through ``executor``; a request that
    nobody waits for any more is dropped before it runs, and its answer is dropped after.

    Args:
        count: Number of pictures.
        tiles: Gives thumbnails.
        picture: Gives one large picture.
        classes: Class names, by class id; untrusted text.
        executor: Runs the providers; by default at once, in the thread of the request.
        **traits: Among them ``titles`` (what each layer is called), ``beside`` (show the picture
            once for each layer), ``scored`` (offer a slider for scores), ``threshold`` (hide
            shapes of a smaller score), ``uncoloured`` (classes that are never drawn) and ``large``
            (open a lone picture at once).
    """

    bundle = "image_grid"
    text_keys = (
        "annotations", "back", "broken_picture", "grid_empty", "grid_hint", "grid_summary",
        "loading", "next", "page_of", "page_range", "previous", "threshold", "threshold_hint",
        "viewer_hint", "zoom_fit", "zoom_in", "zoom_out",
    )  # fmt: skip

    count = traitlets.Int(0, min=0).tag(sync=True)
    classes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    uncoloured = traitlets.List(traitlets.Int(), help="Classes never drawn.").tag(sync=True)
    annotations = traitlets.Bool(True, help="Whether shapes are drawn.").tag(sync=True)
    titles = traitlets.List(traitlets.Unicode(), help="Name of each layer.").tag(sync=True)
    beside = traitlets.Bool(False, help="Show the picture once for each layer.").tag(sync=True)
    scored = traitlets.Bool(False, help="Offer a slider for scores.").tag(sync=True)
    threshold = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    large = traitlets.Bool(False, help="Open a lone picture at once.").tag(sync=True)
    _edition = traitlets.Int(0, help="Counts up when what was sent is out of date.").tag(sync=True)

    def __init__(
        self,
        count: int,
        tiles: TileProvider,
        picture: PictureProvider,
        classes: Sequence[str] = (),
        *,
        executor: Executor = lambda work: work(),
        **traits: Any,
    ) -> None:
        self.tiles = tiles
        self.picture = picture
        self.executor = executor
        self._wanted: set[str] = set()
        self._lock = threading.Lock()
        super().__init__(count=count, classes=list(classes), **traits)

    def show(
        self, count: int, tiles: TileProvider, picture: PictureProvider, classes: Sequence[str]
    ) -> None:
        """Show other pictures, from the first page."""
        self.tiles, self.picture = tiles, picture
        with self._lock:
            self._wanted.clear()
        with self.hold_sync():
            self.count = count
            self.classes = list(classes)
            self._edition += 1

    def stand_in(self) -> StandIn:
        """An HTML page of thumbnails with two buttons."""
        from paddlex_nb.widgets.parts.plain_grid import PlainGrid

        return PlainGrid(self)

    def receive(self, message: dict[str, Any]) -> None:
        """Serve the front end: ``load`` a range, ``open`` a picture, ``cancel`` a request."""
        match message:
            case {"kind": "load", "request": str(request), "start": int(start), "stop": int(stop)}:
                stop = min(stop, self.count, start + LARGEST_PAGE)
                if 0 <= start < stop:
                    self._serve(request, lambda: self.tiles(start, stop))
            case {"kind": "open", "request": str(request), "index": int(index)}:
                if 0 <= index < self.count:
                    self._serve(request, lambda: [self.picture(index)])
            case {"kind": "cancel", "request": str(request)}:
                with self._lock:
                    self._wanted.discard(request)

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
            described, buffers = _described(tiles)
            self.send(
                {"kind": "tiles", "request": request, "problem": problem, "tiles": described},
                buffers=buffers,
            )

        self.executor(work)

    def __repr__(self) -> str:
        return tr("parts.grid_summary", count=f"{self.count:,}")


def attempt(provide: Callable[[], Sequence[Tile]]) -> tuple[Sequence[Tile], str]:
    """Tiles, or none and a sentence saying why there are none."""
    try:
        return provide(), ""
    except UserError as error:
        return [], str(error)
    except Exception as error:
        logger.exception("A provider of pictures failed")
        return [], tr("parts.provider_failed", reason=f"{type(error).__name__}: {error}")


def _described(tiles: Sequence[Tile]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The tiles for the front end, and the buffers whose places they name (-1: none)."""
    buffers: list[bytes] = []

    def place(data: bytes) -> int:
        if not data:
            return -1
        buffers.append(data)
        return len(buffers) - 1

    described = [
        {
            "caption": tile.caption,
            "picture": place(tile.jpeg),
            "layers": [
                {
                    "classes": layer.class_ids,
                    "note": layer.note,
                    "shapes": [_shape(shape) for shape in layer.shapes],
                    "mask": place(layer.mask),
                }
                for layer in tile.layers
            ],
        }
        for tile in tiles
    ]
    return described, buffers


def _shape(shape: Shape) -> dict[str, Any]:
    described: dict[str, Any] = {
        "kind": shape.kind,
        "class": shape.class_id,
        "points": [round(value, 5) for value in shape.points],
    }
    if shape.score is not None:
        described["score"] = round(shape.score, 4)
    return described

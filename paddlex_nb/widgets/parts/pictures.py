"""Pictures with what is known about them, as the grid shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Shape:
    """An annotation drawn over a picture.

    Attributes:
        kind: ``box`` with points ``(left, top, right, bottom)``, or ``polygon`` with
            ``(x0, y0, x1, y1, ...)``.
        points: Coordinates from 0 to 1, as shares of the picture's width and height.
        rings: Of a polygon that has several parts, or holes: the number of corners of each closed
            line, which are one after another in ``points``. What is inside of an odd number of them
            is the object (the even-odd rule). Empty if there is one line only.
        class_id: Index of its class.
        score: How sure the model is, from 0 to 1; None where that is no question.
        number: What a correction calls its object; None where it cannot be corrected.
        faint: Whether it is drawn faintly, since others are looked for.
        note: What else is said of it; untrusted text.
    """

    kind: Literal["box", "polygon"]
    points: tuple[float, ...]
    class_id: int
    score: float | None = None
    number: int | None = None
    faint: bool = False
    rings: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source, the truth or a model, says about a picture.

    Attributes:
        class_ids: The classes of the picture as a whole.
        shapes: What is drawn over it.
        mask: A grey PNG of class numbers, laid over the picture in their colours; `NOTHING` is
            not drawn. Empty if there is none.
        note: A few words behind the classes, such as a score; untrusted text.
    """

    class_ids: tuple[int, ...] = ()
    shapes: tuple[Shape, ...] = ()
    mask: bytes = b""
    note: str = ""


NOTHING = 255
"""Value of a mask's pixels that are of no class, or of one that is never drawn."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture with its annotations.

    Attributes:
        jpeg: An encoded picture that a browser can show; empty if there is none to show.
        caption: Its name; untrusted text.
        layers: What is known about it, in the order of the grid's ``titles``.
        size: Width and height of the file's picture in pixels; zeros if they are not known.
        note: What else is to be said, such as its split; untrusted text.
        out: Whether it is left out, which is shown.
    """

    jpeg: bytes
    caption: str
    layers: tuple[Layer, ...] = ()
    size: tuple[int, int] = (0, 0)
    note: str = ""
    out: bool = False


class Pictures(Protocol):
    """A row of pictures, given out piece by piece."""

    @property
    def count(self) -> int:
        """The number of pictures."""

    def tiles(self, start: int, stop: int, side: int) -> Sequence[Tile]:
        """Thumbnails from ``start`` (included) to ``stop`` (excluded).

        Args:
            start: The first.
            stop: The one after the last.
            side: Longest side in pixels.
        """

    def at_hand(self, stop: int, side: int) -> Sequence[Tile]:
        """The first thumbnails, as far as they are there without any work; ``stop`` at most.

        They are sent along with the grid, which need not ask for them.
        """
        del stop, side
        return ()

    def picture(self, index: int, *, whole: bool = False) -> Tile:
        """One picture large enough to look into, or with all its pixels."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of an image's labels that a user asks for.

    Attributes:
        index: The picture.
        what: ``image_class``, ``object_class``, ``box`` (of an object), ``add`` (an object),
            ``delete`` (an object), or ``undo`` the last correction.
        class_id: The class that it is to have; -1 where that is no question.
        number: The object; None where that is no question.
        box: Left, top, right, bottom, from 0 to 1 as shares of the picture's sides; None likewise.
    """

    index: int
    what: Literal["image_class", "object_class", "box", "add", "delete", "undo"]
    class_id: int = -1
    number: int | None = None
    box: tuple[float, float, float, float] | None = None

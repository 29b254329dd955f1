"""What all parts share: their bundle, their texts, and how they speak with the browser."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

import anywidget
import ipywidgets
import traitlets

from paddlex_nb.core.i18n import tr

STATIC = Path(__file__).parents[1] / "static"
"""Where the front end's build puts the bundles."""

logger = logging.getLogger(__name__)

Executor = Callable[[Callable[[], None]], None]
"""Runs a piece of work, at once or elsewhere."""


class StandIn(Protocol):
    """The same data drawn by core ipywidgets, for hosts without the parts' front end."""

    widget: ipywidgets.Widget

    def refresh(self, now: float) -> None:
        """Draw what changed; ``now`` in seconds of a clock that never goes back."""


class Part(anywidget.AnyWidget):
    """A widget with a front end of its own.

    Subclasses name their bundle (``static/<bundle>.js`` and ``.css``) and the catalogue keys of
    the texts that their front end shows.

    Raises:
        TypeError: An argument is not a trait of the part; traitlets alone would let it pass.
    """

    executor: Executor | None = None
    """Runs the work of the part elsewhere; without it the work waits until ``tick`` is called."""

    bundle: ClassVar[str]
    text_keys: ClassVar[tuple[str, ...]]

    ready = traitlets.Bool(False, help="The front end has answered.").tag(sync=True)
    texts = traitlets.Dict(help="What the front end says, by short key.").tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        known = set(self.trait_names())
        unknown = [name for name in traits if name not in known]
        if unknown:
            raise TypeError(f"{type(self).__name__} takes no argument {unknown[0]!r}")
        self.revision = 0
        super().__init__(**traits)
        self.on_msg(self._dispatch)
        self.observe(lambda _: self.touch())

    def retranslate(self) -> None:
        """Fill the front end's texts anew, after the language was changed."""
        self.texts = self._default_texts()

    def touch(self) -> None:
        """Count a change, so that a stand-in knows that it has to draw."""
        self.revision += 1

    def stand_in(self) -> StandIn:
        """The part's data drawn by core ipywidgets."""
        raise NotImplementedError

    def receive(self, message: dict[str, Any]) -> None:
        """Answer a message of the front end; parts that expect some override this."""

    def receive_data(self, message: dict[str, Any], buffers: Sequence[Any]) -> None:
        """Answer a message of the front end that comes with data; most come without."""
        del buffers
        self.receive(message)

    def _dispatch(self, _widget: object, content: object, buffers: Sequence[Any]) -> None:
        if isinstance(content, dict):
            self.receive_data(content, buffers)

    @traitlets.default("texts")
    def _default_texts(self) -> dict[str, str]:
        return {key: tr(f"parts.{key}") for key in self.text_keys}

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return _built(f"{self.bundle}.js")

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return _built(f"{self.bundle}.css")


@lru_cache(maxsize=16)
def _built(name: str) -> str:
    """A built file; where the build is missing the stand-ins show, as on foreign hosts."""
    file = STATIC / name
    if not file.is_file():
        logger.warning(
            "%s is missing, so plain widgets are shown: "
            "run python paddlex_nb/widgets/frontend/hatch_build.py",
            file,
        )
        return ""
    return file.read_text(encoding="utf-8")

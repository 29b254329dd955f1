"""Core ipywidgets in place of a part whose front end does not answer."""

from __future__ import annotations

from typing import Any

import ipywidgets

from paddlex_nb.widgets.parts.base import Part, StandIn

PATIENCE = 3.0
"""Seconds that a front end has to say that it is ready."""


class Hosted(ipywidgets.VBox):  # type: ignore[misc]
    """A part, or its stand-in where the host lacks the part's front end (AI Studio's does).

    It owns no timer: whoever pumps the widgets calls ``tick``.

    Args:
        part: What to show.
        **traits: Traits of the box, such as its layout.
    """

    def __init__(self, part: Part, **traits: Any) -> None:
        self.part = part
        self._stand_in: StandIn | None = None
        self._since: float | None = None
        super().__init__([part], **traits)

    @property
    def standing_in(self) -> bool:
        """Whether the stand-in shows."""
        return self.children != (self.part,)

    def tick(self, now: float) -> None:
        """Settle after `PATIENCE`, and keep the stand-in up to date.

        Args:
            now: Seconds of a clock that never goes back, such as ``time.monotonic()``.
        """
        if self._since is None:
            self._since = now
        if self.standing_in or now - self._since >= PATIENCE:
            self.settle()
        if self.standing_in and self._stand_in is not None:
            self._stand_in.refresh(now)

    def settle(self) -> None:
        """Show the part if its front end has answered, however late, else the stand-in."""
        if self.part.ready:
            if self.standing_in:
                self.children = (self.part,)
        elif not self.standing_in:
            self._stand_in = self._stand_in or self.part.stand_in()
            self.children = (self._stand_in.widget,)

    def __repr__(self) -> str:
        return repr(self.part)

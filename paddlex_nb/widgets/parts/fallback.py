"""Core ipywidgets in place of a part whose front end does not answer."""

from __future__ import annotations

from typing import Any

import ipywidgets

from paddlex_nb.hosts.environment import Host, host
from paddlex_nb.widgets.app.compat import close_tree
from paddlex_nb.widgets.parts.base import Part, StandIn

PATIENCE = 3.0
"""Seconds that a front end has to say that it is ready."""


class Hosted(ipywidgets.VBox):  # type: ignore[misc]
    """A part, or its stand-in where the host lacks the part's front end (AI Studio's does).

    It is empty until the front end has answered: a host of ipywidgets 7 that cannot load one
    child shows nothing of the whole box. Only Colab loads what is shown and nothing else, so there
    the part is shown at once. The box owns no timer: whoever owns the event loop calls ``tick``.

    Args:
        part: What to show.
        **traits: Traits of the box, such as its layout.
    """

    def __init__(self, part: Part, **traits: Any) -> None:
        self.part = part
        self._stand_in: StandIn | None = None
        self._since: float | None = None
        if (executor := part.executor) is not None:  # no need to wait for the next tick
            part.observe(lambda _: executor(self.settle), "ready")
        super().__init__([part] if host() is Host.COLAB else [], **traits)

    @property
    def standing_in(self) -> bool:
        """Whether the stand-in shows."""
        return self._stand_in is not None and self._shows(self._stand_in.widget)

    def tick(self, now: float) -> None:
        """Settle as soon as the part is ready or `PATIENCE` is over; keep the stand-in fresh.

        Args:
            now: Seconds of a clock that never goes back, such as ``time.monotonic()``.
        """
        if self._since is None:
            self._since = now
        if self.part.ready or now - self._since >= PATIENCE:
            self.settle()
        if self.standing_in and self._stand_in is not None:
            self._stand_in.refresh(now)

    def settle(self) -> None:
        """Show the part if its front end has answered, however late, else the stand-in."""
        shown: ipywidgets.Widget = self.part
        if not self.part.ready:
            self._stand_in = self._stand_in or self.part.stand_in()
            shown = self._stand_in.widget
        if not self._shows(shown):
            self.children = (shown,)

    def _shows(self, widget: ipywidgets.Widget) -> bool:
        children: tuple[ipywidgets.Widget, ...] = self.children
        return widget in children

    def close(self) -> None:
        """Close the box, the part and its stand-in, shown or not."""
        for widget in (self.part, self._stand_in and self._stand_in.widget):
            if widget is not None:
                close_tree(widget)
        super().close()

    def __repr__(self) -> str:
        return repr(self.part)

"""What a run's page asks of the browser: a word when the run ends, and VisualDL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from paddlex_nb.widgets.parts.base import Part, StandIn


class RunTools(Part):
    """Tells that a run has ended, and opens VisualDL.

    The end is told in the page's title, and by a notification if the user has asked for it.
    VisualDL is opened through Jupyter's own server where there is one.

    Args:
        start: Starts VisualDL; gets the path of Jupyter's server as the page says it.
        **traits: See below.

    Attributes:
        active: Whether the run is under way.
        ended: How the run ended, while it was watched; empty before.
        path: VisualDL's path below Jupyter's address, once it answers.
        address: Its address for browsers on the same machine.
        problem: Why VisualDL did not start.
    """

    bundle = "run_tools"
    text_keys = (
        "bell_ask", "bell_denied", "bell_on", "vdl_here", "vdl_open", "vdl_start", "vdl_starting",
    )  # fmt: skip

    active = traitlets.Bool().tag(sync=True)
    ended = traitlets.Unicode().tag(sync=True)
    path = traitlets.Unicode().tag(sync=True)
    address = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    def __init__(self, start: Callable[[str], None], **traits: Any) -> None:
        self._start = start
        super().__init__(**traits)

    def receive(self, message: dict[str, Any]) -> None:
        """Start VisualDL when the user asks for it."""
        base = message.get("base")
        if message.get("kind") == "visualdl" and isinstance(base, str):
            self._start(base)

    def stand_in(self) -> StandIn:
        """Nothing: without a front end there is no browser to ask."""
        return _Nothing()


class _Nothing:
    def __init__(self) -> None:
        import ipywidgets

        self.widget = ipywidgets.HTML()

    def refresh(self, now: float) -> None:
        """Nothing changes."""

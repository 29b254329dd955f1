"""Somebody who is told and says nothing."""

from __future__ import annotations

from paddlex_nb.jobs.reporter import Foreground


class Silent(Foreground):
    """Takes what work reports, and shows nothing."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)

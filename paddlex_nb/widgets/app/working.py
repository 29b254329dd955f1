"""That the wizard works on what was clicked, where that takes a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from paddlex_nb.core.i18n import tr
from paddlex_nb.widgets.app.toolkit import esc, html

PATIENCE = 0.3
"""Seconds after which a click that has shown nothing yet seems lost."""


class Working:
    """A line that moves while something takes longer than `PATIENCE`.

    Attributes:
        widget: What to show; empty while nothing takes long.
    """

    def __init__(self) -> None:
        self.widget = html("", "working")
        self._lock = threading.Lock()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it while the block runs, if that takes long; the thread that runs it is busy."""
        ended = threading.Event()

        def show() -> None:
            with self._lock:
                if not ended.is_set():
                    label = esc(tr("wizard.working"))
                    self.widget.value = (
                        f'<div class="pxnb-progress pxnb-unknown" role="status">'
                        f'<div></div><span class="pxnb-unseen">{label}</span></div>'
                    )

        timer = threading.Timer(PATIENCE, show)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                ended.set()
                self.widget.value = ""

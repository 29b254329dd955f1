"""What a page sets itself is nobody's wish; what a user sets meanwhile is."""

from __future__ import annotations

import threading

import ipywidgets as w

from paddlex_nb.widgets.app.own_changes import OwnChanges


def test_only_the_thread_that_is_quiet_goes_unheard() -> None:
    quiet = OwnChanges()
    heard: list[int] = []
    field = w.IntText()
    field.observe(lambda change: None if quiet else heard.append(change["new"]), "value")
    with quiet:
        field.value = 1
        with quiet:
            field.value = 2
        field.value = 3
        user = threading.Thread(target=lambda: field.set_trait("value", 4))
        user.start()
        user.join()
    assert heard == [4]
    field.value = 5
    assert heard == [4, 5]

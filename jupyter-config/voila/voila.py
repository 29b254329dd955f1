"""What voila.json cannot say: a function."""

from __future__ import annotations

from typing import Any


def give_xsrf_cookie(handler: Any, notebook: Any, cwd: str) -> None:  # noqa: ARG001
    """Send the ``_xsrf`` cookie with the page.

    When it goes, Voila's page sends the cookie's value with its request to end the kernel. But
    nothing sets the cookie, so that the request is refused and the kernel stays.
    """
    handler.xsrf_token  # noqa: B018  reading it sets the cookie


c = get_config()  # type: ignore[name-defined]  # noqa: F821  given by traitlets
c.VoilaConfiguration.prelaunch_hook = give_xsrf_cookie

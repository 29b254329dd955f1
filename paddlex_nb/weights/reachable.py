"""Whether a published file could be downloaded now: asked in a thread, and remembered."""

from __future__ import annotations

import threading
import time

from paddlex_nb.hosts.environment import is_offline

PATIENCE = 3.0
"""Seconds after which a server that has not answered counts as out of reach."""

_TIMEOUT = (3, 5)
"""Seconds to connect, and for the answer's first bytes."""

_REMEMBERED = 300.0
"""Seconds for which an answer holds."""

_lock = threading.Lock()
_asking: dict[str, tuple[float, threading.Thread]] = {}
_answers: dict[str, tuple[float, bool]] = {}


def reachable(url: str, patience: float = PATIENCE) -> bool | None:
    """Whether the file at an address can be had; only its header is asked for.

    With ``PADDLEX_NB_OFFLINE`` set, nothing is asked and nothing can be had.

    Args:
        url: The address.
        patience: Seconds to wait at most; with 0 the caller is never held up, and learns the
            answer when it asks again, and has the one of before until then.

    Returns:
        Whether the server has it; None if that is not known yet, which lasts for `PATIENCE`.
    """
    if is_offline():
        return False
    with _lock:
        told, answer = _answers.get(url, (-_REMEMBERED, None))
        if time.monotonic() - told < _REMEMBERED:
            return answer
        if url not in _asking:
            # a thread, since no time-out covers the look-up of a name
            thread = threading.Thread(target=_ask, args=(url,), daemon=True, name="reachable")
            _asking[url] = (time.monotonic(), thread)
            thread.start()
        since, thread = _asking[url]
    if answer is not None and not patience:
        return answer  # of before: what is shown does not waver while it is asked anew
    thread.join(patience)
    with _lock:
        if url in _answers and url not in _asking:
            return _answers[url][1]
    return None if time.monotonic() - since < PATIENCE else False


def _ask(url: str) -> None:
    import requests  # in the thread: every plan of a training imports this file

    try:
        with requests.head(url, timeout=_TIMEOUT, allow_redirects=True) as answer:
            there = answer.ok
    except (requests.RequestException, ValueError):  # ValueError: a proxy's address is none
        there = False
    with _lock:
        _answers[url] = (time.monotonic(), there)
        del _asking[url]

"""The time of day, by a clock that nobody sets while a process runs.

The system's clock may be set: by its user, by a server of the network, at the end of a virtual
machine's pause. Durations between two events, and their order, must not change with it.
"""

from __future__ import annotations

import sys
import time


def _since_boot() -> float:
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # it goes on while the machine sleeps
    return time.monotonic()


_BOOT = time.time() - _since_boot()


def steady_time() -> float:
    """Seconds since the epoch, by the system's clock as it stood when this process began."""
    return _BOOT + _since_boot()

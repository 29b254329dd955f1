"""A sign of life, for those who cannot see the process: other machines and containers."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

INTERVAL = 30.0
"""Seconds between two beats; a job whose last one is younger than three of these is alive."""

_ASK_AGAIN = 60.0
"""Seconds for which the difference between a disk's clock and ours is believed."""

_clocks: dict[int, tuple[float, float]] = {}


def beat(path: Path) -> None:
    """Beat once; a disk that refuses is tried again with the next one."""
    with suppress(OSError):
        # in place and always as long: a disk that is full has room for it
        mode = "r+b" if path.exists() else "wb"
        with path.open(mode) as file:
            file.write(f"{boot_id() or '-'} {time.monotonic():020.3f}\n".encode())
        os.utime(path)


def is_fresh(path: Path) -> bool:
    """Whether the last beat is young enough, however the clocks were set meanwhile."""
    try:
        words = path.read_text(encoding="ascii", errors="replace").split()
        modified = path.stat().st_mtime
    except OSError:
        return False
    if len(words) == 2 and words[0] == boot_id():
        with suppress(ValueError):
            # another container of this machine: both read the clock that counts from the boot
            return -1 < time.monotonic() - float(words[1]) < 3 * INTERVAL
    # a beat from the future is as wrong as an old one: a clock was set back since
    return abs(_disk_time(path.parent) - modified) < 3 * INTERVAL


@cache
def boot_id() -> str:
    """Id of this boot of the machine; empty where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _disk_time(folder: Path) -> float:
    """What time it is by the clock that dates the files of ``folder``: a server's may differ."""
    now = time.monotonic()
    try:
        device = folder.stat().st_dev
        asked, difference = _clocks.get(device, (-_ASK_AGAIN, 0.0))
        if now - asked >= _ASK_AGAIN:
            probe = folder / f".clock.{uuid4().hex}"
            try:
                probe.touch()
                difference = probe.stat().st_mtime - now
            finally:
                probe.unlink(missing_ok=True)
            _clocks[device] = now, difference
    except OSError:  # it may not be written from here
        return time.time()
    return now + difference

"""How busy the machine is while a run is trained."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from contextlib import suppress
from typing import Any

import psutil

from paddlex_nb.hosts.processor import memory

_MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of ``ru_maxrss``."""

_INTERVAL = 5.0
"""Least seconds between two samples; one takes about a tenth of a millisecond."""


class MachineLoad:
    """Samples processors, memory and the GPU, once in some seconds.

    Args:
        interval: Least seconds between two samples.
    """

    def __init__(self, interval: float = _INTERVAL) -> None:
        self._interval = interval
        self._next = time.monotonic() + min(1.0, interval)  # a short training has one too
        self._gpu = _gpu()
        psutil.cpu_percent()  # it tells the load since the call before

    def sample(self) -> dict[str, float]:
        """Shares from 0 to 1, by the names of `Step`'s fields; nothing if the last is too fresh."""
        now = time.monotonic()
        if now < self._next:
            return {}
        self._next = now + self._interval
        total, free = memory()
        shares = {"cpu": psutil.cpu_percent() / 100, "memory": 1 - free / max(1, total)}
        if self._gpu is not None:
            library, handle = self._gpu
            with suppress(library.NVMLError):
                room = library.nvmlDeviceGetMemoryInfo(handle)
                shares["gpu"] = library.nvmlDeviceGetUtilizationRates(handle).gpu / 100
                shares["gpu_memory"] = room.used / max(1, room.total)
        return {name: round(min(1.0, max(0.0, share)), 3) for name, share in shares.items()}


def peak_memory() -> int:
    """Most bytes that this process has taken so far, and those that its children take now."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS
    children = 0
    for child in multiprocessing.active_children():
        with suppress(psutil.Error):
            # what they share with their parent is counted there already
            memory = psutil.Process(child.pid).memory_info()
            children += max(0, memory.rss - getattr(memory, "shared", 0))
    return own + children


def _gpu() -> tuple[Any, Any] | None:
    """NVIDIA's library and the first GPU that this process may use; None without either."""
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return None
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    with suppress(pynvml.NVMLError):
        pynvml.nvmlInit()
        if first.isdecimal():
            return pynvml, pynvml.nvmlDeviceGetHandleByIndex(int(first))
        if first.startswith(("GPU-", "MIG-")):
            return pynvml, pynvml.nvmlDeviceGetHandleByUUID(first)
    return None

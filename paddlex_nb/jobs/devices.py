"""The devices that trainings are shared out among, one training on each at a time.

A device is ``cpu`` or ``gpu:`` and what ``CUDA_VISIBLE_DEVICES`` calls a GPU of the machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from paddlex_nb.hosts.processor import gpus

CPU = "cpu"
_GPU = "gpu:"
_VISIBLE = "CUDA_VISIBLE_DEVICES"


def devices_for(params: Mapping[str, object]) -> list[str]:
    """The devices of this machine that a training may run on, the first that is free being taken.

    Args:
        params: Its parameters: ``device`` (``auto``, ``cpu`` or ``gpu``), and ``gpu``, the one that
            is wanted, counted among those that this process may use.
    """
    kind, number = params.get("device"), params.get("gpu")
    count = 0 if kind == CPU else len(gpus())
    names = [str(one) for one in range(count)]
    if _VISIBLE in os.environ:
        seen = [name.strip() for name in os.environ[_VISIBLE].split(",") if name.strip()]
        names = seen[:count]
    if isinstance(number, int):
        names = names[number : number + 1]
    return [_GPU + name for name in names] or [CPU]


def restrict_to(device: str) -> None:
    """Let this process see one GPU only; to be called before Paddle is imported."""
    if device.startswith(_GPU):
        os.environ[_VISIBLE] = device.removeprefix(_GPU)

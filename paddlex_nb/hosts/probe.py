"""Importing Paddle and the suites for real: ``python -m paddlex_nb.hosts.probe MODULE...``.

The child prints one JSON line a module; a module whose line is missing is what killed it.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from paddlex_nb.hosts.processor import job_environment

_SECONDS = 180


class Imported(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome of importing a module.

    Attributes:
        module: What was imported.
        version: Its version, as it says itself.
        device: Paddle only: the device that a sum was computed on, such as ``cpu`` or ``gpu:0``.
        cuda: Paddle only: the CUDA version it was built for, empty for a CPU build.
        failure: What stopped the import, empty when it went well.
    """

    module: str
    version: str = ""
    device: str = ""
    cuda: str = ""
    failure: str = ""


def probe(modules: Sequence[str], seconds: float = _SECONDS) -> dict[str, Imported]:
    """Import ``modules`` in child processes: one for all, and a new one after each failure.

    Args:
        modules: Module names, in order.
        seconds: Time limit for each child.
    """
    results: dict[str, Imported] = {}
    while rest := [name for name in modules if name not in results]:
        lines, failure = _child(rest, seconds)
        done = [msgspec.json.decode(line, type=Imported) for line in lines.splitlines()]
        results.update((item.module, item) for item in done)
        if len(done) < len(rest):
            name = rest[len(done)]
            results[name] = Imported(name, failure=failure)
    return results


def _child(modules: Sequence[str], seconds: float) -> tuple[str, str]:
    path = os.pathsep.join(
        filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")])
    )
    child = subprocess.Popen(
        [sys.executable, "-m", __name__, *modules],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        cwd=sys.prefix,  # python -m looks here first, and the user's folder may hold a paddle/
        env={**os.environ, **job_environment(), "PYTHONPATH": path},
    )
    try:
        lines, errors = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        lines, _ = child.communicate()
        return lines, f"no answer in {seconds:.0f} s"
    if child.returncode < 0:
        return lines, f"crash (signal {-child.returncode})"
    error_lines = [line.strip() for line in errors.splitlines() if line.strip()]
    raised = [line for line in error_lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
    return lines, (raised or error_lines or [f"exit status {child.returncode}"])[-1]


def _facts(name: str, module: ModuleType) -> Imported:
    version = str(getattr(module, "__version__", ""))
    if name != "paddle":
        return Imported(name, version)
    paddle: Any = module
    float(paddle.ones([2]).sum())  # a GPU that does not fit its driver fails here
    cuda = str(paddle.version.cuda()) if paddle.is_compiled_with_cuda() else ""
    return Imported(name, version, device=str(paddle.device.get_device()), cuda=cuda)


def _main() -> None:
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what imports print must not mix with answers
    for name in sys.argv[1:]:
        facts = _facts(name, importlib.import_module(name))
        answers.write(msgspec.json.encode(facts) + b"\n")


if __name__ == "__main__":
    _main()

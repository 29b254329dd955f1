"""Naming what is missing or does not fit, and how to fix it: ``paddlex-nb doctor``."""

from __future__ import annotations

import platform
from itertools import chain
from pathlib import Path

from paddlex_nb.core.severity import Severity
from paddlex_nb.hosts.checks.machine import check_folder, check_memory, check_threads
from paddlex_nb.hosts.checks.notebook import check_bundles, check_front_ends
from paddlex_nb.hosts.checks.packages import (
    check_opencv,
    check_pins,
    check_python,
    check_requirements,
)
from paddlex_nb.hosts.checks.paddle import check_gpu, check_imports, check_paddle
from paddlex_nb.hosts.environment import cache_dir, default_workspace
from paddlex_nb.hosts.installed import importable, version
from paddlex_nb.hosts.pins import SUITES
from paddlex_nb.hosts.probe import Imported, probe
from paddlex_nb.hosts.processor import driver_cuda, gpus
from paddlex_nb.hosts.report import PaddleFacts, Report, SuiteFacts
from paddlex_nb.hosts.setup import fits


def diagnose(workspace: Path | None = None) -> Report:
    """Look at the environment, the machine and the folders; takes 10 to 20 s.

    Paddle and the suites are imported, in a child process: this one never does.

    Args:
        workspace: Folder to check for room and permission (default: `default_workspace`).
    """
    imports = _import_all()
    paddle = imports.get("paddle")
    unsorted = chain(
        check_python(),
        check_paddle(imports),
        check_gpu(paddle, len(gpus()), driver_cuda()),
        check_pins(),
        check_opencv(),
        check_imports(imports),
        check_requirements(),
        check_bundles(),
        check_front_ends(),
        check_folder((workspace or default_workspace()).absolute()),
        check_folder(cache_dir()),
        check_memory(),
        check_threads(),
    )
    order = list(Severity)
    problems = sorted(unsorted, key=lambda problem: order.index(problem.severity))
    return Report(
        ok=all(problem.severity is not Severity.ERROR for problem in problems),
        python=platform.python_version(),
        paddle=PaddleFacts(
            version=_paddle_version(paddle),
            device=(paddle.device or None) if paddle else None,
            cuda=(paddle.cuda or None) if paddle else None,
        ),
        suites=[
            SuiteFacts(
                name=suite.name,
                version=version(suite.name),
                ok=fits(suite) and suite.module in imports and not imports[suite.module].failure,
            )
            for suite in SUITES
        ],
        problems=problems,
    )


def _import_all() -> dict[str, Imported]:
    """Import what is there; without Paddle the suites cannot be imported."""
    modules = [name for name in ("cv2", "paddle") if importable(name)]
    if "paddle" in modules:
        modules += [suite.module for suite in SUITES if version(suite.name)]
    return probe(modules)


def _paddle_version(paddle: Imported | None) -> str | None:
    if paddle is None:
        return None
    names = ("paddlepaddle", "paddlepaddle-gpu")
    return paddle.version or next(filter(None, map(version, names)), None)

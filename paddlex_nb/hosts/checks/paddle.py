"""Checks of Paddle and the suites, from what a child process found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from packaging.version import Version

from paddlex_nb.core.severity import Severity
from paddlex_nb.hosts.pins import SUITES
from paddlex_nb.hosts.probe import Imported
from paddlex_nb.hosts.report import Problem

MEASURED = ("3.2", "3.3")
"""Releases (major.minor) that the project was tried with."""


def check_paddle(imports: Mapping[str, Imported]) -> Iterator[Problem]:
    """Check that Paddle is installed, works, and has a supported version."""
    paddle = imports.get("paddle")
    if paddle is None:
        yield Problem("paddle_missing", Severity.ERROR)
        return
    if paddle.failure:
        code = "openmp_missing" if "libgomp.so" in paddle.failure else "paddle_broken"
        yield Problem(code, Severity.ERROR, {"reason": paddle.failure})
        return
    # a nightly build calls itself 0.0.0
    release = Version(paddle.version).release
    values = {"version": paddle.version}
    if release[0] in {1, 2}:
        yield Problem("paddle_too_old", Severity.ERROR, values)
    elif release[:2] == (3, 3):
        yield Problem("paddle_3_3", Severity.WARNING, values)
    elif ".".join(map(str, release[:2])) not in MEASURED:
        yield Problem("paddle_untried", Severity.WARNING, values)


def check_gpu(
    paddle: Imported | None, gpus: int, driver: tuple[int, int] | None
) -> Iterator[Problem]:
    """Whether Paddle's build and the machine's GPUs fit each other.

    Args:
        paddle: What importing Paddle told, if it is installed.
        gpus: GPUs that the driver shows.
        driver: Newest CUDA version that the driver runs.
    """
    if paddle is None or paddle.failure:
        return
    if not paddle.cuda:
        if gpus:
            yield Problem("gpu_unused", Severity.WARNING, {"gpus": gpus})
        return
    values = {"cuda": paddle.cuda, "driver": ".".join(map(str, driver or ()))}
    if driver is None:
        yield Problem("gpu_no_driver", Severity.WARNING, values)
    elif Version(paddle.cuda).release[:1] > driver[:1]:
        yield Problem("gpu_driver_old", Severity.WARNING, values)
    elif not paddle.device.startswith("gpu"):
        yield Problem("gpu_not_seen", Severity.WARNING, values)


def check_imports(imports: Mapping[str, Imported]) -> Iterator[Problem]:
    """Check that OpenCV and the suites can be imported.

    Without OpenCV or Paddle all suites fail for that reason, which is told once.
    """
    opencv, paddle = imports.get("cv2"), imports.get("paddle")
    if opencv and opencv.failure:
        yield Problem("opencv_broken", Severity.ERROR, {"reason": opencv.failure})
    if opencv is None or opencv.failure or paddle is None or paddle.failure:
        return
    for suite in SUITES:
        outcome = imports.get(suite.module)
        if outcome and outcome.failure:
            values = {"name": suite.name, "reason": outcome.failure}
            yield Problem("suite_broken", Severity.ERROR, values)

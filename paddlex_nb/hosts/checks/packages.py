"""Checks of what is installed: Python, our own requirements, the pins."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from paddlex_nb.core.i18n import has
from paddlex_nb.core.severity import Severity
from paddlex_nb.hosts.installed import providers, version
from paddlex_nb.hosts.pins import PINS
from paddlex_nb.hosts.report import Problem
from paddlex_nb.hosts.setup import fits

_STOPS_WORK = {"ipykernel", "numpy", "setuptools"}
"""Requirements whose wrong version breaks something that is used every time."""
_ONLY_SERVER = {"jupyter-server-proxy", "jupyterlab", "voila"}
"""Requirements that a host may hold in another environment than the kernel's."""


def check_python() -> Iterator[Problem]:
    """Python's version, as our own package states it."""
    try:
        wanted = distribution("paddlex_nb").metadata["Requires-Python"] or ""
    except PackageNotFoundError:
        yield Problem("not_installed", Severity.WARNING)
        return
    installed = platform.python_version()
    if not SpecifierSet(wanted).contains(installed, prereleases=True):
        yield Problem("python_unfit", Severity.ERROR, {"version": installed, "wanted": wanted})


def check_requirements() -> Iterator[Problem]:
    """Every requirement that our own package states."""
    try:
        stated = distribution("paddlex_nb").requires or []
    except PackageNotFoundError:
        return
    for requirement in map(Requirement, stated):
        if requirement.marker and not requirement.marker.evaluate():
            continue
        installed = version(requirement.name)
        values = {"name": requirement.name, "wanted": str(requirement), "version": installed or ""}
        if installed is None:
            server = requirement.name in _ONLY_SERVER
            yield Problem("package_missing", Severity.WARNING if server else Severity.ERROR, values)
        elif not requirement.specifier.contains(installed, prereleases=True):
            code = f"{requirement.name}_unfit"
            stops = requirement.name in _STOPS_WORK
            yield Problem(
                code if has(f"hosts.{code}") else "package_unfit",
                Severity.ERROR if stops else Severity.WARNING,
                values,
            )


def check_pins() -> Iterator[Problem]:
    """Check the packages that ``setup`` installs, other than Paddle."""
    for pin in PINS:
        if pin.module == "paddle" or fits(pin):
            continue
        installed = version(pin.name)
        values = {"name": pin.name, "wanted": str(pin), "version": installed or ""}
        # without paddle2onnx all works but the export to ONNX
        severity = Severity.WARNING if pin.name == "paddle2onnx" else Severity.ERROR
        yield Problem("pin_missing" if installed is None else "pin_unfit", severity, values)


def check_opencv() -> Iterator[Problem]:
    """Two distributions of one ``cv2``: the one installed last overwrote the other's files."""
    names = providers("cv2")
    if len(names) > 1:
        yield Problem("opencv_twice", Severity.WARNING, {"names": names})

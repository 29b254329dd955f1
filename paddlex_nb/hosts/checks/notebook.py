"""Checks of the notebook side: widget front ends and our own bundles."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from jupyter_core.paths import jupyter_path
from packaging.version import Version

from paddlex_nb.core.severity import Severity
from paddlex_nb.hosts.installed import version
from paddlex_nb.hosts.report import Problem

_FRONT_ENDS = {"@jupyter-widgets/jupyterlab-manager": "ipywidgets", "anywidget": "anywidget"}
_BUNDLES = Path(__file__).parents[2] / "widgets" / "static"


def check_bundles() -> Iterator[Problem]:
    """Our own widgets' JavaScript, which building the wheel (or ``.dev/run env``) makes."""
    if not any(_BUNDLES.glob("*.js")):
        yield Problem("bundles_missing", Severity.ERROR, {"folder": str(_BUNDLES)})


def check_front_ends() -> Iterator[Problem]:
    """The widget managers' JavaScript, where the Jupyter server of this kernel looks for it.

    Without it, the wizard falls back to what the host has; hence only warnings.
    """
    prefix = server_prefix() or Path(sys.prefix)
    for extension, package in _FRONT_ENDS.items():
        values = {"name": package, "prefix": str(prefix)}
        front_end = _front_end_version(extension, prefix)
        if front_end is None:
            code = "front_end_missing" if prefix == Path(sys.prefix) else "front_end_elsewhere"
            yield Problem(code, Severity.WARNING, values)
        elif package == "ipywidgets" and (kernel := version(package)):
            # manager 5 speaks the protocol of ipywidgets 8 only, those before that of 7 only
            old = Version(kernel).major < 8
            if old != (Version(front_end).major < 5):
                values |= {"version": kernel, "wanted": "<3" if old else ">=3"}
                yield Problem("front_end_unfit", Severity.WARNING, values)


def _front_end_version(extension: str, prefix: Path) -> str | None:
    own, server = Path(sys.prefix) / "share" / "jupyter", prefix / "share" / "jupyter"
    for path in jupyter_path():
        folder = server if Path(path) == own else Path(path)
        package = folder / "labextensions" / extension / "package.json"
        if package.is_file():
            described: dict[str, str] = json.loads(package.read_text(encoding="utf-8"))
            return described["version"]
    return None


def server_prefix() -> Path | None:
    """The environment of the Jupyter server that started this kernel, if it can be told."""
    parent = os.environ.get("JPY_PARENT_PID", "")
    if not parent.isdigit():
        return None
    try:
        # not exe(): a virtual environment's python is a link to another environment's
        program = Path(psutil.Process(int(parent)).cmdline()[0])
    except (psutil.Error, IndexError):
        return None
    if not program.is_absolute() or not program.name.startswith("python"):
        return None
    return program.parent.parent

"""Checks of the notebook side: widget front ends and our own bundles."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
from jupyter_core.paths import jupyter_path

from paddlex_nb.data.records import Severity
from paddlex_nb.hosts.report import Problem

_FRONT_ENDS = {"@jupyter-widgets/jupyterlab-manager": "ipywidgets", "anywidget": "anywidget"}
_BUNDLES = Path(__file__).parents[2] / "widgets" / "static"


def check_bundles() -> Iterator[Problem]:
    """Our own widgets' JavaScript, which building the wheel (or ``.dev/run env``) makes."""
    if not any(_BUNDLES.glob("*.js")):
        yield Problem("bundles_missing", Severity.ERROR, {"folder": str(_BUNDLES)})


def check_front_ends() -> Iterator[Problem]:
    """The widget managers' JavaScript, where the Jupyter server of this kernel looks for it.

    Without it, the wizard falls back to what the host has; hence only a warning.
    """
    prefix = server_prefix() or Path(sys.prefix)
    own, server = Path(sys.prefix) / "share" / "jupyter", prefix / "share" / "jupyter"
    folders = [server if Path(path) == own else Path(path) for path in jupyter_path()]
    for extension, package in _FRONT_ENDS.items():
        if not any(
            (path / "labextensions" / extension / "package.json").is_file() for path in folders
        ):
            code = "front_end_missing" if prefix == Path(sys.prefix) else "front_end_elsewhere"
            values = {"name": package, "prefix": str(prefix)}
            yield Problem(code, Severity.WARNING, values)


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

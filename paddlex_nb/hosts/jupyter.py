"""What Jupyter's programs are started and configured with."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path

from paddlex_nb.core.i18n import tr
from paddlex_nb.hosts.environment import default_workspace
from paddlex_nb.hosts.notebooks import notebook
from paddlex_nb.hosts.shared import shared
from paddlex_nb.layout.workspace import WorkspaceFolder


def voila_options() -> list[str]:
    """Options that make Voila read our configuration, the site's own having the last word."""
    folders = [os.getcwd(), *jupyter_config_path(), str(shared("jupyter-config/voila"))]  # noqa: PTH109
    return [f"--Voila.config_file_paths={folder}" for folder in folders]


def visualdl_command(logs: Path, port: int | str, public_path: str) -> list[str]:
    """The command that serves VisualDL on this machine only, without its telemetry.

    Args:
        logs: Folder of runs or of one run; searched at all depths, also for runs to come.
        port: Port to listen at.
        public_path: Path of its address, such as ``/visualdl``; not ``/``, which it refuses.
    """
    return [
        *(sys.executable, "-m", "visualdl.server.app"),
        *("--logdir", str(logs), "--host", "127.0.0.1", "--port", str(port)),
        *("--public-path", public_path, "--disable-telemetry"),
    ]


def board_command(logs: Path, port: int | str, public_path: str) -> list[str]:
    """The command that serves VisualDL and draws what it shows besides curves.

    Args:
        logs: Folder of runs.
        port: Port to listen at.
        public_path: As of `visualdl_command`.
    """
    return [sys.executable, "-m", "paddlex_nb.board", str(logs), str(port), public_path]


def visualdl_server() -> dict[str, Any]:
    """VisualDL inside Jupyter, at ``<base url>/visualdl/``: asked for by jupyter-server-proxy.

    An entry point and not a file in ``jupyter_server_config.d``, since only code knows which
    Python runs the server and where the workspace is.
    """
    logs = str(WorkspaceFolder(default_workspace()).runs).replace("{", "{{").replace("}", "}}")
    return {
        "command": board_command(Path(logs), "{port}", "{base_url}visualdl"),
        "absolute_url": True,  # it makes its links from --public-path
        "timeout": 60,
        "launcher_entry": {"title": "VisualDL"},
    }


def wizard_server() -> dict[str, Any]:
    """The wizard as a page of its own inside Jupyter, at ``<base url>/paddlex-nb/``.

    It has a card in JupyterLab's launcher. Others on the machine can reach Voila's port too, so it
    asks for a token, which Jupyter's proxy alone knows.
    """
    token = secrets.token_urlsafe(16)
    options = [option.replace("{", "{{").replace("}", "}}") for option in voila_options()]
    return {
        "command": [
            *(sys.executable, "-m", "voila", str(notebook("wizard"))),
            *("--no-browser", "--port={port}", "--Voila.port_retries=0", "--Voila.ip=127.0.0.1"),
            *("--Voila.base_url={base_url}paddlex-nb/", "--token", "--Voila.log_level=WARN"),
            *options,
        ],
        "environment": {"JUPYTER_TOKEN": token},
        "request_headers_override": {"Authorization": f"token {token}"},
        "absolute_url": True,
        "timeout": 60,
        "new_browser_tab": True,
        "launcher_entry": {
            "title": tr("hosts.launcher"),
            "icon_path": str(shared("jupyter-config/lab/wizard.svg")),
        },
    }

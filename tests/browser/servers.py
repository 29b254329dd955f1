"""Real JupyterLab and Voila servers, each with a home of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("PADDLEX_NB_TEST_PYTHON", sys.executable)
"""The interpreter that runs servers and kernels: another one tests other versions of Jupyter."""

TOKEN = "paddlex-nb-tests"  # noqa: S105  a server of this test alone, on the loopback address
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: Its address, without a slash at the end.
        root: The folder whose notebooks it serves.
        home: Its home directory.
        log: What it says.
        pid: Number of its process.
    """

    url: str
    root: Path
    home: Path
    log: Path
    pid: int

    def showing(self, notebook: Path) -> Server:
        """This server of Voila over folders, at the address of one notebook."""
        path = urllib.parse.quote(str(notebook.relative_to(self.root)))
        return replace(self, url=f"{self.url}/voila/render/{path}", root=notebook.parent)

    def end_kernels_of(self, folder: Path) -> None:
        """End the kernels of this server of Voila that work in a folder."""
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.Error):
                kernel = re.search(r"kernel-([\w-]+)\.json", " ".join(child.cmdline()))
                if kernel and Path(child.cwd()).is_relative_to(folder):
                    self._shut_down(kernel[1])

    def _shut_down(self, kernel: str) -> None:
        """As Voila's page asks for it when it is left."""
        same = "0" * 32  # a page proves what it is by the same value at two places
        asked = urllib.request.Request(  # noqa: S310  our own server
            f"{self.url}/voila/api/shutdown/{kernel}",
            headers={"Cookie": f"_xsrf={same}", "X-XSRFToken": same},
            method="POST",
        )
        with urllib.request.urlopen(asked, timeout=30):  # noqa: S310
            pass


def write_notebook(file: Path, *cells: str) -> Path:
    """Write a notebook of code cells for the kernel of the server's own Python."""
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {
                "id": f"cell-{index}",
                "cell_type": "code",
                "source": source,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for index, source in enumerate(cells)
        ],
    }
    _write(file, content)
    return file


@contextmanager
def lab(folder: Path, *, theme: str = "JupyterLab Light", base_url: str = "/") -> Iterator[Server]:
    """JupyterLab over ``folder/work``.

    Args:
        folder: An empty folder.
        theme: Name of the theme.
        base_url: Where it is below its address, as JupyterHub puts it: ``/user/ann/``.
    """
    home, root = folder / "home", folder / "work"
    settings = home / ".jupyter" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    root.mkdir()
    _write(settings / "themes.jupyterlab-settings", {"theme": theme})
    quiet = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    _write(settings / "notification.jupyterlab-settings", quiet)
    port = _free_port()
    arguments = [
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--LabApp.expose_app_in_browser=True",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.base_url={base_url}",
        f"--IdentityProvider.token={TOKEN}",
    ]
    url = f"http://127.0.0.1:{port}{base_url.rstrip('/')}"
    with _running(arguments, folder, home, f"{url}/api/status?token={TOKEN}") as (log, pid):
        yield Server(url, root, home, log, pid)


@contextmanager
def voila(
    folder: Path,
    notebook: Path,
    *,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Voila showing one notebook; ``?theme=dark`` behind its address darkens it.

    Args:
        folder: An empty folder.
        notebook: What to show, or a folder with all that is to be shown.
        environment: Variables to add.
    """
    home = folder / "home"
    home.mkdir()
    port = _free_port()
    arguments = [
        "voila",
        str(notebook),
        "--no-browser",
        f"--port={port}",
        "--Voila.port_retries=0",
        "--show_tracebacks=True",
    ]
    url = f"http://127.0.0.1:{port}"
    probe = f"{url}/voila/static/style.css"
    with _running(arguments, folder, home, probe, environment or {}) as (log, pid):
        root = notebook if notebook.is_dir() else notebook.parent
        yield Server(url, root, home, log, pid)


@contextmanager
def app(folder: Path, *options: str) -> Iterator[Server]:
    """The wizard as ``paddlex-nb app`` serves it; the address holds the token.

    Args:
        folder: An empty folder.
        options: Further words of the command.
    """
    home = folder / "home"
    home.mkdir()
    port = _free_port()
    arguments = ["paddlex_nb", "app", "--no-browser", f"--port={port}", *options]
    probe = f"http://127.0.0.1:{port}/voila/static/style.css"
    with _running(arguments, folder, home, probe) as (log, pid):
        deadline = time.monotonic() + START_SECONDS
        while not (found := re.search(r"http://\S+\?token=\S+", log.read_text(encoding="utf-8"))):
            assert time.monotonic() < deadline, "no address was said"
            time.sleep(0.1)
        yield Server(found[0], folder, home, log, pid)


@contextmanager
def _running(
    arguments: list[str],
    folder: Path,
    home: Path,
    probe: str,
    environment: Mapping[str, str] | None = None,
) -> Iterator[tuple[Path, int]]:
    """Run a module in a process group of its own, and end the whole group."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [PYTHON, "-m", *arguments],
            cwd=folder,
            env=_environment(home) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, probe, log)
        yield log, process.pid
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, which ends its kernels (in groups of their own), then insist."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(home: Path) -> dict[str, str]:
    """The environment without what Jupyter or the desktop would read from the user's home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "XDG_", "VOILA", "IPYTHON"))
    }
    binaries = str(Path(PYTHON).parent)
    return kept | {
        "HOME": str(home),
        "PATH": f"{binaries}{os.pathsep}{kept.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")]),
        "PADDLEX_NB_LANG": kept.get("PADDLEX_NB_LANG", "en"),
    }


def _wait(process: subprocess.Popen[bytes], probe: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(probe):
        if time.monotonic() > deadline or process.poll() is not None:
            end = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            raise RuntimeError(f"the server did not start:\n{end}")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own server
            return True
    except urllib.error.HTTPError:
        return True  # there is a server, though it does not like the address
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")

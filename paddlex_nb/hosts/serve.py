"""The wizard as a web page: Voila on the wizard notebook."""

from __future__ import annotations

import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import language, tr
from paddlex_nb.hosts.environment import allowed_roots
from paddlex_nb.hosts.jupyter import voila_options
from paddlex_nb.hosts.notebooks import notebook

FIRST_PORT = 8866
START_TIMEOUT = 60.0


def serve(
    workspace: Path,
    *,
    port: int = 0,
    ip: str = "127.0.0.1",
    browser: bool = True,
    dataset: str | None = None,
    roots: Sequence[Path] = (),
) -> int:
    """Serve the wizard until interrupted.

    The page asks for a token, since on a shared machine others can reach the port too.

    Args:
        workspace: The workspace to open.
        port: Port, or 0 for the first free one from 8866.
        ip: Address to listen at; ``0.0.0.0`` for every interface.
        browser: Open a browser, where there is a display.
        dataset: Id of the data set to begin with.
        roots: Folders that the path picker may open beside those that it always may.

    Returns:
        The server's exit status, 0 after an interrupt.

    Raises:
        UserError: One of ``roots`` is no folder, or the server did not start.
    """
    for root in roots:
        if not root.is_dir():
            raise UserError("cli.serve.no_root", path=root)
    port = port or _free_port(ip)
    token = secrets.token_urlsafe(16)
    # being ended by a signal must not leave the server behind
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "voila", str(notebook("wizard"))),
            *("--no-browser", f"--port={port}", f"--Voila.ip={ip}", "--token"),
            *("--Voila.log_level=WARN", *voila_options()),
        ],
        env={
            **os.environ,
            "JUPYTER_TOKEN": token,  # not as an argument, which every user of the machine can read
            "PADDLEX_NB_WORKSPACE": str(workspace),
            "PADDLEX_NB_LANG": language(),
            # told from here, since kernels run in the notebook's folder and not in the user's
            "PADDLEX_NB_ROOTS": os.pathsep.join(
                str(root.resolve()) for root in (*allowed_roots(workspace), *roots)
            ),
            **({"PADDLEX_NB_DATASET": dataset} if dataset else {}),
        },
    )
    address = f"http://{'127.0.0.1' if ip in {'', '0.0.0.0'} else ip}:{port}/?token={token}"  # noqa: S104
    try:
        _wait_until_up(server, address)
        print(tr("cli.serve.address", address=address), flush=True)  # noqa: T201
        if not (browser and _has_display() and webbrowser.open(address)):
            print(  # noqa: T201
                tr("cli.serve.remote", port=port, host=platform.node(), address=address), flush=True
            )
        print(tr("cli.serve.stop"), flush=True)  # noqa: T201
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def _wait_until_up(server: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + START_TIMEOUT
    # a static file: asking for the page itself would start a kernel
    probe = address.partition("?")[0] + "voila/static/require.min.js"
    while time.monotonic() < end:
        if server.poll() is not None:
            raise UserError("cli.serve.failed", status=server.returncode)
        try:
            urllib.request.urlopen(probe, timeout=2).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise UserError("cli.serve.failed", status="–")


def _free_port(ip: str) -> int:
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            try:
                probe.bind((ip, port))
            except OSError:
                continue
            return port
    raise UserError("cli.serve.no_port", first=FIRST_PORT, last=FIRST_PORT + 99)


def _has_display() -> bool:
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

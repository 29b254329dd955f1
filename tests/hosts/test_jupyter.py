"""What Jupyter's programs are configured with: known settings, and VisualDL for real."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import requests
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from jupyter_server_proxy.config import ServerProcess
from requests.adapters import HTTPAdapter
from traitlets.config import Configurable
from urllib3.util import Retry
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from paddlex_nb.core.errors import UserError
from paddlex_nb.hosts.jupyter import visualdl_command, visualdl_server, voila_options
from paddlex_nb.hosts.shared import shared

CONFIGURATION = Path(__file__).parents[2] / "jupyter-config"


def read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CONFIGURATION / name).read_text(encoding="utf-8"))
    return loaded


def test_voila_knows_every_setting() -> None:
    """It ignores what it does not know."""
    known: dict[str, type[Configurable]] = {
        "Voila": Voila,
        "VoilaConfiguration": VoilaConfiguration,
        "MappingKernelManager": MappingKernelManager,
    }
    for name, settings in read("voila/voila.json").items():
        assert settings.keys() <= known[name].class_traits(config=True).keys()


def test_voila_reads_our_configuration_after_the_sites_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "voila.json").write_text('{"VoilaConfiguration": {"theme": "dark"}}')
    monkeypatch.chdir(tmp_path)
    app = Voila()
    app.initialize([*voila_options(), str(tmp_path)])
    assert app.voila_configuration.theme == "dark"
    assert app.voila_configuration.file_allowlist == []
    assert "'self'" in app.tornado_settings["headers"]["Content-Security-Policy"]


def test_lab_knows_every_setting() -> None:
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    for plugin, settings in read("lab/overrides.sample.json").items():
        package, _, name = plugin.partition(":")
        files = [
            schemas / package / f"{name}.json",
            extensions / package / "schemas" / package / f"{name}.json",
        ]
        schema = json.loads(next(f for f in files if f.is_file()).read_text(encoding="utf-8"))
        for setting, value in settings.items():
            described = schema["properties"][setting]
            assert type(value) is {"boolean": bool, "string": str}[described["type"]]
            options = [option["const"] for option in described.get("oneOf", [])]
            assert not options or value in options


def test_the_sample_for_another_environment_is_what_the_wheel_registers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = read("server-proxy/visualdl.sample.json")["ServerProxy"]["servers"]["visualdl"]
    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", "/path/to/paddlex_nb_workspace")
    registered = visualdl_server()
    assert [*registered["command"][1:]] == sample["command"][1:]
    assert {**registered, "command": []} == {**sample, "command": []}


def test_jupyter_server_proxy_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", "/odd {name}")
    process = ServerProcess(name="visualdl", **visualdl_server())
    filled = [part.format(port=1, base_url="/user/ann/") for part in process.command]
    assert filled[0] == sys.executable
    assert filled[filled.index("--logdir") + 1] == "/odd {name}/runs"
    assert filled[filled.index("--public-path") + 1] == "/user/ann/visualdl"
    (entry,) = entry_points(group="jupyter_serverproxy_servers", name="visualdl")
    assert entry.load() is visualdl_server


def test_visualdl_serves_runs_that_come_later_and_tells_nobody(tmp_path: Path) -> None:
    from visualdl import LogWriter

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = visualdl_command(tmp_path / "runs", port, "/ann/visualdl")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}/ann/visualdl"
            page = get(f"{address}/index")
            settings = get(f"{address}/__snowpack__/env.local.js")
            with LogWriter(logdir=str(tmp_path / "runs" / "r1" / "vdl")) as log:
                log.add_scalar("train/loss", step=1, value=0.5)
            found = get(f"{address}/api/runs")
        finally:
            server.kill()
    assert "/ann/visualdl" in page
    assert 'TELEMETRY_ID=""' in settings
    assert 'API_URL="/ann/visualdl/api"' in settings
    assert "r1/vdl" in found


def get(address: str) -> str:
    """The page at ``address``, waiting for its server to start."""
    retries = Retry(total=None, connect=120, backoff_factor=0.1, backoff_max=0.5)
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=retries))
        return session.get(address, headers={"Accept-Language": "en"}, timeout=10).text


def test_what_is_not_shipped_is_said() -> None:
    assert shared("jupyter-config/voila").is_dir()
    with pytest.raises(UserError, match=r"The file notebooks/nothing\.ipynb"):
        shared("notebooks/nothing.ipynb")

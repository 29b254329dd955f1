"""What Jupyter's programs are configured with: known settings, and VisualDL for real."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from paddlex_nb.core.errors import UserError
from paddlex_nb.hosts import visualdl
from paddlex_nb.hosts.jupyter import visualdl_command, visualdl_server, voila_options, wizard_server
from paddlex_nb.hosts.shared import shared

CONFIGURATION = Path(__file__).parents[2] / "jupyter-config"


def read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CONFIGURATION / name).read_text(encoding="utf-8"))
    return loaded


def test_voila_knows_every_setting() -> None:
    """It ignores what it does not know."""
    # Jupyter's server takes 2 s to be imported: not by everyone who collects these tests
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
    from voila.app import Voila
    from voila.configuration import VoilaConfiguration

    known: dict[str, Any] = {
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
    from voila.app import Voila

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
    from jupyter_server_proxy.config import ServerProcess

    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", "/odd {name}")
    process = ServerProcess(name="visualdl", **visualdl_server())
    filled = [part.format(port=1, base_url="/user/ann/") for part in process.command]
    assert filled[0] == sys.executable
    assert filled[1:] == ["-m", "paddlex_nb.board", "/odd {name}/runs", "1", "/user/ann/visualdl"]
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
            runs = get(f"{address}/api/runs")
        finally:
            server.kill()
    assert "/ann/visualdl" in page
    assert 'TELEMETRY_ID=""' in settings
    assert 'API_URL="/ann/visualdl/api"' in settings
    assert "r1/vdl" in runs


def test_the_launcher_has_the_wizard_behind_a_token_that_the_proxy_knows() -> None:
    from jupyter_server_proxy.config import ServerProcess

    settings = wizard_server()
    process = ServerProcess(name="paddlex-nb", **settings)
    filled = [part.format(port=1, base_url="/user/ann/") for part in process.command]
    assert "--Voila.base_url=/user/ann/paddlex-nb/" in filled
    token = settings["environment"]["JUPYTER_TOKEN"]
    assert settings["request_headers_override"] == {"Authorization": f"token {token}"}
    assert token not in " ".join(filled)  # which every user of the machine can read
    assert wizard_server()["environment"]["JUPYTER_TOKEN"] != token
    assert Path(settings["launcher_entry"]["icon_path"]).is_file()
    (entry,) = entry_points(group="jupyter_serverproxy_servers", name="paddlex-nb")
    assert entry.load() is wizard_server


_PAGE = """
import sys, time
from pathlib import Path
from paddlex_nb.hosts.visualdl import visualdl_for
server = visualdl_for(Path(sys.argv[1]), sys.argv[2])
assert visualdl_for(Path(sys.argv[1]), sys.argv[2]) is server
while not server.answers:
    assert server.alive
    time.sleep(0.1)
print(server.path, server.address, flush=True)
time.sleep(300)
"""


def test_visualdl_of_a_page_ends_when_its_kernel_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PAGE, str(tmp_path), "/user/ann/paddlex-nb/"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as kernel:
        assert kernel.stdout is not None
        path, address = kernel.stdout.readline().split()
        assert re.fullmatch(r"/user/ann/proxy/absolute/\d+/visualdl/scalar", path)
        assert path.removesuffix("/scalar") in get(address)
        kernel.kill()
    end = time.monotonic() + 30
    while answers(address):
        assert time.monotonic() < end
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", urlsplit(address).port or 0)) == 0


@pytest.mark.parametrize("base", ["/../", "//host/", "x", '/"/', "/a b/", "/%0a;/--logdir /"])
def test_what_a_page_says_of_its_server_is_not_believed(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: SimpleNamespace(poll=lambda: None))
    monkeypatch.setattr(visualdl, "_servers", {})
    assert visualdl.visualdl_for(tmp_path, base).path.startswith("/proxy/absolute/")


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

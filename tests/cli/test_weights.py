"""``weights`` in terminal and Python: listed, fetched, brought by hand."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from weights_server import CONTENT, Server, entry

import paddlex_nb
from paddlex_nb.catalogue import models
from paddlex_nb.cli import main
from paddlex_nb.core.task import Task

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from paddlex_nb.catalogue import models
from weights_server import entry
one = entry(sys.argv[2])
models._read = lambda task: (one,) if task == "classification" else ()
from paddlex_nb.cli import main
raise SystemExit(main(sys.argv[3:]))
"""
"""The command line in a process of its own, with the catalogue of the tests."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("PADDLEX_NB_CACHE", str(tmp_path / "cache"))
    server = Server()
    one = entry(server.url)
    monkeypatch.setattr(models, "_read", lambda task: (one,) * (task is Task.CLASSIFICATION))
    yield server
    server.close()


@pytest.fixture
def call(server: Server, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command of the group with ``--json``; gives status and object."""

    def run(*words: str) -> tuple[int, Any]:
        status = main(["weights", *words, "--json"])
        return status, json.loads(capsys.readouterr().out)

    return run


def apart(server: Server, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parents[1]), server.url]
    return subprocess.Popen(
        [*command, "weights", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until_asked(server: Server) -> None:
    for _ in range(600):
        if server.asked:
            return
        time.sleep(0.1)
    raise AssertionError("nobody asks the server")


def test_what_is_fetched_is_listed_as_here(call: Any, server: Server) -> None:
    _, listed = call("list", "--model", "net")
    assert [(w["name"], w["size"]) for w in listed["weights"]] == [
        ("imagenet", None),
        ("ssld", None),
    ]
    status, fetched = call("fetch", "Net")
    assert (status, fetched["name"], fetched["size"]) == (0, "imagenet", len(CONTENT))
    assert Path(fetched["file"]).read_bytes() == CONTENT
    assert fetched["file"] == listed["weights"][0]["file"]
    _, listed = call("list", "--task", "classification")
    assert [w["size"] for w in listed["weights"]] == [len(CONTENT), None]
    assert call("list", "--task", "detection")[1] == {"weights": []}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("fetch", "Nett"), "models.unknown_near", "Did you mean Net?"),
        (("fetch", "Net", "imagnet"), "weights.no_such", "Did you mean imagenet?"),
        (("fetch", "fake"), "weights.none_published", "fake"),
        (("list", "--task", "detect"), "workspace.no_such_task", "detection"),
        (("add", "Net", "w.pdparams"), "weights.which", "imagenet or ssld"),
        (("add", "Net", "gone", "--name", "ssld"), "core.file_missing", "gone"),
    ],
)
def test_mistakes_end_in_a_sentence(
    call: Any, words: tuple[str, ...], code: str, said: str
) -> None:
    status, told = call(*words)
    assert (status, told["error"]["code"]) == (1, code)
    assert said in told["error"]["message"]


def test_without_network_the_sentence_leads_to_a_file_brought_by_hand(
    call: Any, server: Server, tmp_path: Path
) -> None:
    server.close()
    status, told = call("fetch", "Net")
    assert (status, told["error"]["code"]) == (1, "weights.download_failed")
    command = told["error"]["message"].split("`")[1].split()
    assert command[:4] == ["paddlex-nb", "weights", "add", "Net"]
    file = tmp_path / command[4]
    file.write_bytes(pickle.dumps({"fc.weight": np.ones(8, np.float32)}))
    status, added = call("add", "Net", str(file), *command[5:])
    assert (status, added["name"], added["size"]) == (0, "imagenet", file.stat().st_size)
    assert call("fetch", "Net")[0] == 0


def test_ctrl_c_keeps_what_has_come(server: Server, call: Any) -> None:
    server.cut, server.hold = 600_000, threading.Event()
    process = apart(server, "fetch", "Net")
    until_asked(server)
    part = next(iter(paddlex_nb.published_weights())).file
    part = part.with_name(f"{part.name}.part")
    while not part.exists() or not part.stat().st_size:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "`paddlex-nb weights fetch Net imagenet`" in said
    assert len(said.strip().splitlines()) == 1
    server.hold.set()
    server.cut, server.hold = 0, None
    assert Path(call("fetch", "Net")[1]["file"]).read_bytes() == CONTENT
    assert server.asked[1].startswith("bytes=")


def test_a_second_process_waits_and_says_so(server: Server, call: Any) -> None:
    server.cut, server.hold = 600_000, threading.Event()
    first = apart(server, "fetch", "Net")
    until_asked(server)
    second = apart(server, "fetch", "Net")
    assert second.stdout is not None
    assert "Another process is writing" in second.stdout.readline()
    server.hold.set()
    assert [one.wait(60) for one in (first, second)] == [0, 0]
    assert server.asked == [""]
    for one in (first, second):
        one.communicate()


def test_the_same_in_python(server: Server, tmp_path: Path) -> None:
    listed = paddlex_nb.published_weights(model="Net")
    first, second = listed
    assert first.fetch() == first.file
    assert first.file.read_bytes() == CONTENT
    file = tmp_path / "w.pdparams"
    file.write_bytes(pickle.dumps({"fc.weight": np.ones(8, np.float32)}))
    assert second.add(str(file)).read_bytes() == file.read_bytes()
    shown = repr(listed)
    assert "1.0 MB" in shown
    assert server.url in shown
    assert str(second.file) in listed._repr_html_()
    assert list(listed.to_pandas()["size"]) == [len(CONTENT), file.stat().st_size]

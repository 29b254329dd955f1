"""What is done at the end of a training: a real command, and a server on loopback."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.events import Notice
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.jobs.on_end import VARIABLE, as_on_end
from paddlex_nb.runs import on_end
from paddlex_nb.workspace import Workspace

KEEP = """
import os, sys, pathlib
out = pathlib.Path(sys.argv[1])
draft = out.with_suffix(".draft")
draft.write_text(sys.stdin.read())
out.with_suffix(".env").write_text(os.environ.get("PADDLEX_NB_ON_END", "none"))
draft.rename(out)
sys.exit(int(sys.argv[2]))
"""


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def notices(job: Job) -> list[str]:
    return [e.message.key for e in job.events() if isinstance(e, Notice)]


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    script = tmp_path / "keep it.py"
    script.write_text(KEEP)
    return script


def test_a_command_gets_the_outcome(
    sample_workspace: Workspace, sample: Dataset, tmp_path: Path, keep: Path
) -> None:
    told = tmp_path / "told $(touch shell) ; x.json"  # for no shell
    command = [sys.executable, str(keep), str(told), "3"]
    job = sample_workspace.train(sample, "fake", epochs=2, wait=False, on_end=command)
    run = job.result()
    until(told.exists)
    outcome = json.loads(told.read_text())
    assert (outcome["run"], outcome["state"], outcome["epoch"]) == (run.id, "done", 2)
    assert outcome["best"]["value"] == run.history.best.value if run.history.best else False
    assert outcome["error"] is None
    assert told.with_suffix(".env").read_text() == "none"
    until(lambda: "jobs.on_end.failed" in notices(job))  # it ended with 3
    assert run.status.state is State.DONE
    numbers = [event.seq for event in job.events()]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert run.history.ended is not None
    written = b"".join(f.read_bytes() for f in run.folder.rglob("*.json"))
    assert keep.name.encode() not in written  # others may write there


def test_a_failure_and_a_stop_are_told_too(
    sample_workspace: Workspace, sample: Dataset, tmp_path: Path, keep: Path
) -> None:
    told = tmp_path / "stopped.json"
    text = f"'{sys.executable}' '{keep}' {told} 0"
    job = sample_workspace.train(sample, "fake", epochs=1000, wait=False, on_end=text)
    until(lambda: job.run.history.epoch >= 1)
    job.stop()
    until(told.exists)
    assert json.loads(told.read_text())["state"] == "stopped"
    told.unlink()
    (job.run.folder / "checkpoints" / "last.npz").write_bytes(b"damaged")
    again = job.run.resume(wait=False, on_end=text)
    until(told.exists)
    outcome = json.loads(told.read_text())
    assert (outcome["state"], outcome["job"]) == ("failed", again.id)
    assert "damaged" in outcome["error"]["message"]


def test_a_killed_training_is_told_once(
    sample_workspace: Workspace, sample: Dataset, tmp_path: Path, keep: Path
) -> None:
    told = tmp_path / "killed.json"
    text = f"'{sys.executable}' '{keep}' {told} 0"
    job = sample_workspace.train(sample, "fake", epochs=1000, wait=False, on_end=text)
    until(lambda: job.run.history.epoch >= 1)
    os.kill(job.pid, signal.SIGKILL)
    until(told.exists)
    assert json.loads(told.read_text())["state"] == "interrupted"
    told.unlink()
    time.sleep(2)
    assert not told.exists()


class Server(ThreadingHTTPServer):
    """Keeps what it is told; answers with what is asked for."""

    answers: tuple[int, ...] = (204,)

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?token=secret"


class Handler(BaseHTTPRequestHandler):
    """Keeps what it is told in its server."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/json"
        answers = self.server.answers
        status = answers[min(len(self.server.told), len(answers) - 1)]
        self.server.told.append((self.path, json.loads(body)))
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


def test_an_address_is_told(sample_workspace: Workspace, sample: Dataset, server: Server) -> None:
    job = sample_workspace.train(sample, "fake", epochs=1, wait=False, on_end=server.url)
    job.wait(60)
    until(lambda: server.told)
    (path, outcome), *more = server.told
    assert (path, outcome["state"], more) == ("/hook?token=secret", "done", [])
    assert outcome["workspace"] == str(sample_workspace.path)
    assert notices(job) == []


@pytest.mark.parametrize(
    ("answers", "asked", "failed"),
    [((500, 204), 2, False), ((500,), 3, True), ((302,), 1, True), ((404,), 1, True)],
)
def test_what_an_address_answers(
    sample_workspace: Workspace,
    sample: Dataset,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    answers: tuple[int, ...],
    asked: int,
    failed: bool,
) -> None:
    monkeypatch.setattr(on_end, "_PAUSES", (0.0, 0.0, 0.0))
    server.answers = answers
    job = sample_workspace.train(sample, "fake", epochs=1, wait=False)
    job.wait(60)
    on_end.tell(job.folder, as_on_end(server.url))
    assert len(server.told) == asked
    assert notices(job) == ["jobs.on_end.not_told"] * failed
    assert "secret" not in (job.folder / "events.jsonl").read_text()


@pytest.mark.parametrize(
    "wrong", ["", "no-such-program-here x", "ftp://host/x", "http://", "'open", [], "http://[x"]
)
def test_what_cannot_be_done_is_said_before_a_training(
    sample_workspace: Workspace, sample: Dataset, wrong: str | list[str]
) -> None:
    before = len(sample_workspace.runs())
    with pytest.raises(UserError) as error:
        sample_workspace.train(sample, "fake", epochs=1, wait=False, on_end=wrong)
    assert error.value.code == "jobs.on_end.wrong"
    assert len(sample_workspace.runs()) == before


def test_what_this_process_got_is_not_handed_on(
    sample_workspace: Workspace, sample: Dataset, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps({"url": server.url}))
    sample_workspace.train(sample, "fake", epochs=1, wait=False).wait(60)
    time.sleep(2)
    assert server.told == []
    assert os.environ[VARIABLE]

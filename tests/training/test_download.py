"""Downloading weights from a server on this machine: checked, resumed, cached, refused."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from paddlex_nb.catalogue.entry import Weights
from paddlex_nb.core.errors import UserError
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import Progress
from paddlex_nb.jobs.log import EventReader, EventWriter
from paddlex_nb.weights.download import cached_name, download

CONTENT = bytes(range(256)) * 4096


class Server:
    """Answers with `content`; counts what was asked.

    Attributes:
        content: What the file holds.
        etag: Sent with it, if not empty.
        cut: Close the connection after so many bytes.
        status: Refuse with it, if not 0.
        asked: The Range header of each request.
    """

    def __init__(self) -> None:
        self.content, self.etag, self.cut, self.status = CONTENT, "", 0, 0
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/weights/Net_pretrained.pdparams"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
        if self.status or start >= len(self.content):
            request.send_error(self.status or 416)
            return
        body = self.content[start:]
        request.send_response(206 if wanted else 200)
        request.send_header("Content-Length", str(len(body)))
        if self.etag:
            request.send_header("ETag", f'"{self.etag}"')
        request.end_headers()
        request.wfile.write(body[: self.cut or None])

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JobContext:
    monkeypatch.setenv("PADDLEX_NB_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "runs" / "r" / "jobs" / "001-train"
    folder.mkdir(parents=True)
    return JobContext(folder, EventWriter(folder / "events.jsonl"))


def fetched(context: JobContext, server: Server, sha256: str = "") -> Path:
    return download(context, Weights(name="imagenet", url=server.url, sha256=sha256))


def test_fetched_once_with_progress(context: JobContext, server: Server) -> None:
    server.etag = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    path = fetched(context, server, hashlib.sha256(CONTENT).hexdigest())
    assert path.read_bytes() == CONTENT
    assert fetched(context, server) == path
    assert server.asked == [""]
    events = EventReader(context.folder / "events.jsonl").poll()
    last = [e for e in events if isinstance(e, Progress)][-1]
    assert (last.stage, last.done, last.total) == ("download", len(CONTENT), len(CONTENT))


def test_a_cut_connection_is_resumed_the_next_time(context: JobContext, server: Server) -> None:
    server.cut = 300_000
    with pytest.raises(UserError) as error:
        fetched(context, server)
    assert error.value.code == "training.download_failed"
    assert cached_name(server.url) in str(error.value)
    server.cut = 0
    assert fetched(context, server).read_bytes() == CONTENT
    assert server.asked[1].startswith("bytes=")
    assert server.asked[1] != "bytes=0-"


def test_what_is_longer_than_the_file_is_thrown_away(context: JobContext, server: Server) -> None:
    path = fetched(context, server)
    path.rename(path.with_name(f"{path.name}.part"))
    server.content = CONTENT[:1000]
    assert fetched(context, server).read_bytes() == CONTENT[:1000]


@pytest.mark.parametrize("told", ["md5", "sha256"])
def test_damaged_content_is_refused_and_deleted(
    context: JobContext, server: Server, told: str
) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest() if told == "sha256" else ""
    server.etag = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest() if not sha256 else ""
    server.content = CONTENT[:-1] + b"x"
    with pytest.raises(UserError) as error:
        fetched(context, server, sha256)
    assert error.value.code == "training.download_damaged"
    server.content = CONTENT
    assert fetched(context, server, sha256).read_bytes() == CONTENT


def test_a_cached_file_that_rots_is_fetched_again(context: JobContext, server: Server) -> None:
    path = fetched(context, server)
    path.write_bytes(b"rotten")
    assert fetched(context, server).read_bytes() == CONTENT


def test_a_file_put_there_by_hand_is_used(context: JobContext, tmp_path: Path) -> None:
    weights = Weights(name="imagenet", url="http://127.0.0.1:9/Net.pdparams")
    path = tmp_path / "cache" / "weights" / cached_name(weights.url)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"by hand")
    assert download(context, weights) == path


def test_no_network_and_refusals_say_where_to_put_the_file(
    context: JobContext, server: Server
) -> None:
    server.status = 404
    with pytest.raises(UserError, match="HTTP 404"):
        fetched(context, server)
    server.close()
    with pytest.raises(UserError) as error:
        fetched(context, server)
    assert error.value.code == "training.download_failed"
    assert str(Path("cache") / "weights" / cached_name(server.url)) in str(error.value)


def test_two_jobs_at_once_fetch_it_once(context: JobContext, server: Server) -> None:
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetched(context, server))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 3
    assert server.asked == [""]


@pytest.mark.parametrize("url", ["http://x/../../etc/passwd", "http://x/", "http://x/a%2f..%2fb"])
def test_names_stay_in_the_cache(url: str) -> None:
    name = cached_name(url)
    assert "/" not in name
    assert name not in {".", ".."}

"""Downloading weights from a server on this machine: checked, resumed, cached, refused."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from weights_server import CONTENT, Server

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import Notice, Progress
from paddlex_nb.jobs.log import EventReader, EventWriter
from paddlex_nb.weights.cache import cached_file
from paddlex_nb.weights.download import download
from paddlex_nb.weights.published import Published


def at(url: str, sha256: str = "") -> Published:
    return Published(model="Net", task=Task.CLASSIFICATION, name="imagenet", url=url, sha256=sha256)


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
    return download(context, at(server.url, sha256))


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
    assert error.value.code == "weights.download_failed"
    server.cut = 0
    assert fetched(context, server).read_bytes() == CONTENT
    assert server.asked[1].startswith("bytes=")
    assert server.asked[1] != "bytes=0-"


def test_what_is_longer_than_the_file_is_thrown_away(context: JobContext, server: Server) -> None:
    path = fetched(context, server)
    path.rename(path.with_name(f"{path.name}.part"))
    path.with_name(f"{path.name}.json").unlink()
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
    assert error.value.code == "weights.download_damaged"
    server.content = CONTENT
    assert fetched(context, server, sha256).read_bytes() == CONTENT


def test_a_cached_file_that_rots_is_fetched_again(context: JobContext, server: Server) -> None:
    path = fetched(context, server)
    path.write_bytes(b"rotten")
    assert fetched(context, server).read_bytes() == CONTENT


def test_the_first_download_pins_what_the_file_is(context: JobContext, server: Server) -> None:
    path = fetched(context, server)
    path.unlink()
    server.content = CONTENT[::-1]
    for _ in range(2):  # nothing of the wrong file is left to go on from
        with pytest.raises(UserError) as error:
            fetched(context, server)
        assert error.value.code == "weights.changed"
    assert not path.exists()
    receipt = path.with_name(f"{path.name}.json")
    assert str(receipt) in str(error.value)
    receipt.unlink()
    assert fetched(context, server).read_bytes() == CONTENT[::-1]


def test_what_another_process_writes_is_waited_for(context: JobContext, server: Server) -> None:
    path = cached_file(server.url)
    path.parent.mkdir(parents=True)
    lock = FileLock(f"{path}.lock", thread_local=False)
    lock.acquire()
    timer = threading.Timer(1.2, lock.release)
    timer.start()
    assert fetched(context, server).read_bytes() == CONTENT
    timer.join()
    events = EventReader(context.folder / "events.jsonl").poll()
    told = [e.message.key for e in events if isinstance(e, Notice)]
    assert told == ["weights.waiting"]


def test_a_length_that_is_none_is_not_believed(context: JobContext, server: Server) -> None:
    server.length = "many"
    assert fetched(context, server).read_bytes() == CONTENT


def test_a_file_put_there_by_hand_is_used(context: JobContext, tmp_path: Path) -> None:
    weights = at("http://127.0.0.1:9/Net.pdparams")
    path = weights.file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"by hand")
    assert download(context, weights) == path


def test_no_network_and_refusals_say_how_to_bring_the_file(
    context: JobContext, server: Server
) -> None:
    server.status = 404
    with pytest.raises(UserError, match="HTTP 404"):
        fetched(context, server)
    server.close()
    with pytest.raises(UserError) as error:
        fetched(context, server)
    assert error.value.code == "weights.download_failed"
    said = str(error.value)
    assert server.url in said
    assert "`paddlex-nb weights add Net Net_pretrained.pdparams --name imagenet`" in said


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
    name = cached_file(url).name
    assert "/" not in name
    assert name not in {".", ".."}

"""State files survive a kill at any instant, and disk errors are said in words."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, is_inside, read_json, write_bytes, write_json
from paddlex_nb.jobs.brief import secured
from paddlex_nb.jobs.job import JobStatus, State

WRITER = """
import sys, pathlib
from paddlex_nb.core.files import write_json
n = 0
while True:
    n += 1
    write_json(pathlib.Path(sys.argv[1]), {"n": n, "filler": [n] * 20000})
"""


def test_a_kill_at_any_instant_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for attempt in range(5):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
        while not path.exists():
            time.sleep(0.01)
        time.sleep(0.05 + 0.037 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
        state = json.loads(path.read_text())
        assert state["filler"] == [state["n"]] * 20000


def test_files_keep_the_permissions_of_the_users_mask(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_json(tmp_path / "s.json", JobStatus(state=State.DONE, ended=2.0))
    assert read_json(tmp_path / "s.json", JobStatus) == JobStatus(state=State.DONE, ended=2.0)
    assert [p.name for p in tmp_path.iterdir()] == ["s.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"state": "flying"}', b"[]", b"\xff\xfe"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "status.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"status\.json") as caught:
        read_json(path, JobStatus)
    assert caught.value.code == "core.file_damaged"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "core.disk_full"), (errno.EACCES, "core.no_permission")],
)
def test_disk_errors_become_sentences(tmp_path: Path, number: int, code: str) -> None:
    with pytest.raises(UserError) as caught, disk_errors(tmp_path):
        raise OSError(number, os.strerror(number))
    assert caught.value.code == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_recognised_for_real() -> None:
    full = Path("/dev/full")
    with pytest.raises(UserError) as caught, disk_errors(full):
        full.write_bytes(b"x")
    assert caught.value.code == "core.disk_full"


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "link").symlink_to(outside)
    assert is_inside(inside / "a" / ".." / "b", inside)
    assert not is_inside(inside / ".." / "out", inside)
    assert not is_inside(inside / "link" / "x", inside)


@pytest.mark.parametrize(("kind", "forced"), [("train", 1), ("export", 1), ("predict", 0)])
def test_files_of_brief_jobs_are_whole_but_not_forced_onto_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, forced: int
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(os, "fsync", calls.append)
    with secured(kind):
        write_json(tmp_path / "a.json", {"a": 1})
    assert len(calls) == forced
    assert read_json(tmp_path / "a.json", dict) == {"a": 1}
    write_json(tmp_path / "a.json", {"a": 2})
    assert len(calls) == forced + 1

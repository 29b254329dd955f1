"""Which process does a job: no clock, host name or container makes it another one."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.jobs import heartbeat, identity
from paddlex_nb.jobs.heartbeat import INTERVAL, beat, boot_id, is_fresh
from paddlex_nb.jobs.identity import JobProcess

needs_proc = pytest.mark.skipif(not boot_id(), reason="this system has no boot id")


def changed(process: JobProcess, **values: object) -> JobProcess:
    return msgspec.structs.replace(process, **values)


@needs_proc
def test_a_clock_that_moves_changes_nothing(tmp_path: Path) -> None:
    me = JobProcess.from_pid(os.getpid())
    for seconds in (2.0, -2.0, 86_400.0):
        # psutil's start time follows the clock: this is what a record of before it moved says
        assert changed(me, started=me.started + seconds).alive(tmp_path)


@needs_proc
def test_another_process_of_the_same_number_is_another_one(tmp_path: Path) -> None:
    me = JobProcess.from_pid(os.getpid())
    assert not changed(me, ticks=me.ticks + 1).alive(tmp_path)


@needs_proc
def test_the_name_of_the_host_may_change_or_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = JobProcess.from_pid(os.getpid())
    monkeypatch.setattr(platform, "node", lambda: "renamed")
    assert me.alive(tmp_path)
    monkeypatch.undo()
    for stranger in (changed(me, boot="another"), changed(me, namespace="pid:[1]")):
        assert not stranger.here
        assert not stranger.alive(tmp_path)  # the same pid here is somebody else's
        stranger.kill(tmp_path)
        beat(tmp_path / "heartbeat")
        assert stranger.alive(tmp_path)
        (tmp_path / "heartbeat").unlink()


def test_a_process_that_has_ended_is_not_alive_even_before_it_is_reaped(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = JobProcess.from_pid(child.pid)
    assert record.alive(tmp_path)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not record.alive(tmp_path)
    child.wait()
    assert not record.alive(tmp_path)


def test_a_record_of_an_older_version_is_read(tmp_path: Path) -> None:
    me = JobProcess.from_pid(os.getpid())
    path = tmp_path / "process.json"
    write_json(path, {"pid": me.pid, "started": me.started, "host": me.host})
    old = read_json(path, JobProcess)
    assert old.here
    assert old.alive(tmp_path)
    assert not changed(old, started=me.started - 5).alive(tmp_path)
    assert not changed(old, host="another").alive(tmp_path)


def test_an_old_record_of_a_job_outlives_a_clock_that_moves(tmp_path: Path) -> None:
    # a process has no command line yet while its exec is under way: it says when it runs
    script = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", script, "paddlex_nb.jobs.worker", str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "here\n"
        me = JobProcess.from_pid(child.pid)
        old = JobProcess(pid=child.pid, host=me.host, started=me.started + 3600)
        assert old.alive(tmp_path)
        assert not old.alive(tmp_path / "other")
        process = identity.find_process(tmp_path)
        assert process is not None
        assert process.pid == child.pid
    finally:
        child.kill()
        child.communicate()


def test_without_proc_the_start_time_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "boot_id", lambda: "")
    monkeypatch.setattr(identity, "_stat", lambda _: None)
    me = JobProcess.from_pid(os.getpid())
    assert (me.boot, me.ticks) == ("", 0)
    assert me.alive(tmp_path)
    assert not changed(me, started=me.started - 5).alive(tmp_path)


@needs_proc
def test_a_beat_of_this_boot_is_judged_by_the_clock_that_is_never_set(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat"
    beat(path)
    for moved in (-86_400.0, 86_400.0):
        os.utime(path, (time.time() + moved,) * 2)
        assert is_fresh(path)
    path.write_text(f"{boot_id()} {time.monotonic() - 4 * INTERVAL}\n")
    assert not is_fresh(path)


def test_a_beat_of_another_machine_is_judged_by_the_clock_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "heartbeat"
    path.write_text("another-boot 000000000000001.000\n")
    monkeypatch.setattr(heartbeat, "_clocks", {})
    monkeypatch.setattr(time, "time", lambda: 0.0)  # ours is wrong by decades
    assert is_fresh(path)
    here = path.stat().st_mtime
    for moved in (-4 * INTERVAL, 4 * INTERVAL):
        os.utime(path, (here + moved,) * 2)
        assert not is_fresh(path)
    assert [p.name for p in tmp_path.iterdir()] == ["heartbeat"]
    assert not is_fresh(tmp_path / "absent")

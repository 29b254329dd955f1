"""Work in other processes: the same results, and nothing is left when the parent is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from paddlex_nb.data.source import pool
from paddlex_nb.hosts.processor import cores

SLOW = """
import sys, time
from paddlex_nb.data.source import pool
pool._MANY = 0
if __name__ == "__main__":
    print("begun", flush=True)
    for _ in pool.each(time.sleep, [0.05] * 10_000, lambda _: None, processes=True):
        print("one", flush=True)
"""


@pytest.mark.parametrize("processes", [True, False])
def test_results_come_in_order(monkeypatch: pytest.MonkeyPatch, processes: bool) -> None:
    monkeypatch.setattr(pool, "_MANY", 10)
    told: list[int] = []
    items = list(range(-700, 0))
    assert list(pool.each(abs, items, told.append, processes=processes)) == [-i for i in items]
    assert told[-1] == len(items)


@pytest.mark.skipif(cores() < 2, reason="one core needs no other process")
def test_a_killed_parent_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert [parent.stdout.readline() for _ in range(2)] == [b"begun\n", b"one\n"]
    children = psutil.Process(parent.pid).children(recursive=True)
    workers = [c for c in children if "spawn_main" in " ".join(c.cmdline())]
    assert workers
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 20
    while any(worker.is_running() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not any(worker.is_running() for worker in workers)

"""Locks keep processes and threads apart, and go with whoever holds them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.locks import is_locked, locked

_HOLDER = """
import sys, time
from pathlib import Path
from paddlex_nb.core.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def _holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_keeps_others_out_and_goes_with_a_killed_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    holder = _holder(path)
    try:
        assert is_locked(path)
        with pytest.raises(UserError) as refusal, locked(path, timeout=0.1):
            pass
        assert refusal.value.code == "core.locked"
        assert str(path) in str(refusal.value)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert not is_locked(path)
    with locked(path, timeout=0):
        assert path.exists()


def test_a_lock_keeps_this_process_out_too_and_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path):
        assert is_locked(path)
        with pytest.raises(UserError), locked(path, timeout=0):
            pass
    with locked(path, timeout=0):
        pass

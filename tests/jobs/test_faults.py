"""A sample of the matrix of faults, which `bash .dev/run faults` goes through as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MATRIX = Path(__file__).parents[1] / "faults" / "matrix.py"


def test_nothing_is_lost_by_a_sample_of_faults() -> None:
    """In a process of its own: it forks, which this one with its threads must not."""
    command = [sys.executable, str(MATRIX), "--sample", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "something lost by 0" in done.stdout

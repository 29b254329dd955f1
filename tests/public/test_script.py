"""The script in the docs does what it says, on a small data set."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.hosts.shared import shared
from paddlex_nb.workspace import Workspace


def test_the_script_compares_two_runs_and_exports_the_better(tmp_path: Path) -> None:
    write_sample(Task.CLASSIFICATION, tmp_path / "photos")
    first = next((tmp_path / "photos").rglob("*.jpg"))
    shutil.copy(first, first.with_name("again.jpg"))  # something to fix
    command = [sys.executable, str(shared("notebooks/compare_runs.py")), str(tmp_path / "photos")]
    command += ["--workspace", str(tmp_path / "w"), "--out", str(tmp_path / "report")]
    command += ["--models", "fake", "fake", "--epochs", "2"]
    environment = {**os.environ, "PADDLEX_NB_FAKE": "1", "PADDLEX_NB_LANG": "en"}
    environment["PADDLEX_NB_FAKE_STEP"] = "0.002"
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "exact_duplicate" in done.stdout
    assert "best_epoch" in done.stdout
    written = {path.name for path in (tmp_path / "report").iterdir()}
    files = {
        "classes.png",
        "curves.png",
        "classes.csv",
        "confusion_matrix.png",
        "prediction.png",
        "comparison.png",
    }
    assert files <= written
    assert len(Workspace(tmp_path / "w").runs()) == 2

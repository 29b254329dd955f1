"""The whole road in a terminal, with real training, on the built-in sample."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest


def command(*words: str, workspace: Path) -> Any:
    line = [sys.executable, "-m", "paddlex_nb", *words, "--json", "--workspace", str(workspace)]
    environment = {**os.environ, "PADDLEX_NB_KEEP_ALIVE": "20"}  # as for a user, but not as long
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("shorter", "least"),
    [
        (("--epochs", "4", "--set", "input_size=64"), 0.9),
        pytest.param((), 0.95, marks=pytest.mark.slow),
    ],
    ids=["small", "default"],
)
def test_the_road_on_the_sample(tmp_path: Path, shorter: tuple[str, ...], least: float) -> None:
    """Top-1 of at least 0.95 in under two minutes on two cores, parity of at most 1e-4."""
    space = tmp_path / "w"
    command("sample", "classification", str(tmp_path / "fruit"), workspace=space)
    dataset = command("dataset", "import", str(tmp_path / "fruit"), workspace=space)
    command("dataset", "split", dataset["id"], workspace=space)
    begin = time.monotonic()
    run = command("train", dataset["id"], "--follow", *shorter, workspace=space)
    seconds = time.monotonic() - begin
    print(f"trained in {seconds:.0f} s")  # noqa: T201 - measured, not asserted
    assert run["status"] == "done"
    assert run["best"]["metric"] == "top1"
    assert run["best"]["value"] >= least

    result = command("evaluate", run["run"], workspace=space)
    assert result["metrics"]["top1"] == pytest.approx(run["best"]["value"])
    matrix = result["confusion_matrix"]
    assert [len(row) for row in matrix] == [len(result["classes"])] * len(result["classes"])
    assert [sum(row) for row in matrix] == [c["support"] for c in result["per_class"]]

    images = sorted((tmp_path / "fruit").rglob("*.jpg"))[:5]
    predicted = command("predict", run["run"], *map(str, images), workspace=space)
    assert len(predicted["predictions"]) == len(images)
    right = [p["class"] == Path(p["path"]).parent.name for p in predicted["predictions"]]
    assert sum(right) >= 4

    for to in ("inference", "onnx"):
        out = tmp_path / to
        made = command("export", run["run"], "--to", to, "--out", str(out), workspace=space)
        assert 0 <= made["parity"] <= 1e-4
        assert made["latency_ms"] > 0
        assert all(Path(f).is_file() for f in made["files"])

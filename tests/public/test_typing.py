"""A user's type checker sees the parameters of a training and the types of results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paddlex_nb.hosts.shared import shared

HEAD = """
from paddlex_nb import Workspace

workspace = Workspace("w")
dataset = workspace.dataset("d")
run = workspace.run("r")
"""

REFUSED = (
    ("workspace.train(dataset, epocs=3)", '"epocs"'),
    ('workspace.train(dataset, epochs="3")', '"train"'),
    ('workspace.train(dataset, optimizer="adaw")', '"train"'),
    ("dataset.preview_augmentation(rotate=3)", '"rotate"'),
    ('run.evaluate("val").metrix', '"metrix"'),
    ('run.evaluate("val", wait=False).metrics', '"metrics"'),
    ("workspace.train(dataset).result()", '"result"'),
)
"""Lines of a user, and what the message about each names."""

ACCEPTED = """
from paddlex_nb import Dataset, Evaluation, Export, Job, Predictions, Run

imported: Dataset = workspace.import_dataset("photos")
importing: Dataset = workspace.import_dataset("photos", wait=False).dataset
trained: Run = workspace.train(dataset, "ResNet18_vd", epochs=3, optimizer="adamw", rotation=None)
training = workspace.train(dataset, wait=False, progress=False)
same: Run = training.run
later: Run = training.result()
job: Job[Evaluation] = run.evaluate("test", wait=False)
top1: float | None = job.result().metrics["top1"]
predictions: Predictions = run.predict(["a.jpg"])
scores: list[float | None] = [prediction.score for prediction in predictions]
exported: Export = run.export("onnx")
resumed: Run = run.resume(epochs=30)
"""


pytestmark = pytest.mark.timeout(900)  # the first check reads all that the package imports


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def check(cache: Path, file: Path) -> str:
    """What ``mypy --strict`` says about a file, in a folder that knows nothing of ours."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(file)]
    command += ["--cache-dir", str(cache / "cache"), "--no-error-summary"]
    done = subprocess.run(command, cwd=cache, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_what_is_wrong_is_refused_and_what_is_right_is_not(cache: Path) -> None:
    file = cache / "snippet.py"
    lines = [line for line, _ in REFUSED]
    file.write_text("\n".join([HEAD.strip(), *lines, ACCEPTED]), encoding="utf-8")
    said = [line for line in check(cache, file).splitlines() if "error:" in line]
    first = len(HEAD.strip().splitlines()) + 1
    for number, (line, name) in enumerate(REFUSED, first):
        about = [one for one in said if f"snippet.py:{number}:" in one]
        assert any(name in one for one in about), (line, about)
    assert [one for one in said if int(one.split(":")[1]) >= first + len(REFUSED)] == []


def test_the_script_in_the_docs_is_accepted(cache: Path) -> None:
    assert check(cache, shared("notebooks/compare_runs.py")) == ""

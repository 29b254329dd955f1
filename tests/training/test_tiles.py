"""Real training on tiles, and real predictions by tiles, in Python and in a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paddlex_nb.core.task import Task
from paddlex_nb.data.samples import write_sample
from paddlex_nb.script import command_lines, python_script
from paddlex_nb.workspace import Workspace

SMALL: dict[str, Any] = {
    "epochs": 1,
    "batch_size": 4,
    "warmup_steps": 0,
    "device": "cpu",
    "input_size": 64,
}


def command(*words: str, workspace: Path, code: int = 0) -> Any:
    line = [sys.executable, "-m", "paddlex_nb", *words, "--json", "--workspace", str(workspace)]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def few(task: Task, folder: Path) -> None:
    """The sample of a task, with a few of its images."""
    write_sample(task, folder)
    for image in sorted(folder.rglob("*.jpg"))[10:]:
        image.unlink()


def test_a_detector_learns_from_tiles_and_predicts_photos(tmp_path: Path) -> None:
    source, space = tmp_path / "scenes", tmp_path / "w"
    few(Task.DETECTION, source)
    imported = command(
        "dataset", "import", str(source), "--tile", "96", "--tile-overlap", "0.25", workspace=space
    )
    assert imported["recognised"]["tiles"] == {"size": 96, "overlap": 0.25, "keep": 0.4}
    workspace = Workspace(space)
    dataset = workspace.dataset(imported["id"])
    assert dataset.record.images == imported["images"] >= 50
    told = " ".join(sentence.text() for sentence in dataset.recognised().sentences())
    assert "tiles of 96 x 96 pixels with an overlap of 25%" in told
    assert dataset.update().added == 0
    run = workspace.train(dataset, "FasterRCNN_light", **SMALL)
    script = python_script(run)
    assert "tile=96" in script
    assert "tile_overlap=0.25" in script
    assert "--tile-overlap=0.25" in command_lines(run)

    evaluated = run.evaluate()
    assert evaluated.tile == 96
    assert f"of {evaluated.images} tiles of 96 x 96 pixels" in repr(evaluated)
    line = [sys.executable, "-m", "paddlex_nb", "evaluate", run.id, "--workspace", str(space)]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    assert "of 96 x 96 pixels, not of whole images" in said

    photo = sorted(source.rglob("*.jpg"))[0]
    with Image.open(photo) as image:
        width, height = image.size
    assert max(width, height) > 96
    result = command("predict", run.id, str(photo), "--threshold", "0", workspace=space)
    assert (result["tile"], result["tile_overlap"], result["failed"]) == (96, 0.25, 0)
    boxes = np.array([o["box"] for o in result["predictions"][0]["objects"]]).reshape(-1, 4)
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, :2] + boxes[:, 2:] <= [width + 1e-3, height + 1e-3]).all()
    other = command(
        "predict", run.id, str(photo), "--tile", "128", "--tile-overlap", "0", workspace=space
    )
    assert (other["tile"], other["tile_overlap"]) == (128, 0)
    wrong = command("predict", run.id, str(photo), "--tile", "7", workspace=space, code=1)
    assert "32" in json.dumps(wrong)


@pytest.mark.slow
def test_a_segmenter_predicts_photos_by_tiles(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    few(Task.SEGMENTATION, tmp_path / "s")
    dataset = workspace.import_dataset(tmp_path / "s", tile=96)
    run = workspace.train(dataset, "PPMobileSeg_tiny", **SMALL)
    photo = sorted((tmp_path / "s").rglob("*.jpg"))[0]
    [prediction] = run.predict(photo)
    with Image.open(photo) as image:
        size = image.size
    mask = prediction.mask()
    assert mask is not None
    assert mask.shape == size[::-1]
    assert sum(area.share for area in prediction.areas) == pytest.approx(1)

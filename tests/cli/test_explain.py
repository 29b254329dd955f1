"""``explain`` draws where a classifier looks, and says at once what it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_runs import fake_run
from PIL import Image

from paddlex_nb.cli import main
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


def call(run: Run, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    space = str(RunFolder(run.folder).workspace.path)
    status = main(["explain", run.id, *words, "--json", "--workspace", space])
    return status, json.loads(capsys.readouterr().out)


def test_heat_maps_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    space = Workspace(tmp_path / "work")
    dataset = space.import_sample("classification", progress=False)
    run = space.train(dataset, "MobileNetV2_x0_25", epochs=1, input_size=64, progress=False)
    images, name = list(map(str, run.images("val")[:2])), run.record.classes[0]
    out = tmp_path / "out"
    capsys.readouterr()
    words = ("--method", "perturbation", "--class", name, "--out", str(out))
    status, made = call(run, capsys, *images, *words)
    assert status == 0
    assert (made["out"], made["method"], made["run"]) == (str(out), "perturbation", run.id)
    lines = made["explanations"]
    assert [one["path"] for one in lines] == images
    assert {one["class"] for one in lines} == {name}
    assert sorted(map(str, out.iterdir())) == sorted(one["drawn"] for one in lines)
    for one in lines:
        with Image.open(one["path"]) as plain, Image.open(one["drawn"]) as drawn:
            assert drawn.size == plain.size
            assert drawn.convert("RGB").tobytes() != plain.convert("RGB").tobytes()
    jobs = len(run.jobs("explain"))
    status, error = call(run, capsys, *images, "--out", str(out))
    assert (status, error["error"]["code"]) == (1, "export.out_used")
    status, error = call(run, capsys, *images, "--class", "no such")
    assert (status, error["error"]["code"]) == (1, "training.explain.no_class")
    assert len(run.jobs("explain")) == jobs, "said before there is a job"
    assert main(["explain", run.id, images[0], "--workspace", str(space.path)]) == 0
    said = capsys.readouterr().out
    (folder,) = (tmp_path / "work" / "exports").iterdir()
    assert str(folder) in said
    assert tr("display.explain.coarse", size=64) in said
    assert len(list(folder.glob("*.jpg"))) == 1


def test_other_tasks_are_not_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for task in set(Task) - {Task.CLASSIFICATION}:
        run = fake_run(tmp_path, task, evaluated=False)
        capsys.readouterr()
        status, error = call(run, capsys, "a.jpg")
        assert (status, error["error"]["code"]) == (1, "training.explain.only_classes")

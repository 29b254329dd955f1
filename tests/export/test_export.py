"""Exported models compute the same, stand by themselves and overwrite nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from training.fixtures import Bench

from paddlex_nb.core.errors import UserError
from paddlex_nb.runtimes import paddle_inference as paddle_model


@pytest.fixture(scope="session", params=["inference", "onnx"])
def exported(
    bench: Bench,
    trained: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("exports") / request.param
    return bench.job(trained, "export", to=request.param, out=str(out))[0]


def test_it_computes_the_same_and_says_how_fast(exported: dict[str, Any]) -> None:
    assert exported["parity"] <= 1e-4
    assert 0 < exported["latency_ms"] < 5000
    files = [Path(file) for file in exported["files"]]
    assert {"inference.yml", "predict.py", "README.md"} < {file.name for file in files}
    assert exported["size_bytes"] == sum(file.stat().st_size for file in files)


def test_the_description_says_what_is_needed(bench: Bench, exported: dict[str, Any]) -> None:
    text = (Path(exported["out"]) / "inference.yml").read_text("utf-8")
    description = yaml.safe_load(text)
    assert description["classes"] == bench.workspace.dataset(bench.dataset).classes
    assert description["input_size"] == 32
    operations = [step["op"] for step in description["preprocessing"]]
    assert operations == [
        "decode",
        "resize_short",
        "center_crop",
        "scale",
        "normalise",
        "to_chw",
    ]


def test_the_program_beside_it_works_alone(
    bench: Bench, trained: Path, exported: dict[str, Any]
) -> None:
    source = Path(bench.workspace.dataset(bench.dataset).record.source)
    images = sorted(str(p) for p in source.rglob("*_00[0-2].jpg"))
    answer = subprocess.run(
        [sys.executable, "predict.py", *images],
        cwd=exported["out"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    rows = [line.split("\t") for line in answer.stdout.splitlines() if "\t" in line]
    result, _ = bench.job(trained, "predict", paths=images)
    assert [row[0] for row in rows] == images
    for (_, name, score), expected in zip(rows, result["predictions"], strict=True):
        assert name == expected["class"]
        assert float(score) == pytest.approx(expected["score"], abs=0.002)


def test_an_earlier_export_is_replaced_and_nothing_else(
    bench: Bench, trained: Path, tmp_path: Path
) -> None:
    out = tmp_path / "model"
    bench.job(trained, "export", to="onnx", out=str(out))
    bench.job(trained, "export", to="inference", out=str(out))
    names = {path.name for path in out.iterdir()}
    assert "model.onnx" not in names
    assert "inference.json" in names
    other = tmp_path / "precious"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work", encoding="utf-8")
    for path in (other, other / "thesis.txt"):
        with pytest.raises(UserError) as error:
            bench.job(trained, "export", to="inference", out=str(path))
        assert error.value.code == "export.out_used"
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "precious"]


def test_a_failure_leaves_the_former_export(
    bench: Bench, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "model"
    bench.job(trained, "export", to="inference", out=str(out))
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fails(*_: object) -> None:
        raise RuntimeError("std::bad_alloc")

    monkeypatch.setattr("paddlex_nb.suites.paddle_adapter.save_inference", fails)
    with pytest.raises(UserError) as error:
        bench.job(trained, "export", to="inference", out=str(out))
    assert error.value.code == "training.out_of_memory"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_without_onednn_where_paddle_refuses_it(
    trained: Path, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.job(trained, "export", to="inference", out=str(tmp_path / "model"))
    make, asked = paddle_model._predictor, []

    class Refuses:
        """As Paddle 3.3 does for some graphs."""

        def __getattr__(self, name: str) -> Any:
            raise NotImplementedError(name)

    def predictor(folder: Path, *, gpu: bool, onednn: bool) -> Any:
        asked.append(onednn)
        return Refuses() if onednn else make(folder, gpu=gpu, onednn=False)

    monkeypatch.setattr(paddle_model, "_predictor", predictor)
    run = paddle_model.run_inference(tmp_path / "model")
    images = np.zeros((2, 3, 32, 32), np.float32)
    assert run(images)[0].shape == run(images)[0].shape == (2, 4)
    assert asked == [True, False]


def test_converting_leaves_the_environment_alone(
    bench: Bench, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """paddle2onnx's default optimiser, polygraphy, installs what it misses with pip."""
    (tmp_path / "polygraphy").mkdir()
    marker = tmp_path / "imported"
    (tmp_path / "polygraphy" / "__init__.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    bench.job(trained, "export", to="onnx", out=str(tmp_path / "out"))
    assert not marker.exists()

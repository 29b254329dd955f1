"""The tutorials do what they say: their code runs as it is written there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from documentation.reading import blocks, pages

TUTORIALS = sorted(name for name in pages("en") if name.startswith("tutorials/"))


def test_the_python_of_a_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a model that pretends: the slow tests train those that are recommended."""
    (block,) = blocks(pages("en")["tutorials/classification.md"], "python")
    asked = 'workspace.train(dataset, name="fruit-1")'
    assert block.count(asked) == 1
    shorter = 'workspace.train(dataset, "fake", name="fruit-1", epochs=2)'
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(block.replace(asked, shorter), "classification.md", "exec"), names)  # noqa: S102
    assert (tmp_path / "predictions" / "results.json").is_file()
    assert (tmp_path / "tutorial" / "runs" / "fruit-1" / "exports" / "onnx").is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["bash", "python"])
@pytest.mark.parametrize("name", TUTORIALS)
def test_the_code_of_a_tutorial_runs(name: str, language: str, tmp_path: Path) -> None:
    code = "\n".join(blocks(pages("en")[name], language))
    folder = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PADDLEX_NB_WORKSPACE": str(tmp_path / "workspace"),
        "PADDLEX_NB_LANG": "en",
    }
    command = ["bash", "-euo", "pipefail"] if language == "bash" else [sys.executable, "-"]
    done = subprocess.run(
        command, input=code, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    print(done.stdout)  # noqa: T201 - what readers see, for whoever runs this
    assert done.returncode == 0, done.stderr

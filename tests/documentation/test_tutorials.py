"""The tutorials do what they say: their code runs as it is written there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from documentation.reading import blocks, pages

TUTORIALS = sorted(name for name in pages("en") if name.startswith("tutorials/"))


@pytest.mark.parametrize(
    "name",
    [  # each takes some 3 s
        pytest.param(name, marks=() if "/classification" in name else pytest.mark.slow)
        for name in TUTORIALS
    ],
)
def test_the_python_of_a_tutorial_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a model that pretends: the slow tests train those that are recommended."""
    (block,) = blocks(pages("en")[name], "python")
    task = Path(name).stem
    model = "fake" if task == "classification" else f"fake_{task}"
    shorter = block.replace(
        "workspace.train(dataset", f'workspace.train(dataset, "{model}", epochs=1'
    )
    assert shorter != block
    monkeypatch.setenv("PADDLEX_NB_FAKE_STEP", "0.001")
    monkeypatch.chdir(tmp_path)
    exec(compile(shorter, name, "exec"), {})  # noqa: S102
    (run,) = (tmp_path / "tutorial" / "runs").iterdir()
    assert any((run / "evaluation").iterdir())


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

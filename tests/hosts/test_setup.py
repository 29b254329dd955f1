"""Setup in real environments, with the real pip and made-up wheels on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hosts.environments import Environment, wheel
from paddlex_nb.core.i18n import has
from paddlex_nb.hosts.pins import PINS, SUITES

SETUP = """
import json, sys, msgspec
from paddlex_nb.core.errors import UserError
from paddlex_nb.hosts.setup import run_setup
said = []
try:
    result = msgspec.to_builtins(run_setup(lambda m: said.append(m.key), dry_run={dry_run}))
except UserError as error:
    result = {{"code": error.code, "values": error.message.values}}
print(json.dumps({{"result": result, "said": said}}))
"""
ALL = [str(pin) for pin in PINS]


def setup(
    environment: Environment, links: Path | None = None, *, dry_run: bool = False
) -> dict[str, Any]:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(links)} if links else {}
    done = environment.run(SETUP.format(dry_run=dry_run), **offline)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert all(map(has, answer["said"]))
    return answer


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with a wheel for everything that setup may bring."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for pin in PINS:
        version = {"cv2": "4.10.0"}.get(pin.module, pin.requirement.removeprefix("=="))
        # as the real suites do, which is why they are installed without their requirements
        requires = ["sklearn", "opencv-python"] if pin.alone else []
        wheel(folder, pin.name, version, module=pin.module, requires=requires)
    wheel(folder, "numpy", "2.3.5")
    wheel(folder, "numpy", "2.5.0")
    wheel(folder, "setuptools", "80.9.0")
    return folder


def test_an_empty_environment_gets_everything_once(tmp_path: Path, shelf: Path) -> None:
    environment = Environment(tmp_path / "env", pip=True)
    first = setup(environment, shelf)
    assert first["result"] == {"installed": ALL, "kept": []}
    imports = ", ".join(pin.module for pin in PINS)
    assert environment.run(f"import {imports}").returncode == 0
    # within our limits although a newer one lies there
    assert environment.run("import numpy; print(numpy.__version__)").stdout.strip() == "2.3.5"

    second = setup(environment, shelf)
    assert second["result"]["installed"] == []
    assert second["result"]["kept"][0] == "paddlepaddle 3.2.2"
    assert set(second["said"]) == {"hosts.setup_kept"}


def test_a_gpu_build_and_any_opencv_are_kept(tmp_path: Path, shelf: Path) -> None:
    environment = Environment(tmp_path / "env", pip=True)
    environment.add("paddlepaddle-gpu", "3.3.0", module="paddle")
    environment.add("opencv-contrib-python-headless", "4.9.0", module="cv2")
    answer = setup(environment, shelf)
    assert answer["result"]["kept"] == [
        "paddlepaddle-gpu 3.3.0",
        "opencv-contrib-python-headless 4.9.0",
    ]
    names = {path.name.partition("-")[0] for path in environment.site.glob("*.dist-info")}
    assert "paddlepaddle" not in names
    assert "opencv_python_headless" not in names


def test_a_module_that_no_distribution_states_is_kept(tmp_path: Path) -> None:
    """As a system package or a build by hand puts it there."""
    environment = Environment(tmp_path / "env")
    (environment.site / "cv2").mkdir()
    (environment.site / "cv2" / "__init__.py").touch()
    # left over by an uninstall: nothing to import
    (environment.site / "paddle").mkdir()
    answer = setup(environment, dry_run=True)
    assert answer["result"]["kept"] == ["cv2"]
    assert "paddlepaddle==3.2.2" in answer["result"]["installed"]


def test_another_version_of_a_suite_is_replaced(tmp_path: Path, shelf: Path) -> None:
    environment = Environment(tmp_path / "env", pip=True)
    environment.add("paddledet", "2.5.0", module="ppdet")
    setup(environment, shelf)
    assert environment.run("import ppdet; print(ppdet.__version__)").stdout.strip() == "2.6.0"


def test_a_newer_suite_from_its_own_repository_is_kept(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env")
    environment.add("paddledet", "2.7.0", module="ppdet")
    environment.add("paddleseg", "2.9.0.dev0", module="paddleseg")
    answer = setup(environment, dry_run=True)
    assert answer["result"]["kept"] == ["paddledet 2.7.0", "paddleseg 2.9.0.dev0"]


def test_a_failure_is_one_sentence_with_pips_own_reason(tmp_path: Path, shelf: Path) -> None:
    environment = Environment(tmp_path / "env", pip=True)
    next(shelf.glob("paddleseg-*")).unlink()
    result = setup(environment, shelf)["result"]
    assert result["code"] == "hosts.setup_failed"
    assert result["values"]["packages"] == ", ".join(map(str, SUITES))
    assert result["values"]["reason"].startswith("ERROR: No matching distribution found")
    assert "paddleseg==2.8.0" in result["values"]["details"]
    # what was installed before the failure stays
    assert environment.run("import paddle, cv2, paddle2onnx").returncode == 0


def test_without_an_installer_nothing_is_tried(tmp_path: Path) -> None:
    result = setup(Environment(tmp_path / "env"))["result"]
    assert result["code"] == "hosts.no_installer"

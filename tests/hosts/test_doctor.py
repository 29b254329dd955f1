"""The doctor: healthy here, and naming what is wrong where something is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from hosts.environments import Environment
from paddlex_nb.core.i18n import has
from paddlex_nb.core.severity import Severity
from paddlex_nb.hosts import checks
from paddlex_nb.hosts.checks import machine, notebook
from paddlex_nb.hosts.checks.paddle import check_gpu, check_imports, check_paddle
from paddlex_nb.hosts.pins import SUITES
from paddlex_nb.hosts.probe import Imported, probe
from paddlex_nb.hosts.report import Problem

OK = {"cv2": Imported("cv2", "4.10.0"), "paddle": Imported("paddle", "3.2.2", "cpu")}
CHECKS = """
import json
from paddlex_nb.hosts.checks.packages import *
problems = [*check_python(), *check_requirements(), *check_pins(), *check_opencv()]
print(json.dumps([[p.code, p.severity.value, p.values.get("name", "")] for p in problems]))
"""


def codes(problems: Iterable[Problem]) -> list[str]:
    listed = list(problems)
    for problem in listed:
        for language in ("en", "zh_CN"):
            for message in (problem.message, problem.advice):
                text = message.text(language)
                assert text != message.key
                assert "{" not in text
    return [problem.code for problem in listed]


def test_this_environment_is_healthy_and_paddle_stays_out(tmp_path: Path) -> None:
    code = (
        "import json, msgspec, sys\n"
        "from pathlib import Path\n"
        "from paddlex_nb.hosts.doctor import diagnose\n"
        "report = diagnose(Path(sys.argv[1]))\n"
        "assert not {'paddle', 'cv2', 'ppdet'} & sys.modules.keys()\n"
        "print(msgspec.json.encode(report).decode())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "not" / "there" / "yet")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    problems = [p for p in report["problems"] if p["severity"] == "error"]
    assert report["ok"], problems
    assert report["python"] == sys.version.split()[0]
    assert report["paddle"]["version"] == "3.2.2"
    assert re.fullmatch(r"cpu|gpu:\d+", report["paddle"]["device"])
    assert report["suites"] == [
        {"name": suite.name, "version": suite.requirement[2:], "ok": True} for suite in SUITES
    ]
    assert not list(tmp_path.iterdir())


def test_what_kills_an_import_is_told_and_the_rest_still_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, code in {
        "first": "__version__ = '1.5'; print('noise')",
        "raises": "print('noise'); raise RuntimeError('the reason\\n\\nand a hint')",
        "crashes": "import os; os.kill(os.getpid(), 11)",
        "hangs": "import time; time.sleep(60)",
        "last": "",
    }.items():
        (tmp_path / f"{name}_module.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    names = [f"{name}_module" for name in ("first", "raises", "crashes", "hangs", "last")]
    probed = probe(names, seconds=3)
    assert list(probed) == names
    assert probed["first_module"] == Imported("first_module", "1.5")
    assert probed["raises_module"].failure == "RuntimeError: the reason"
    assert probed["crashes_module"].failure == "crash (signal 11)"
    assert probed["hangs_module"].failure == "no answer in 3 s"
    assert probed["last_module"] == Imported("last_module")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.2.2", []),
        ("2.6.2", ["paddle_too_old"]),
        ("3.3.1", ["paddle_3_3"]),
        ("3.1.0", ["paddle_untried"]),
        ("4.0.0", ["paddle_untried"]),
        ("0.0.0", ["paddle_untried"]),  # a nightly build
    ],
)
def test_paddles_versions(version: str, expected: list[str]) -> None:
    assert codes(check_paddle({"paddle": Imported("paddle", version, "cpu")})) == expected


def test_paddle_missing_or_broken() -> None:
    assert codes(check_paddle({})) == ["paddle_missing"]
    openmp = "ImportError: libgomp.so.1: cannot open shared object file"
    for failure, code in ((openmp, "openmp_missing"), ("crash (signal 11)", "paddle_broken")):
        imports = {**OK, "paddle": Imported("paddle", failure=failure)}
        assert codes(check_paddle(imports)) == [code]
        assert codes(check_imports(imports)) == []  # the suites fail for that very reason


def test_opencv_or_a_suite_broken() -> None:
    libgl = Imported("cv2", failure="ImportError: libGL.so.1: cannot open shared object file")
    broken = Imported("ppdet", failure="ModuleNotFoundError: No module named 'pkg_resources'")
    assert codes(check_imports({**OK, "cv2": libgl, "ppdet": broken})) == ["opencv_broken"]
    assert codes(check_imports({**OK, "ppdet": broken})) == ["suite_broken"]


@pytest.mark.parametrize(
    ("cuda", "device", "gpus", "driver", "expected"),
    [
        ("", "cpu", 0, None, []),
        ("", "cpu", 2, (12, 4), ["gpu_unused"]),
        ("12.6", "gpu:0", 1, (12, 4), []),  # releases of one major version run on its drivers
        ("12.6", "gpu:0", 1, (13, 0), []),
        ("12.6", "cpu", 1, (11, 8), ["gpu_driver_old"]),
        ("12.6", "cpu", 0, None, ["gpu_no_driver"]),
        ("12.6", "cpu", 1, (12, 6), ["gpu_not_seen"]),
    ],
)
def test_cuda_build_against_driver(
    cuda: str, device: str, gpus: int, driver: tuple[int, int] | None, expected: list[str]
) -> None:
    paddle = Imported("paddle", "3.2.2", device, cuda)
    assert codes(check_gpu(paddle, gpus, driver)) == expected


def test_packages_that_do_not_fit_are_named(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env")
    requires = [
        "numpy>=1.26,<2.4",
        "setuptools<81",
        "ipykernel!=7.0.*",
        "voila>=0.5.5",
        "traitlets>=5.7.1",
        "anywidget>=0.9",
        "tomli; python_version < '3.0'",
    ]
    environment.add("paddlex_nb", "0.1.0", module="x", requires=requires, python=">=3.14")
    environment.add("numpy", "2.4.1")
    environment.add("setuptools", "81.0.0")
    environment.add("ipykernel", "7.0.1")
    environment.add("traitlets", "5.0.0")
    environment.add("paddleclas", "2.5.2")
    environment.add("paddledet", "2.6.0", module="ppdet")
    environment.add("opencv-python", "4.6.0.66", module="cv2")
    environment.add("opencv-python-headless", "4.10.0.84", module="cv2")
    done = environment.run(CHECKS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        ["python_unfit", "error", ""],
        ["numpy_unfit", "error", "numpy"],
        ["setuptools_unfit", "error", "setuptools"],
        ["ipykernel_unfit", "error", "ipykernel"],
        ["package_missing", "warning", "voila"],
        ["package_unfit", "warning", "traitlets"],
        ["package_missing", "error", "anywidget"],
        ["pin_missing", "warning", "paddle2onnx"],
        ["pin_unfit", "error", "paddleclas"],
        ["pin_missing", "error", "paddleseg"],
        ["opencv_twice", "warning", ""],
    ]


def test_folders_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(machine.check_folder(tmp_path / "new" / "folder")) == []
    assert codes(machine.check_folder(Path("/proc/paddlex"))) == ["folder_not_writable"]
    assert codes(machine.check_folder(Path(__file__) / "below")) == ["folder_not_writable"]
    monkeypatch.setattr(machine, "DISK_ENOUGH", 1 << 60)
    (low,) = machine.check_folder(tmp_path)
    assert codes([low]) == ["disk_low"]
    assert low.severity is Severity.WARNING
    monkeypatch.setattr(machine, "DISK_NEEDED", 1 << 60)
    (full,) = machine.check_folder(tmp_path)
    assert full.severity is Severity.ERROR


def test_memory_and_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory", lambda: (4 << 30, 1 << 30))
    monkeypatch.setattr(machine, "cores", lambda: 8)
    monkeypatch.setattr(machine, "vendor", lambda: "AuthenticAMD")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.delenv("MKL_DEBUG_CPU_TYPE", raising=False)
    assert codes(machine.check_memory()) == ["memory_low"]
    assert codes(machine.check_threads()) == ["threads_few", "amd_slow_path"]
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setenv("MKL_DEBUG_CPU_TYPE", "5")
    assert codes(machine.check_threads()) == []


def test_front_ends_are_looked_for_where_jupyter_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    assert codes(notebook.check_front_ends()) == []
    Environment(tmp_path / "server")
    script = "import time; print('up', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [tmp_path / "server" / "bin" / "python", "-c", script], stdout=subprocess.PIPE
    ) as server:
        assert server.stdout
        server.stdout.readline()
        monkeypatch.setenv("JPY_PARENT_PID", str(server.pid))
        monkeypatch.setenv("JUPYTER_PATH", "")
        assert notebook.server_prefix() == tmp_path / "server"
        assert codes(notebook.check_front_ends()) == ["front_end_elsewhere"] * 2
        server.kill()
    assert notebook.server_prefix() is None


@pytest.mark.parametrize(
    ("kernel", "front_end", "expected"),
    [
        ("8.1.9", "5.0.16", []),
        ("7.7.1", "3.1.11", []),
        ("7.7.1", "5.0.16", ["front_end_unfit"]),
        ("8.1.9", "3.1.11", ["front_end_unfit"]),
    ],
)
def test_the_front_end_must_be_of_the_kernels_ipywidgets(
    kernel: str,
    front_end: str,
    expected: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, version in (("@jupyter-widgets/jupyterlab-manager", front_end), ("anywidget", "1")):
        folder = tmp_path / "labextensions" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    monkeypatch.setattr(notebook, "version", lambda _: kernel)
    assert codes(notebook.check_front_ends()) == expected


def test_bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "_BUNDLES", tmp_path)
    assert codes(notebook.check_bundles()) == ["bundles_missing"]
    (tmp_path / "line_chart.js").touch()
    assert codes(notebook.check_bundles()) == []


def test_every_code_has_its_texts() -> None:
    folder = Path(next(iter(checks.__path__)))
    pattern = re.compile(r'Problem\(\s*"(\w+)"|"(\w+)" if [^\n]* else "(\w+)"')
    codes_said = {
        code
        for file in folder.glob("*.py")
        for codes in pattern.findall(file.read_text(encoding="utf-8"))
        for code in filter(None, codes)
    }
    assert {"bundles_missing", "front_end_elsewhere", "paddle_broken"} <= codes_said
    keys = [f"hosts.{code}{part}" for code in codes_said for part in ("", ".advice")]
    assert [key for key in keys if not has(key)] == []

"""Cores, memory and GPUs, as the machine and its container tell them."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from paddlex_nb.hosts import processor

GIB = 1 << 30
SMI = """#!/bin/sh
case "$*" in
  *query-gpu*) printf 'NVIDIA A100, 40960, 39000\\nNVIDIA GB10, [N/A], [N/A]\\n' ;;
  *) printf '| NVIDIA-SMI 550.54   Driver Version: 550.54   CUDA Version: 12.4  |\\n' ;;
esac
"""


@pytest.fixture
def cgroup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(processor, "_CGROUP", tmp_path)
    return tmp_path


def fill(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="ascii")


def test_cores_are_those_that_the_process_may_use() -> None:
    assert 1 <= processor.cores() <= len(os.sched_getaffinity(0))
    assert processor.machine().cores == processor.cores()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu_DOT_max": "50000 100000"}, 1),
        ({"cpu_DOT_max": "100000 100000"}, 1),
        ({"cpu__cpu_DOT_cfs_quota_us": "100000", "cpu__cpu_DOT_cfs_period_us": "100000"}, 1),
        ({"cpu_DOT_max": "max 100000"}, None),
        ({"cpu__cpu_DOT_cfs_quota_us": "-1", "cpu__cpu_DOT_cfs_period_us": "100000"}, None),
    ],
)
def test_a_containers_quota_limits_the_cores(
    cgroup: Path, files: dict[str, str], expected: int | None
) -> None:
    unlimited = processor.cores()
    fill(cgroup, **files)
    assert processor.cores() == (expected or unlimited)


@pytest.mark.parametrize(
    ("limit", "used"),
    [
        ("memory_DOT_max", "memory_DOT_current"),
        ("memory__memory_DOT_limit_in_bytes", "memory__memory_DOT_usage_in_bytes"),
    ],
)
def test_a_containers_limit_is_the_memory(cgroup: Path, limit: str, used: str) -> None:
    fill(cgroup, **{limit: str(GIB), used: str(GIB // 4)})
    assert processor.memory() == (GIB, 3 * GIB // 4)
    fill(cgroup, **{limit: str(1 << 62)})
    assert processor.memory()[0] == psutil.virtual_memory().total


def test_a_job_uses_all_cores_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processor, "vendor", lambda: "AuthenticAMD")
    for name in ("OMP_NUM_THREADS", "MKL_DEBUG_CPU_TYPE", "KMP_BLOCKTIME", "MALLOC_MMAP_MAX_"):
        monkeypatch.delenv(name, raising=False)
    wanted = processor.job_environment()
    assert wanted["OMP_NUM_THREADS"] == str(processor.cores())
    assert wanted["MKL_DEBUG_CPU_TYPE"] == "5"
    assert wanted["KMP_BLOCKTIME"] == "0"
    assert wanted["MALLOC_MMAP_MAX_"] == "0"
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert "OMP_NUM_THREADS" not in processor.job_environment()
    monkeypatch.setattr(processor, "vendor", lambda: "GenuineIntel")
    assert "MKL_DEBUG_CPU_TYPE" not in processor.job_environment()


def test_gpus_are_what_the_driver_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert processor.gpus() == []
    assert processor.driver_cuda() is None
    tool = tmp_path / "nvidia-smi"
    tool.write_text(SMI, encoding="ascii")
    tool.chmod(0o755)
    assert processor.gpus() == [
        processor.Gpu("NVIDIA A100", 40 * GIB, 39000 << 20),
        processor.Gpu("NVIDIA GB10", 0, 0),
    ]
    assert processor.driver_cuda() == (12, 4)
    tool.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed'; exit 9\n", encoding="ascii")
    assert processor.gpus() == []
    assert processor.driver_cuda() is None

"""The machine: how many cores, how much memory, which GPUs, and how to let Paddle use them."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import psutil

_CGROUP = Path("/sys/fs/cgroup")
_NVIDIA_SMI_SECONDS = 10
_MEMORY = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class Gpu(msgspec.Struct, frozen=True):
    """One NVIDIA GPU.

    Attributes:
        name: As the driver calls it.
        memory_total: Bytes.
        memory_free: Bytes, now.
    """

    name: str
    memory_total: int
    memory_free: int


class Machine(msgspec.Struct, frozen=True):
    """Cores, memory and GPUs that a job can use.

    Attributes:
        processor: The CPU's vendor, such as ``AuthenticAMD``; empty where it is not known.
        cores: CPU cores that a job may use.
        memory_total: Bytes, the container's limit counted.
        memory_free: Bytes that can be had without swapping, now.
        gpus: NVIDIA GPUs.
    """

    processor: str
    cores: int
    memory_total: int
    memory_free: int
    gpus: list[Gpu]


def machine() -> Machine:
    """Look at the machine, without Paddle. Takes as long as ``nvidia-smi`` where there is one."""
    total, free = memory()
    return Machine(
        processor=vendor(), cores=cores(), memory_total=total, memory_free=free, gpus=gpus()
    )


def cores() -> int:
    """Cores that this process may use, at least 1.

    The fewest of: the physical cores (hyper-threads slow dense arithmetic down), the cores that
    the process is bound to, and the container's quota.
    """
    bound = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    limits = [len(bound), psutil.cpu_count(logical=False) or len(bound)]
    if (quota := _cpu_quota()) is not None:
        limits.append(max(1, int(quota)))
    return min(limits)


def memory() -> tuple[int, int]:
    """Total and free memory in bytes, no more than the container allows."""
    system = psutil.virtual_memory()
    total, free = int(system.total), int(system.available)
    limit = _cgroup_number("memory.max", "memory/memory.limit_in_bytes")
    used = _cgroup_number("memory.current", "memory/memory.usage_in_bytes")
    if limit is not None and limit < total:
        total = limit
        free = min(free, max(0, limit - (used or 0)))
    return total, free


def job_environment() -> dict[str, str]:
    """Variables to add to a job's environment, before Paddle is imported there.

    Paddle runs on one thread while ``OMP_NUM_THREADS`` is unset, and the MKL that it bundles takes
    a slow path on AMD processors unless ``MKL_DEBUG_CPU_TYPE=5`` names its AVX2 path: together
    they make a training step 3 to 4 times as fast. ``KMP_BLOCKTIME=0`` lets waiting threads sleep:
    spinning, they make a step 7 times as slow as soon as anybody else works on the same cores.
    And glibc is told to keep freed memory, and Arrow to take its own from there: having each large
    tensor mapped anew costs a tenth of a step. What the user has set stays as it is.
    """
    wanted = {"OMP_NUM_THREADS": str(cores()), "KMP_BLOCKTIME": "0", **_MEMORY}
    if vendor() == "AuthenticAMD":
        wanted["MKL_DEBUG_CPU_TYPE"] = "5"
    return {name: value for name, value in wanted.items() if name not in os.environ}


def vendor() -> str:
    """The CPU's vendor as the processor itself gives it, or an empty text."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "AuthenticAMD" if "AMD" in platform.processor() else ""
    match = re.search(r"^vendor_id\s*:\s*(\S+)", text, re.MULTILINE)
    return match[1] if match else ""


def gpus() -> list[Gpu]:
    """The NVIDIA GPUs that the driver shows, none where there is no driver."""
    query = ["--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    rows = [
        line.rsplit(",", 2) for line in _nvidia_smi(*query).splitlines() if line.count(",") >= 2
    ]
    return [
        Gpu(name=name.strip(), memory_total=_mebibytes(total), memory_free=_mebibytes(free))
        for name, total, free in rows
    ]


def driver_cuda() -> tuple[int, int] | None:
    """The newest CUDA version that the NVIDIA driver can run, such as ``(12, 4)``."""
    match = re.search(r"CUDA Version:\s*(\d+)\.(\d+)", _nvidia_smi())
    return (int(match[1]), int(match[2])) if match else None


def _nvidia_smi(*options: str) -> str:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    try:
        answer = subprocess.run(
            [tool, *options],
            capture_output=True,
            text=True,
            timeout=_NVIDIA_SMI_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""  # a driver without a device, or one that hangs: as good as none
    return answer.stdout


def _mebibytes(text: str) -> int:
    # "[N/A]" on GPUs that share the machine's memory
    return int(text) << 20 if text.strip().isdigit() else 0


def _cpu_quota() -> float | None:
    """Cores' worth of time that the container may use, or None for no limit."""
    quota, _, period = _read(_CGROUP / "cpu.max").partition(" ")
    if not quota:
        quota = _read(_CGROUP / "cpu/cpu.cfs_quota_us")
        period = _read(_CGROUP / "cpu/cpu.cfs_period_us")
    if not (quota.isdigit() and period.isdigit() and int(period)):
        return None
    return int(quota) / int(period)


def _cgroup_number(*names: str) -> int | None:
    texts = (_read(_CGROUP / name) for name in names)
    return next((int(text) for text in texts if text.isdigit()), None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""

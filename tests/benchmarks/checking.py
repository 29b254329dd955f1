"""Importing 100,000 small images: a first time, a second time unchanged, and after a stop.

Beside a plain loop that only decodes with Pillow, a part of the images in the same run. The import
is the job's own work in a process of its own: every image decoded, hashed, compared with all
others, looked at for blur and blankness, indexed and divided. Argument: how many images.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

IMAGES = 100_000
PART = 10_000
CLASSES = 50


def write(folder: Path, images: int) -> None:
    """Pictures of 96 pixels, each different: large squares, small noise."""
    random = np.random.default_rng(0)
    for number in range(CLASSES):
        (folder / f"class {number:02}").mkdir(parents=True)
    for number in range(images):
        squares = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        pixels = np.kron(squares, np.ones((16, 16, 1), np.uint8))
        pixels[::2, ::2] ^= random.integers(0, 16, (48, 48, 1), dtype=np.uint8)
        path = folder / f"class {number % CLASSES:02}" / f"{number:06}.jpg"
        Image.fromarray(pixels).save(path, quality=85)


def plain(folder: Path) -> float:
    """Images per second of a plain loop."""
    files = sorted(folder.rglob("*.jpg"))[:PART]
    started = time.monotonic()
    for file in files:
        with Image.open(file) as image:
            image.convert("RGB").load()
    return len(files) / (time.monotonic() - started)


def job(source: Path, workspace: Path, name: str, stop_after: float) -> None:
    """The import job's work in this process; prints what it took."""
    from paddlex_nb.data.importing.import_job import Arguments, run
    from paddlex_nb.jobs.context import JobContext, Stopped
    from paddlex_nb.jobs.log import EventWriter

    folder = workspace / "datasets" / name / "jobs" / "001-import"
    folder.mkdir(parents=True)
    context = JobContext(folder, EventWriter(folder / "events.jsonl"))
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.monotonic(), sum(os.times()[:4])  # other processes' too
    if stop_after:
        stop = folder / "stop"
        command = f"sleep {stop_after}; touch '{stop}'"
        subprocess.Popen(["sh", "-c", command])
    try:
        images = run(context, Arguments(str(source)))["images"]
    except Stopped:
        images = 0
    seconds = time.monotonic() - started
    busy = (sum(os.times()[:4]) - cpu) / seconds
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
    print(f"{seconds:.1f} {images} {busy:.2f} {peak:.0f}")


def measure(source: Path, workspace: Path, name: str, stop_after: float = 0) -> float:
    """Have a job's work done in a process of its own; its seconds."""
    words = ["--job", str(source), str(workspace), name, str(stop_after)]
    done = subprocess.run([sys.executable, __file__, *words], stdout=subprocess.PIPE, check=True)
    seconds, images, busy, peak = done.stdout.decode().split()[-4:]
    print(f"{name:24} {seconds:>7} s  {images:>7} images  {busy} cores  {peak:>5} MB", flush=True)
    return float(seconds)


def main() -> None:
    """Measure and print."""
    images = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    with tempfile.TemporaryDirectory() as folder:
        source, workspace = Path(folder, "source"), Path(folder, "w")
        write(source, images)
        rate = plain(source)
        print(f"plain loop, one core: {rate:.0f} images/s, {images / rate:.0f} s for all")
        first = measure(source, workspace, "first import")
        second = measure(source, workspace, "second import")
        print(f"second by first: {second / first:.2f}")
        print(f"first by a plain loop on one core: {first * rate / images:.2f}")
        other = Path(folder, "other")
        stopped = measure(source, other, "stopped in the middle", first / 2)
        rest = measure(source, other, "after the stop")
        print(f"stopped and gone on, by first: {(stopped + rest) / first:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        job(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], float(sys.argv[5]))
    else:
        main()

"""Thumbnails of 160 pixels: of photos, of a whole data set by the job, and read from its pack.

The peer is Pillow's ``Image.thumbnail`` after opening, encoded with the same quality, both on one
core of this process in turn; CPU seconds, the least of some rounds. The photos are real ones,
enlarged to 2,000 pixels with noise like a camera's, JPEG of quality 90: how much faster depends on
how many bytes they have, since every byte has to be looked at, and there is no shortcut to that.
Real images are looked for where ``PADDLEX_NB_TEST_DATA`` points. Then a data set of small images
is imported, the job makes all their thumbnails on all cores, and ranges of them are read at random
places. Argument: how many small images.
"""

from __future__ import annotations

import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from checking import write
from numpy.typing import NDArray
from PIL import Image

SIDE, SIZE, QUALITY = 2000, 160, 85
NOISE = [0, 2, 4]
"""Standard deviation in grey levels."""

PHOTOS, ROUNDS = 8, 25
SMALL, RANGE = 20_000, 60


def photos(source: Path, folder: Path, noise: int) -> list[Path]:
    """Real photos, enlarged."""
    rng = np.random.default_rng(0)
    made = []
    for file in sorted(source.glob("instance/**/*.jpg"))[:PHOTOS]:
        with Image.open(file) as image:
            scale = SIDE / max(image.size)
            wanted = (round(image.width * scale), round(image.height * scale))
            pixels = np.asarray(image.convert("RGB").resize(wanted, Image.Resampling.BICUBIC))
        grain = rng.normal(0, noise, (*pixels.shape[:2], 1))
        made.append(folder / f"{noise}-{file.stem}.jpg")
        Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(made[-1], quality=90)
    return made


def peer(path: Path) -> bytes:
    """A thumbnail by Pillow."""
    with Image.open(path) as image:
        image.thumbnail((SIZE, SIZE))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def ours(path: Path) -> bytes:
    """A thumbnail by us."""
    from paddlex_nb.data.thumbnails.making import thumbnail

    return thumbnail(path, SIZE)


def least(makers: list[Callable[[Path], bytes]], files: list[Path]) -> list[float]:
    """CPU milliseconds a thumbnail of each maker: the least of each file, in turn."""
    fastest = np.full((len(makers), len(files)), np.inf)
    for _ in range(ROUNDS):
        for place, file in enumerate(files):
            for number, maker in enumerate(makers):
                started = time.process_time()
                maker(file)
                fastest[number, place] = min(fastest[number, place], time.process_time() - started)
    return [float(mean) * 1000 for mean in fastest.mean(axis=1)]


def difference(files: list[Path]) -> float:
    """Mean difference in grey levels between ours and the peer's."""

    def pixels(jpeg: bytes) -> NDArray[np.int16]:
        return np.asarray(Image.open(io.BytesIO(jpeg)), np.int16)

    return float(np.mean([np.abs(pixels(ours(f)) - pixels(peer(f))).mean() for f in files]))


def job(folder: Path) -> None:
    """The job's work in this process; prints what it took."""
    from paddlex_nb.data.thumbnails.job import make_missing

    started, cpu = time.monotonic(), sum(os.times()[:4])
    made, left = make_missing(folder, lambda *_: None)
    seconds = time.monotonic() - started
    busy = (sum(os.times()[:4]) - cpu) / seconds  # other processes' too
    assert left == 0
    print(f"{made:,} made in {seconds:.1f} s, {made / seconds:.0f} a second, {busy:.2f} cores busy")


def reading(folder: Path) -> None:
    """Read ranges at random places as the preview does; prints milliseconds and memory."""
    from paddlex_nb.data.thumbnails.making import Thumbnails

    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    kept = Thumbnails(folder)
    kept.tiles([0])
    opened = time.perf_counter() - started
    taken = []
    for _ in range(200):
        first = random.randrange(len(kept) - RANGE)  # noqa: S311 - no secret
        started = time.perf_counter()
        assert all(kept.tiles(range(first, first + RANGE)))
        taken.append((time.perf_counter() - started) * 1000)
    assert not list((folder / "thumbnails").glob("*.jpg")), "something was made on demand"
    taken.sort()
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
    size = (folder / "thumbnails/160.jpegs").stat().st_size >> 20
    print(f"{len(kept):,} thumbnails of {size} MB opened in {opened * 1000:.0f} ms, {peak:.0f} MB")
    print(f"{RANGE} read in {taken[100]:.1f} ms (median), {taken[-3]:.1f} (99 of 100)")


def apart(verb: str, folder: Path) -> None:
    """Do a measurement in a process of its own."""
    subprocess.run([sys.executable, __file__, verb, str(folder)], check=True)


def main() -> None:
    """Measure and print."""
    from paddlex_nb import Workspace

    images = int(sys.argv[1]) if len(sys.argv) > 1 else SMALL
    data = Path(os.environ.get("PADDLEX_NB_TEST_DATA", "../shared/data"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        print(f"{'noise':>5} {'KB':>5} {'Pillow ms':>9} {'ours ms':>8} {'times':>6} {'differ':>7}")
        for noise in NOISE:
            files = photos(data, folder, noise)
            if not files:
                print("no real images: set PADDLEX_NB_TEST_DATA")
                break
            kilobytes = sum(file.stat().st_size for file in files) / len(files) / 1000
            theirs, mine = least([peer, ours], files)
            print(
                f"{noise:>5} {kilobytes:>5.0f} {theirs:>9.2f} {mine:>8.2f} {theirs / mine:>6.2f} "
                f"{difference(files):>7.2f}",
                flush=True,
            )
        write(folder / "small", images)
        started = time.monotonic()
        dataset = Workspace(folder / "w").import_dataset(folder / "small")
        print(f"{images:,} small images imported in {time.monotonic() - started:.1f} s", flush=True)
        apart("--job", dataset.folder)
        apart("--job", dataset.folder)  # nothing is missing now
        apart("--read", dataset.folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        job(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--read"]:
        reading(Path(sys.argv[2]))
    else:
        main()

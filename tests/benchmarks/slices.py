"""Slices of an evaluation of many images, beside a plain loop over the images.

Made-up photos of 640 × 480 pixels (JPEG of quality 90) in two classes are imported, the model that
only pretends is evaluated on all of them, and its slices are asked for: after the import, again
where nothing is kept of brightness and sharpness, and by all other kinds alone. The peer opens each
image with Pillow, makes a thumbnail of 320 pixels of it and measures the mean and the variance of
the Laplacian at 128 pixels, on all cores. Argument: images (5,000 by default).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from paddlex_nb import Workspace
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.results.slice_kinds import KINDS

SIZE, ROUNDS = (640, 480), 3


def photo(file: Path, number: int) -> None:
    """A picture with edges of all sizes and a sensor's noise."""
    rng = np.random.default_rng(number)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8))
    fine = rng.normal(0, rng.uniform(1, 12), (*SIZE[::-1], 1))
    pixels = np.asarray(coarse.resize(SIZE, Image.Resampling.BICUBIC)) + fine
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, quality=90)


def peer(path: Path) -> tuple[float, float]:
    """Brightness and sharpness by Pillow and OpenCV."""
    with Image.open(path) as image:
        image.thumbnail((320, 320))
        grey = np.asarray(image.convert("L").resize((171, 128), Image.Resampling.BOX), np.float32)
    return float(grey.mean()), float(cv2.Laplacian(grey, cv2.CV_32F).var())


def main() -> None:
    """Import, evaluate, ask."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    os.environ.update(PADDLEX_NB_FAKE="1", PADDLEX_NB_FAKE_STEP="0.001")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photos"
        for name in ("one", "other"):
            (source / name).mkdir(parents=True)
        files = [source / ("one", "other")[n % 2] / f"{n:05}.jpg" for n in range(count)]
        with ThreadPoolExecutor() as pool:
            list(pool.map(photo, files, range(count)))
        space = Workspace(Path(folder) / "workspace")
        dataset = space.import_dataset(source, task="classification", progress=False)
        dataset.split(train=0.02, val=0.97, test=0.01)
        run = space.train(dataset, "fake", epochs=1, progress=False)
        run.evaluate("val", progress=False)
        (evaluation,) = run.evaluations()
        others = [kind for kind in KINDS if kind not in {"brightness", "sharpness"}]
        if (view := evaluation.evidence().view) is None:
            raise SystemExit("the evaluation has lost its data set")
        kept = DatasetFolder(dataset.folder).looks
        taken: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for name in ("plain loop", "after the import", "nothing kept", "other kinds alone"):
                if name == "nothing kept":
                    kept.unlink()
                started = time.perf_counter()
                if name == "plain loop":
                    with ThreadPoolExecutor(os.cpu_count()) as pool:
                        list(pool.map(peer, view.paths))
                else:
                    evaluation.slices(by=others if name == "other kinds alone" else None)
                taken.setdefault(name, []).append(time.perf_counter() - started)
        print(f"{evaluation.images} images, the least of {ROUNDS} rounds")
        for name, seconds in taken.items():
            least = min(seconds)
            print(f"  {name}: {least:.2f} s, {least / min(taken['plain loop']):.3f} of the loop")


if __name__ == "__main__":
    main()

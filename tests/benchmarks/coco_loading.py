"""Loading a COCO file, every annotation checked and indexed, beside pycocotools' bare ``COCO()``.

Made-up files of the size of a part of COCO and of train2017, each measured in a process of its
own: seconds, and the memory that it takes at its peak beyond what importing takes. Ours reads the
annotations, looks up the images, checks ids, categories, numbers, boxes and polygons, and writes
the index; decoding the images is another stage. Arguments: sizes ("30000:219000"; both by default).
"""

from __future__ import annotations

import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paddlex_nb.hosts.processor import job_environment

SIZES = ["30000:219000", "118000:860000"]
ROUNDS = 5
WIDTH, HEIGHT, CLASSES = 640, 480, 80


def write(folder: Path, images: int, annotations: int) -> None:
    """Made-up images (empty files) and annotations like COCO's: 8 to 38 corners each."""
    rng = random.Random(0)  # noqa: S311 - made-up numbers
    (folder / "images").mkdir(parents=True)
    names = [f"{number:012d}.jpg" for number in range(images)]
    for name in names:
        (folder / "images" / name).touch()
    with (folder / "annotations.json").open("w") as file:
        file.write('{"images": [')
        for number, name in enumerate(names):
            entry = {"id": number * 7 + 1, "file_name": name, "width": WIDTH, "height": HEIGHT}
            more = {"license": 3, "coco_url": f"http://images.example.org/train2017/{name}"}
            file.write(("," if number else "") + json.dumps(entry | more))
        file.write('], "annotations": [')
        for number in range(annotations):
            file.write(("," if number else "") + json.dumps(_annotation(rng, number, images)))
        categories = [{"id": number + 1, "name": f"c{number}"} for number in range(CLASSES)]
        file.write('], "categories": ' + json.dumps(categories) + "}")


def _annotation(rng: random.Random, number: int, images: int) -> dict[str, object]:
    x, y = rng.uniform(0, 500), rng.uniform(0, 400)
    width, height = rng.uniform(4, 130), rng.uniform(4, 70)
    corners = rng.randint(8, 38)
    outline = []
    for corner in range(corners):
        radius, angle = rng.uniform(0.2, 0.5), math.tau * corner / corners
        outline.append(round(x + width * (0.5 + radius * math.cos(angle)), 2))
        outline.append(round(y + height * (0.5 + radius * math.sin(angle)), 2))
    return {
        "segmentation": [outline],
        "area": round(width * height / 2, 4),
        "iscrowd": 0,
        "image_id": rng.randrange(images) * 7 + 1,
        "bbox": [round(value, 2) for value in (x, y, width, height)],
        "category_id": rng.randrange(CLASSES) + 1,
        "id": number + 1,
    }


def peer(folder: Path) -> float:
    """Seconds of pycocotools."""
    from pycocotools.coco import COCO

    _report_base()
    started = time.monotonic()
    COCO(folder / "annotations.json")
    return time.monotonic() - started


def ours(folder: Path, task_name: str) -> float:
    """Seconds of ours in a process that is set up as a job of data, all findings collected."""
    import gc

    import duckdb  # noqa: F401 - now, not while the time is taken
    import numpy as np
    import pyarrow.compute  # noqa: F401

    from paddlex_nb.core.task import Task
    from paddlex_nb.data.checks.images import Probe
    from paddlex_nb.data.checks.objects import clean_objects
    from paddlex_nb.data.checks.outlines import clean_outlines
    from paddlex_nb.data.formats.coco.reader import Coco
    from paddlex_nb.data.importing.detect import detect
    from paddlex_nb.data.importing.import_job import COLLECT
    from paddlex_nb.data.importing.indexing import build_index
    from paddlex_nb.data.importing.pipeline import Examined
    from paddlex_nb.data.source.report import Report
    from paddlex_nb.data.source.scan import scan
    from paddlex_nb.data.store.records import Finding

    gc.set_threshold(*COLLECT)
    findings: list[Finding] = []
    report = Report(findings.append)
    tree = scan(folder, report)
    task = Task(task_name)
    detected = detect(tree, task, "coco")
    _report_base()
    started = time.monotonic()
    draft = Coco(task).read(tree, report)
    sizes = np.full((len(draft.images), 2), (WIDTH, HEIGHT), np.int32)
    draft.objects = clean_objects(draft, sizes, report)
    clean_outlines(draft, draft.objects, sizes, report)
    probes = [Probe(WIDTH, HEIGHT)] * len(draft.images)
    groups = np.arange(len(probes), dtype=np.int32)
    present: list[list[int]] = [[]] * len(probes)
    build_index(Examined(folder, detected, draft, probes, present, groups, False)).save(folder)
    seconds = time.monotonic() - started
    assert not [f for f in findings if f.severity.value == "error"]
    return seconds


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _report_base() -> None:
    print("base", _peak())


def run(*words: str) -> tuple[float, float]:
    """Seconds and megabytes of a measurement in a process of its own."""
    command = [sys.executable, __file__, "--measure", *words]
    environment = os.environ | (job_environment() if words[0] == "ours" else {})
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    said = {line[0]: float(line[1]) for line in lines if line and line[0] in {"base", "s", "peak"}}
    return said["s"], said["peak"] - said["base"]


def main() -> None:
    """Write the files, measure in turn, print the medians."""
    print(f"{'images':>8} {'boxes':>8}  {'what':24} {'s':>6} {'times':>6} {'MB':>6} {'share':>6}")
    for size in sys.argv[1:] or SIZES:
        images, annotations = map(int, size.split(":"))
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), images, annotations)
            cases = {
                "pycocotools": ("peer", folder),
                "ours, boxes": ("ours", folder, "detection"),
                "ours, boxes and outlines": ("ours", folder, "instance_segmentation"),
            }
            rounds = [{name: run(*words) for name, words in cases.items()} for _ in range(ROUNDS)]
        base = rounds[0]["pycocotools"]
        for name in cases:
            seconds = statistics.median(r[name][0] for r in rounds)
            faster = statistics.median(r["pycocotools"][0] / r[name][0] for r in rounds)
            megabytes = statistics.median(r[name][1] for r in rounds)
            share = megabytes / base[1]
            print(
                f"{images:8} {annotations:8}  {name:24} {seconds:6.2f} {faster:6.1f} "
                f"{megabytes:6.0f} {share:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        what, place, *more = sys.argv[2:]
        print("s", peer(Path(place)) if what == "peer" else ours(Path(place), *more))
        print("peak", _peak())
    else:
        main()

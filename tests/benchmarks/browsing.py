"""Browsing a data set of many boxes: opening it, finding images, counting for the plots.

Made-up images and boxes, written as an index, and browsed in a process of its own as the preview
page does. The peer is pycocotools' ``getAnnIds`` for the same small objects over a tenth of the
boxes, its time multiplied. Then 60 masks of CamVid, one after the other and as the grid gets them,
with their pictures; real images are looked for where ``PADDLEX_NB_TEST_DATA`` points. Arguments:
images and boxes (``100000 1000000`` by default).
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

IMAGES, BOXES, CLASSES = 100_000, 1_000_000, 80
WIDTH, HEIGHT, ROUNDS, PART = 640, 480, 5, 10


def write(folder: Path, images: int, boxes: int) -> None:
    """All that browsing reads of a data set, and no image."""
    import numpy as np

    from paddlex_nb.core.files import write_json
    from paddlex_nb.core.severity import Severity
    from paddlex_nb.core.task import Task
    from paddlex_nb.data.checks import FindingsFile
    from paddlex_nb.data.checks.images import Probe
    from paddlex_nb.data.importing.detect import Detected
    from paddlex_nb.data.importing.indexing import build_index
    from paddlex_nb.data.importing.pipeline import Examined
    from paddlex_nb.data.source.parsed import Draft, DraftImage
    from paddlex_nb.data.store.attributes import ObjectAttributes
    from paddlex_nb.data.store.object_table import ObjectTable, Outlines
    from paddlex_nb.data.store.records import DatasetRecord, Finding, SplitPlan
    from paddlex_nb.data.store.split_file import Splits
    from paddlex_nb.layout.dataset import DatasetFolder

    rng = np.random.default_rng(0)
    image = np.sort(rng.integers(0, images, boxes)).astype(np.int32)
    class_id = (CLASSES * rng.random(boxes) ** 2).astype(np.int32)
    corners = rng.random((boxes, 2)) * (WIDTH - 130, HEIGHT - 70)
    sides = rng.random((boxes, 2)) ** 2 * (126, 66) + 4
    table = ObjectTable(
        image,
        class_id,
        np.hstack([corners, corners + sides]),
        np.zeros(boxes, np.bool_),
        np.arange(boxes, dtype=np.int32),
        Outlines.none(boxes),
        ObjectAttributes.none(boxes),
    )
    starts = np.searchsorted(image, np.arange(images + 1))
    present = [np.unique(class_id[a:b]).tolist() for a, b in pairwise(starts.tolist())]
    paths = [f"train2017/{number:012d}.jpg" for number in range(images)]
    classes = [f"class {number}" for number in range(CLASSES)]
    draft = Draft([DraftImage(path) for path in paths], classes, [], table)
    probes = [Probe(WIDTH - row % 200, HEIGHT, "JPEG") for row in range(images)]
    groups = np.arange(images, dtype=np.int32)
    read = Examined(folder, cast(Detected, None), draft, probes, present, groups, False)
    build_index(read).save(folder)
    findings = FindingsFile(folder)
    for path in paths[::20]:
        findings.write(Finding("blurred", Severity.WARNING, path))
    findings.close()
    record = DatasetRecord(
        id="d", name="d", source="", task=Task.DETECTION, classes=classes, ready=True, images=images
    )
    write_json(folder / "dataset.json", record)
    rows = rng.permutation(images).tolist()
    cut = images // 10
    write_json(
        DatasetFolder(folder).splits,
        Splits(SplitPlan(), rows[2 * cut :], rows[cut : 2 * cut], rows[:cut]),
    )


def queries() -> dict[str, Any]:
    """Queries of several kinds."""
    from paddlex_nb.data.explore import Match, Query

    small = {"object_side": (0.0, 32.0)}
    return {
        "nothing": Query(),
        "part of a path": Query("0123"),
        "split and finding": Query(split="val", finding="blurred"),
        "any of three classes": Query(classes=(1, 5, 60)),
        "all of three classes": Query(classes=(1, 5, 60), match=Match.ALL),
        "none of three classes": Query(without=(1, 5, 60)),
        "small objects of a class": Query(classes=(3,), ranges=small),
        "objects by share and shape": Query(
            ranges={"object_share": (0.001, 0.01), "object_aspect": (0.5, 2.0)}
        ),
        "objects in a cell": Query(classes=(3,), cell=(8, 8), ranges=small),
        "many objects, by the largest": Query(
            ranges={"objects": (12, 99)}, sort="largest_object", descending=True
        ),
        "by path": Query(sort="path"),
        "by class": Query(sort="class"),
        "all at once": Query(
            "1", "train", (3, 4), finding="blurred", ranges={**small, "width": (500, 600)}
        ),
    }


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """Milliseconds of the first time and the median of the others."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken[0], statistics.median(taken[1:] or taken)


def anew(catalogue: Any, query: Any) -> Any:
    """The rows of a query of which nothing is kept from before."""
    catalogue._kept.clear()
    return catalogue.rows(query)


def peer(folder: Path) -> float:
    """Milliseconds of pycocotools for small objects of a class, reckoned for all boxes."""
    from pycocotools.coco import COCO

    from paddlex_nb.data.store.index import Index

    objects = Index.load(folder).objects
    part = objects.slice(0, len(objects) // PART)
    columns = (part[name].to_pylist() for name in ("image", "class_id", "w", "h"))
    coco = COCO()
    coco.dataset["annotations"] = [
        {"id": at, "image_id": image, "category_id": number, "area": w * h, "iscrowd": 0}
        for at, (image, number, w, h) in enumerate(zip(*columns, strict=True))
    ]
    coco.anns = {one["id"]: one for one in coco.dataset["annotations"]}

    def find() -> list[int]:
        ids = coco.getAnnIds(catIds=[3], areaRng=[0, 32**2])
        return sorted({coco.anns[number]["image_id"] for number in ids})

    return timed(find)[1] * PART


def browse(folder: Path) -> None:
    """Browse in this process, and print what it took."""
    from paddlex_nb.data.explore import Catalogue, Query
    from paddlex_nb.dataset import Dataset
    from paddlex_nb.widgets.browse.analysis import Analysis
    from paddlex_nb.widgets.browse.filters import Filters
    from paddlex_nb.widgets.images.dataset_images import DatasetPictures

    base = memory()
    started = time.perf_counter()
    catalogue = Catalogue(folder)
    Filters(catalogue, Query(), lambda call: call(), lambda _: None)
    pictures = DatasetPictures(Dataset(folder), catalogue.rows(Query()).tolist())
    opened = (time.perf_counter() - started) * 1000
    print(f"{'opening':32} {opened:7.0f}    {memory() - base:4.0f} MB")
    print(f"{'reading the labels anew':32} {timed(pictures.reload)[1]:7.0f}")
    firsts, others = [], []
    for name, query in queries().items():
        first, other = timed(lambda query=query: anew(catalogue, query))  # type: ignore[misc]
        firsts.append(first)
        others.append(other)
        print(f"{name:32} {first:7.1f} {other:7.1f}   {len(catalogue.rows(query)):7,} images")
    print(f"{'queries, the slowest':32} {max(firsts):7.1f} {max(others):7.1f}")
    print(
        f"{'queries, median':32} {statistics.median(firsts):7.1f} {statistics.median(others):7.1f}"
    )
    started = time.perf_counter()
    plots = Analysis(catalogue, lambda call: call(), lambda _: None)
    print(f"{'plots, opening':32} {(time.perf_counter() - started) * 1000:7.0f}")
    query = queries()["all at once"]
    first, other = timed(lambda: plots.show(catalogue, query))
    print(f"{'all plots for a query':32} {first:7.0f} {other:7.0f}    {memory() - base:4.0f} MB")
    print(f"{'pycocotools, small objects':32} {peer(folder):15.0f}")


def memory() -> float:
    """Megabytes that are this process's own: not the index's, which is mapped from disk."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def masks(source: Path, folder: Path) -> None:
    """Print milliseconds of 60 masks for the grid."""
    from paddlex_nb import Workspace
    from paddlex_nb.widgets.images.dataset_images import DatasetPictures
    from paddlex_nb.widgets.images.layers import truth

    dataset = Workspace(folder).import_dataset(source)
    pictures = DatasetPictures(dataset)
    pictures.tiles(0, 60, 160)
    view = pictures._view
    singles, shared = [], []
    for _ in range(ROUNDS * 3):  # in turn, since the machine may have other things to do
        singles.append(timed(lambda: [truth(view, row, 160) for row in range(60)], 1)[0])
        shared.append(timed(lambda: pictures.tiles(0, 60, 160), 1)[0])
    print(f"{'60 masks, one after the other':32} {statistics.median(singles):15.0f}")
    print(f"{'60 masks and their pictures':32} {statistics.median(shared):15.0f}")


def main() -> None:
    """Write the index, measure in another process."""
    images, boxes = map(int, sys.argv[1:3] or (IMAGES, BOXES))
    print(f"{'what':32} {'first':>7} {'then':>7} ms")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "w", "datasets", "d")
        folder.mkdir(parents=True)
        write(folder, images, boxes)
        subprocess.run([sys.executable, __file__, "--browse", str(folder)], check=True)
        source = Path(os.environ.get("PADDLEX_NB_TEST_DATA", "../shared/data"))
        if (camvid := source / "segmentation/camvid").is_dir():
            masks(camvid, Path(scratch, "camvid"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--browse"]:
        browse(Path(sys.argv[2]))
    else:
        main()

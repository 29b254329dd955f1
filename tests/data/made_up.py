"""Made-up data sets for browsing, and a plain loop over their index that does the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from paddlex_nb.core.files import write_json
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks import FindingsFile
from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.explore import OBJECT_QUANTITIES, LeftOut, Match, Query
from paddlex_nb.data.explore.counting import GRID
from paddlex_nb.data.importing.detect import Detected
from paddlex_nb.data.importing.indexing import build_index
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.source.parsed import Draft, DraftImage
from paddlex_nb.data.store.arrow import column, with_columns
from paddlex_nb.data.store.index import Index
from paddlex_nb.data.store.object_table import ObjectTableBuilder
from paddlex_nb.data.store.records import SPLITS, DatasetRecord, Finding, SplitPlan
from paddlex_nb.data.store.split_file import Splits, read_splits
from paddlex_nb.layout.dataset import DatasetFolder

CLASSES = ["cat", "dog", "cow", "never seen"]
CODES = ["blurred", "duplicate_image"]


@dataclass
class Picture:
    """An image as it is made up; its boxes are class, x, y, width and height."""

    name: str = "a"
    size: tuple[int, int] = (8, 8)
    split: str = ""
    out: bool = False
    shows: list[int] = field(default_factory=list)
    boxes: list[tuple[int, float, float, float, float]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def write(folder: Path, task: Task, pictures: list[Picture], *, divided: bool = True) -> Path:
    """A data set's folder with all that browsing reads, and no image."""
    draft, objects, probes, present = [], ObjectTableBuilder(), [], []
    findings = FindingsFile(folder)
    splits: dict[str, list[int]] = {name: [] for name in SPLITS}
    boxed = task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}
    for row, made in enumerate(pictures):
        path = f"{row}{made.name}.jpg"
        shown = {box[0] for box in made.boxes} if boxed else set(made.shows)
        if task is Task.CLASSIFICATION:
            shown = set(made.shows[:1] or [0])
        class_id = next(iter(shown)) if task is Task.CLASSIFICATION else -1
        draft.append(DraftImage(path, class_id=class_id))
        probes.append(Probe(*made.size, "JPEG"))
        present.append(sorted(shown))
        for number, (class_id, x, y, w, h) in enumerate(made.boxes if boxed else []):
            objects.add(row, class_id, (x, y, x + w, y + h), number=number)
        if made.split and not made.out:
            splits[made.split].append(row)
        for code in made.findings:
            findings.write(Finding(code, Severity.WARNING, path))
    findings.write(Finding(CODES[0], Severity.WARNING))
    findings.close()
    read = Draft(draft, CLASSES, [], objects.build())
    groups = np.arange(len(pictures), dtype=np.int32)
    detected = cast(Detected, None)  # nobody asks
    index = build_index(Examined(folder, detected, read, probes, present, groups, False))
    excluded = np.array([made.out for made in pictures], np.bool_)
    Index(with_columns(index.images, excluded=column(excluded)), index.objects).save(folder)
    record = DatasetRecord(id="d", name="d", source="", task=task, classes=CLASSES, ready=True)
    write_json(folder / "dataset.json", record)
    if divided:
        write_json(
            DatasetFolder(folder).splits,
            Splits(SplitPlan(), splits["train"], splits["val"], splits["test"]),
        )
    return folder


class Plain:
    """What `Catalogue` does, for one image after the other, in plain Python."""

    def __init__(self, folder: Path, pictures: list[Picture]) -> None:
        index = Index.load(folder)
        self.images: list[dict[str, Any]] = index.images.to_pylist()
        self.findings = [made.findings for made in pictures]
        splits = (
            read_splits(folder)
            if DatasetFolder(folder).splits.exists()
            else Splits(SplitPlan(), [], [], [])
        )
        self.splits = [
            next((name for name in SPLITS if row in getattr(splits, name)), "none")
            for row in range(len(self.images))
        ]
        self.objects: list[list[dict[str, Any]]] = [[] for _ in self.images]
        for one in index.objects.to_pylist():
            self.objects[one["image"]].append(one)

    def rows(self, query: Query) -> list[int]:
        fitting = [row for row in range(len(self.images)) if self.fits(row, query)]
        sign = -1 if query.descending else 1
        if query.sort == "order":
            return fitting[::sign]
        if query.sort == "path":
            return sorted(
                fitting, key=lambda row: self.images[row]["path"], reverse=query.descending
            )
        return sorted(fitting, key=lambda row: sign * self.key(row, query.sort))

    def key(self, row: int, sort: str) -> float:
        image = self.images[row]
        shares = [self.of_object(row, one, "object_share") for one in self.objects[row]]
        keys: dict[str, float] = {
            "area": image["width"] * image["height"],
            "objects": len(self.objects[row]),
            "largest_object": max(shares, default=0),
            "smallest_object": min(shares, default=1),
            "class": min(image["present"], default=len(CLASSES)),
        }
        return keys[sort]

    def fits(self, row: int, query: Query) -> bool:
        image, shown = self.images[row], set(self.images[row]["present"])
        looked_at = {LeftOut.WITHOUT: [False], LeftOut.ONLY: [True], LeftOut.WITH: [False, True]}
        if image["excluded"] not in looked_at[query.left_out]:
            return False
        if query.split and self.splits[row] != query.split:
            return False
        if query.text.lower() not in image["path"].lower():
            return False
        if query.finding and query.finding not in self.findings[row]:
            return False
        for name, (least, most) in query.ranges.items():
            if name not in OBJECT_QUANTITIES and not least <= self.of_image(row, name) <= most:
                return False
        wanted = set(query.classes)
        if query.match is Match.ALL and not wanted <= shown:
            return False
        if set(query.without) & shown:
            return False
        alone = wanted if query.match is Match.ANY else set()
        if query.cell is None and not set(query.ranges) & set(OBJECT_QUANTITIES):
            return not alone or bool(alone & shown)
        return any(self.object_fits(row, one, query, alone) for one in self.objects[row])

    def object_fits(self, row: int, one: dict[str, Any], query: Query, alone: set[int]) -> bool:
        if alone and one["class_id"] not in alone:
            return False
        if query.cell is not None and self.cell(row, one) != query.cell:
            return False
        return all(
            least <= self.of_object(row, one, name) <= most
            for name, (least, most) in query.ranges.items()
            if name in OBJECT_QUANTITIES
        )

    def of_image(self, row: int, name: str) -> float:
        width, height = self.images[row]["width"], self.images[row]["height"]
        numbers = {
            "width": width,
            "height": height,
            "aspect_ratio": width / max(height, 1),
            "objects": len(self.objects[row]),
        }
        return float(numbers[name])

    def of_object(self, row: int, one: dict[str, Any], name: str) -> float:
        width, height = self.images[row]["width"], self.images[row]["height"]
        numbers = {
            "object_side": math.sqrt(one["w"] * one["h"]),
            "object_share": one["w"] * one["h"] / (max(width, 1) * max(height, 1)),
            "object_aspect": one["w"] / max(one["h"], 1e-6),
        }
        return float(numbers[name])

    def cell(self, row: int, one: dict[str, Any]) -> tuple[int, int]:
        image = self.images[row]
        down = (one["y"] + one["h"] / 2) / max(image["height"], 1)
        across = (one["x"] + one["w"] / 2) / max(image["width"], 1)
        row_, column_ = (min(max(int(part * GRID), 0), GRID - 1) for part in (down, across))
        return row_, column_

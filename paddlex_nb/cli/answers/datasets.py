"""What ``sample`` and the commands of ``dataset`` answer."""

from __future__ import annotations

from typing import Literal

import msgspec
from typing_extensions import TypedDict

from paddlex_nb.cli.answers.shared import Damaged, TaskName
from paddlex_nb.data.explore.statistics import DatasetStatistics
from paddlex_nb.data.images.tiles import Tiling

SeverityName = Literal["error", "warning", "info"]
"""How much harm a finding does: an error keeps its file from being used, a warning may."""

SplitCounts = dict[str, int]
"""Images by split."""


class Sample(TypedDict):
    """A sample data set that was written: absolute ``path`` and seed."""

    task: TaskName
    path: str
    seed: int


class ClassCount(TypedDict):
    """How many images show a class, and its objects (0 in tasks without objects)."""

    images: int
    objects: int


class Reading(TypedDict):
    """What else a folder could be read as, and why, in a sentence."""

    task: TaskName
    format: str
    reason: str


class Recognised(TypedDict):
    """What a folder was recognised as.

    Attributes:
        task: What its labels are for.
        format: Name of its format.
        evidence: Why, in a sentence.
        images: Usable images.
        objects: Their objects; 0 in tasks without objects.
        classes: By name, in the order of their numbers.
        splits: Images by split; empty as long as it is not divided.
        given: Whether the data set came with this split.
        others: What else it could be, the likeliest first.
        tiles: How its images were cut, in pixels and shares; null if they are whole.
    """

    task: TaskName
    format: str
    evidence: str
    images: int
    objects: int
    classes: dict[str, ClassCount]
    splits: SplitCounts
    given: bool
    others: list[Reading]
    tiles: Tiling | None


class Facts(TypedDict):
    """A data set: how many findings of each severity its import left."""

    id: str
    name: str
    task: TaskName
    format: str
    images: int
    classes: list[str]
    findings: dict[SeverityName, int]


class Imported(Facts):
    """A data set that was imported."""

    recognised: Recognised


class Listed(Facts):
    """A data set of the list: when it was imported (seconds since 1970), and its runs."""

    created: float
    runs: int


class Unfinished(TypedDict):
    """An import that goes on, or that ended without a data set."""

    id: str
    job: str
    message: str


class DatasetList(TypedDict):
    """The data sets of the workspace."""

    datasets: list[Listed]
    damaged: list[Damaged]
    unfinished: list[Unfinished]


class Finding(TypedDict):
    """One problem in one place, with a sentence on it and one on what to do."""

    code: str
    severity: SeverityName
    file: str
    place: str
    message: str
    advice: str | None


class Checked(TypedDict):
    """What a data set or folder is, and what is wrong with it.

    Attributes:
        recognised: What it is; null if nothing in it could be used.
        findings: The problems.
        away: A sentence if the data set's folder is not where it was; else null.
    """

    recognised: Recognised | None
    findings: list[Finding]
    away: str | None


class Split(TypedDict):
    """How a data set is divided.

    Attributes:
        splits: Images by split.
        classes: By class and split: images, or objects in tasks with objects.
        given: Whether it came so.
        kept: Whether the split was left as it was.
    """

    splits: SplitCounts
    classes: dict[str, SplitCounts]
    given: bool
    kept: bool


class Updated(TypedDict):
    """What an update has changed: images that came and are gone, classes, and splits."""

    added: int
    lost: int
    images: int
    classes: list[str]
    classes_added: list[str]
    classes_emptied: list[str]
    splits: SplitCounts
    splits_before: SplitCounts
    tiles: bool


class DatasetExport(TypedDict):
    """A data set that was written in a format, and what that cannot hold, in sentences."""

    format: str
    out: str
    images: int
    files: int
    lost: list[str]


class WithPlots(DatasetStatistics):
    """A data set in figures, and the files of its plots, if they were asked for."""

    plots: list[str] = msgspec.field(default_factory=list)

"""How long a training will take and how much memory, by what a like one took on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.catalogue.entry import ModelEntry
from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.params.spec import Value
from paddlex_nb.runs.record import RunRecord, read_run
from paddlex_nb.runs.summary import read_summary

FIXED_SHARE = 0.33
"""Of the time of an image: what does not grow with the input, such as reading it (measured)."""

BASE_MEMORY = 700 << 20
"""Bytes that a training takes before its first image: Python, Paddle and a suite (measured)."""

MEMORY_PER_GFLOP = 0.06 * (1 << 30)
"""Bytes of training on one image, by the model's cost at that size; measured on CNNs."""


class Pattern(msgspec.Struct, frozen=True):
    """What a training took.

    Attributes:
        run: Name of the run.
        params: Its parameters.
        seconds: Seconds for an image in an epoch, evaluations included.
        startup: Seconds up to its first steps.
        memory: Most bytes of memory; 0 if unknown.
    """

    run: str
    params: dict[str, Value]
    seconds: float
    startup: float = 0.0
    memory: int = 0


class Estimate(msgspec.Struct, frozen=True):
    """How long a training will take, and how much memory.

    Attributes:
        seconds: Evaluations included.
        run: Name of the run that it is judged by.
        memory: Bytes; None if unknown.
    """

    seconds: float
    run: str
    memory: float | None = None


def patterns(runs: Iterable[Path], model: str, host: str) -> list[Pattern]:
    """What trainings of a model took on a machine; reads each run, so ask once.

    Args:
        runs: Folders of runs, newest first.
        model: Name of the model.
        host: Name of the machine.
    """
    return [found for folder in runs if (found := _pattern(folder, model, host)) is not None]


def estimate(known: Iterable[Pattern], params: Mapping[str, Any], images: int) -> Estimate | None:
    """How long a training would take; None if nothing like it is known.

    The time of an epoch grows with the number of images and, mostly, the input's area; memory
    beyond what any training takes grows with that area and with the images of a batch.

    Args:
        known: `patterns` of its model, newest first; the most alike is taken.
        params: Parameters of the training.
        images: How many images it would train on.
    """

    def alike(one: Pattern) -> int:
        names = ("input_size", "batch_size", "full_resolution")
        return sum(one.params.get(name) == params.get(name) for name in names)

    like = [one for one in known if one.params.get("device") == params.get("device")]
    if not like:
        return None
    best = max(like, key=alike)
    area = _ratio(best, params, "input_size") ** 2
    each = best.seconds * (FIXED_SHARE + (1 - FIXED_SHARE) * area)
    seconds = best.startup + each * images * int(params.get("epochs") or 1)
    memory = None
    if best.memory:
        beyond = max(0, best.memory - BASE_MEMORY) * area * _ratio(best, params, "batch_size")
        memory = min(BASE_MEMORY, best.memory) + beyond
    return Estimate(seconds, best.run, memory)


def usual_memory(entry: ModelEntry, params: Mapping[str, Any], reference_size: int) -> float:
    """About how many bytes a training takes, where none like it is known: a rule of thumb.

    Args:
        entry: The model.
        params: Parameters of the training.
        reference_size: Side in pixels of the input that the model's cost is told for.
    """
    size, batch = int(params.get("input_size") or 0), int(params.get("batch_size") or 1)
    cost = entry.gflops * (size / reference_size) ** 2
    return BASE_MEMORY + batch * cost * MEMORY_PER_GFLOP


def _ratio(one: Pattern, params: Mapping[str, Any], name: str) -> float:
    """A parameter by that of a known training; 1 where it has none."""
    now, former = params.get(name), one.params.get(name)
    return now / former if isinstance(now, int) and isinstance(former, int) and former else 1.0


def _pattern(folder: Path, model: str, host: str) -> Pattern | None:
    try:
        record: RunRecord = read_run(folder)
        if record.model != model or record.host not in {"", host}:
            return None
        summary, images = read_summary(folder), len(read_splits(folder).train)
    except UserError:  # damaged, or deleted a moment ago
        return None
    if summary.epoch == 0 or not images or summary.seconds <= 0:
        return None
    # a former version told no more than how long all of it took
    seconds = (summary.epoch_seconds or summary.seconds) / (summary.epoch * images)
    startup = summary.startup if summary.epoch_seconds else 0.0
    return Pattern(record.name, record.params, seconds, startup, summary.memory)
